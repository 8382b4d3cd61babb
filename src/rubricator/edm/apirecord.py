"""A record in the JSON of Europeana's Record API: its lists of nodes, each of the class that its list says."""

from collections.abc import Iterator, Mapping
from typing import Any

from rubricator.edm.api import Writer, flat, is_reference, shapeless, values
from rubricator.edm.clean import Cleaner
from rubricator.edm.identity import Identity, identify
from rubricator.edm.record import RecordGone, RecordRejected
from rubricator.iris import Iris

_CLASSES = {
    "providedCHOs": "edm:ProvidedCHO",
    "proxies": "ore:Proxy",
    "aggregations": "ore:Aggregation",
    "europeanaAggregation": "edm:EuropeanaAggregation",
    "webResources": "edm:WebResource",
    "concepts": "skos:Concept",
    "agents": "edm:Agent",
    "places": "edm:Place",
    "timespans": "edm:TimeSpan",
    "organizations": "foaf:Organization",
    "licenses": "cc:License",
    "services": "svcs:Service",
    "qualityAnnotations": "dqv:QualityAnnotation",
}
_OF_EUROPEANA = ("timestamp_created", "timestamp_update", "edmDatasetName", "europeanaCompleteness")
"""What the record says beside its nodes, and EDM says of Europeana's aggregation."""
_REPEATED = frozenset(("about", "country", "language", "provider", "title", "type", "userTags", "year"))
"""What the record says beside its nodes, and one of them says better."""

Said = Mapping[str, Any]


def write_record(document: Said, dataset: str, iris: Iris) -> Writer:
    """The nodes of a record. Raises RecordRejected for what is none, RecordGone for the tombstone of one."""
    record = document.get("object", document)
    if not isinstance(record, dict) or not isinstance(record.get("proxies"), list):
        raise RecordRejected("not-a-record", "The JSON has no proxies, so it is no record of Europeana's.")
    parts = list(_parts(record))
    nodes: list[tuple[str, Said]] = [(kind, part) for kind, part in parts if isinstance(part, dict)]
    name = _name(record, nodes)
    identity = identify(name, dataset, iris)
    if any(_is_deletion(said) for _, said in nodes):
        raise RecordGone(identity.dataset, identity.identifier)
    writer = Writer(Cleaner(name, identity), frozenset(_about(said) for _, said in nodes))
    completed = [(kind, said, _completed(kind, said, record, identity)) for kind, said in nodes]
    for kind, said, complete in completed:
        writer.node(_about(said), _CLASSES[kind], complete)
    for kind, part in parts:
        if not isinstance(part, dict):
            writer.shapeless(kind, part)
    placed = set(_OF_EUROPEANA) if any(kind == "europeanaAggregation" for kind, _ in nodes) else set()
    for key in sorted(record.keys() - _CLASSES.keys() - _REPEATED - placed):
        writer.unknown("record", key, record[key])
    repeated = {text.casefold() for *_, said in completed for value in said.values() for _, text in values(value)}
    for key in sorted((record.keys() & _REPEATED) - {"about"}):
        alone = [text for _, text in values(record[key]) if text.casefold() not in repeated]
        if alone or any(shapeless(record[key])):
            writer.unknown("record", key, record[key])
    return writer


def _parts(said: Said) -> Iterator[tuple[str, object]]:
    """Every node, and the list that it is in; web resources lie inside aggregations. A bare name stands for a node.

    What else is in such a list comes as it is.
    """
    for kind in _CLASSES:
        for part in flat(said.get(kind)):
            if isinstance(part, dict):
                yield kind, part
                if kind in ("aggregations", "europeanaAggregation"):
                    yield from _parts({"webResources": part.get("webResources")})
            elif isinstance(part, str) and is_reference(part):
                yield kind, {"about": part}
            elif part is not None:
                yield kind, part


def _about(said: Said) -> str:
    name = said.get("about")
    return name if isinstance(name, str) else ""


def _name(record: Said, nodes: list[tuple[str, Said]]) -> str:
    """What the record calls its item."""
    described = [_about(said) for kind, said in nodes if kind == "providedCHOs"]
    pointed = [said.get("proxyFor") for _, said in nodes]
    for name in (record.get("about"), *described, *pointed):
        if isinstance(name, str) and name.strip():
            return name.strip()
    raise RecordRejected("no-identifier", "The record does not say which item it is about.")


def _is_deletion(said: Said) -> bool:
    """Europeana keeps of an item that was taken down a record that says so on its aggregation."""
    changes = said.get("changeLog")
    return isinstance(changes, list) and any(
        isinstance(change, dict) and change.get("type") == "Delete" for change in changes
    )


def _completed(kind: str, said: Said, record: Said, identity: Identity) -> Said:
    """What the API leaves out, or leaves empty, where it can be told from elsewhere in the record."""
    rest = {key: value for key, value in said.items() if key not in ("about", "webResources") and not _is_empty(value)}
    if kind == "proxies":
        rest.setdefault("proxyFor", identity.iri)
        flag = rest.setdefault("europeanaProxy", "/proxy/europeana/" in _about(said))
        if "true" not in (text.strip().lower() for _, text in values(flag)) and "type" in record:
            rest.setdefault("edmType", record["type"])
    elif kind in ("aggregations", "europeanaAggregation"):
        rest.setdefault("aggregatedCHO", identity.iri)
        if str(rest.get("edmUgc")).lower() == "false":
            del rest["edmUgc"]
    if kind == "europeanaAggregation":
        rest = {key: record[key] for key in _OF_EUROPEANA if key in record} | rest
    return rest


def _is_empty(value: object) -> bool:
    """Whether nothing is said: neither texts, nor something that is none."""
    return not any(values(value)) and not any(shapeless(value))
