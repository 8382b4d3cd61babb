"""One item of an answer of Europeana's Search API as a minimal record: what it says, sorted onto the nodes of EDM.

Search mixes what the provider said with what Europeana added. Only entities of Europeana's can be told apart: they go
to the Europeana proxy, and so do concepts, agents, places and times of which the item does not say by what property.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from rubricator.edm.api import Writer, shapeless, terms, values
from rubricator.edm.clean import Cleaner, rooted
from rubricator.edm.identity import identify
from rubricator.edm.record import RecordRejected
from rubricator.iris import Iris
from rubricator.vocabulary import canonical_entity

_LANG_AWARE = "LangAware"
_FLATTENED = {"title": "dcTitle", "edmConceptLabel": "edmConceptPrefLabel"}
_AGGREGATION, _EUROPEANA_AGGREGATION, _EUROPEANA_PROXY, _PROVIDER_PROXY = (
    "aggregation",
    "europeana-aggregation",
    "europeana-proxy",
    "proxy",
)
_PLACES = {
    _AGGREGATION: """dataProvider provider rights ugc edmDataProvider edmProvider edmIntermediateProvider edmIsShownAt
        edmIsShownBy edmObject edmHasView hasView edmRights edmUgc""",
    _EUROPEANA_AGGREGATION: """completeness country language edmCountry edmLanguage edmDatasetName edmLandingPage
        edmPreview europeanaCompleteness timestamp_created timestamp_update""",
    _EUROPEANA_PROXY: "year userTags",
}
_NODE_OF = {key: node for node, keys in _PLACES.items() for key in keys.split()}
"""On which node a field lies; all others are of the provider proxy."""
_ENTITIES = {
    "edmConcept": ("skos:Concept", {"edmConceptPrefLabel": "prefLabel", "edmConceptAltLabel": "altLabel"}),
    "edmAgent": ("edm:Agent", {"edmAgentLabel": "prefLabel", "edmAgentAltLabel": "altLabel"}),
    "edmPlace": (
        "edm:Place",
        {
            "edmPlaceLabel": "prefLabel",
            "edmPlaceAltLabel": "altLabel",
            "edmPlaceLatitude": "latitude",
            "edmPlaceLongitude": "longitude",
        },
    ),
    "edmTimespan": ("edm:TimeSpan", {"edmTimespanLabel": "prefLabel", "edmTimespanAltLabel": "altLabel"}),
}
_DESCRIBING = {field for _, fields in _ENTITIES.values() for field in fields}
_EUROPEANAS = re.compile(
    r"https?://(?:data\.europeana\.eu/(?:concept|agent|place|timespan|organization)/|semium\.org/time/)\S+"
)

Item = Mapping[str, Any]


def write_item(item: Item, dataset: str, iris: Iris) -> Writer:
    """The nodes of an item. Raises RecordRejected for what is no item of a search."""
    name = item.get("id")
    if not isinstance(name, str) or not name.strip():
        raise RecordRejected("no-identifier", "The JSON has no id, so it is no item of Europeana's Search API.")
    identity = identify(name, dataset, iris)
    writer = Writer(Cleaner(name.strip(), identity))
    writer.cleaner.note("search-item", "", "")
    fields = _fields(item)
    nodes = _sorted(fields)
    node = {kind: f"{identity.own}#{kind}" for kind in (_PROVIDER_PROXY, _EUROPEANA_PROXY, *_PLACES)}
    writer.node(identity.iri, "edm:ProvidedCHO", {})
    for kind, theirs in ((_PROVIDER_PROXY, False), (_EUROPEANA_PROXY, True)):
        if nodes[kind] or not theirs:
            aggregation = node[_EUROPEANA_AGGREGATION if theirs else _AGGREGATION]
            links = {"proxyFor": identity.iri, "proxyIn": aggregation, "europeanaProxy": theirs}
            writer.node(node[kind], "ore:Proxy", links | nodes[kind])
    of_item = {"aggregatedCHO": identity.iri}
    writer.node(node[_AGGREGATION], "ore:Aggregation", of_item | nodes[_AGGREGATION])
    writer.node(node[_EUROPEANA_AGGREGATION], "edm:EuropeanaAggregation", of_item | nodes[_EUROPEANA_AGGREGATION])
    for kind in _ENTITIES:
        _write_entities(fields, kind, writer)
    return writer


def _fields(item: Item) -> dict[str, object]:
    """Every field under one name. Texts that the item has both with and without their language are there with it."""
    fields: dict[str, object] = {}
    for key in sorted(item, key=lambda key: not key.endswith(_LANG_AWARE)):
        value = item[key]
        plain = _FLATTENED.get(key, key).removesuffix(_LANG_AWARE)
        if plain == "ugc" and "true" not in (text.lower() for _, text in values(value)):
            continue
        if plain in fields:
            said = {_named(text) for _, text in values(fields[plain])}
            more = [{language: text} for language, text in values(value) if _named(text) not in said]
            value = [fields[plain], *more, *shapeless(value)]
        fields[plain] = value
    return fields


def _named(text: str) -> str:
    """One spelling of what a text names, or the text."""
    bare = text.strip()
    return canonical_entity(rooted(bare) or bare)


def _sorted(fields: Item) -> dict[str, dict[str, object]]:
    """What is said on each node."""
    nodes: dict[str, dict[str, object]] = defaultdict(dict)
    stated: set[str] = set()
    for key, value in fields.items():
        place = _NODE_OF.get(key, _PROVIDER_PROXY)
        term = terms().get(key)
        if place != _PROVIDER_PROXY or term is None or not term.by_language:
            if key not in _ENTITIES and key not in _DESCRIBING:
                nodes[place][key] = value
            continue
        said: dict[str, list[object]] = {_PROVIDER_PROXY: list(shapeless(value)), _EUROPEANA_PROXY: []}
        for language, text in values(value):
            stated.add(_named(text))
            said[_EUROPEANA_PROXY if _EUROPEANAS.fullmatch(text) else _PROVIDER_PROXY].append({language: text})
        for proxy, parts in said.items():
            if parts:
                nodes[proxy][key] = parts
    for key in _ENTITIES:
        value = fields.get(key)
        unplaced = [text for _, text in values(value) if _named(text) not in stated]
        if unplaced or any(shapeless(value)):
            nodes[_EUROPEANA_PROXY][key] = [*unplaced, *shapeless(value)]
    return nodes


def _write_entities(fields: Item, key: str, writer: Writer) -> None:
    """A class for each, and a description of one that is alone: of several, search does not say which is of which."""
    kind, describing = _ENTITIES[key]
    names = list({_named(text): text for _, text in values(fields.get(key))}.values())
    found = {field: fields[field] for field in describing if field in fields}
    if len(names) == 1:
        writer.node(names[0], kind, _description(found, describing))
        return
    for field, value in found.items():
        writer.unassigned(field, value)
    for name in names:
        writer.node(name, kind, {})


def _description(found: Item, describing: Mapping[str, str]) -> dict[str, object]:
    """One preferred label a language, as SKOS wants it; where search has several, none of them is known to be it."""
    labels: dict[str, dict[str, list[str]]] = {"prefLabel": defaultdict(list), "altLabel": defaultdict(list)}
    odd: dict[str, list[object]] = {"prefLabel": [], "altLabel": []}
    rest: dict[str, object] = {}
    for field, value in found.items():
        key = describing[field]
        if key not in labels:
            rest[key] = value
            continue
        for language, text in values(value):
            labels[key][language].append(text)
        odd[key] += shapeless(value)
    for language, texts in list(labels["prefLabel"].items()):
        if len(set(texts)) > 1:
            labels["altLabel"][language] += labels["prefLabel"].pop(language)
    return rest | {key: [by_language, *odd[key]] for key, by_language in labels.items()}
