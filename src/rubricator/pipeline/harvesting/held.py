"""What the store holds of records: looked up a batch at a time, by their bytes, their address or their graph."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from rubricator.edm import fingerprint
from rubricator.harvest.record import SourceRecord, Validators
from rubricator.iris import Iris
from rubricator.pipeline.harvesting.recordgraph import source_term
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient
from rubricator.store.results import Term


@dataclass(frozen=True, slots=True)
class Held:
    """A record graph: its raw bytes and fingerprint, and where it came from.

    ``source`` is the address or name without distinction of IRI and text, ``media_type`` that of the bytes, empty for a
    file's record from before it was kept. ``harvest`` wrote it, ``gone_by`` is the one
    that marked it as gone; either may be None.
    """

    graph: NamedNode
    sha256: str
    fingerprint: str
    source: str
    media_type: str
    harvest: NamedNode | None
    gone_by: NamedNode | None
    validators: Validators


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def held_by_bytes(client: StoreClient, records: Iterable[SourceRecord]) -> dict[tuple[str, str], Held]:
    """By sha-256 and fingerprint, the graphs that hold the very bytes of these records."""
    digests = {digest(record.content) for record in records}
    return {(held.sha256, held.fingerprint): held for held in _held(client, "?sha", (f'"{sha}"' for sha in digests))}


def held_by_graph(client: StoreClient, graphs: Iterable[NamedNode]) -> dict[NamedNode, Held]:
    return {held.graph: held for held in _held(client, "?graph", map(str, set(graphs)))}


def held_by_source(client: StoreClient, sources: Iterable[str]) -> dict[str, list[Held]]:
    """By address, the graphs that came from there; the names of files are no addresses and find nothing."""
    terms = {source: source_term(source) for source in sources}
    found: dict[str, list[Held]] = {}
    for held in _held(client, "?source", {str(term) for term in terms.values() if isinstance(term, NamedNode)}):
        found.setdefault(held.source, []).append(held)
    return {source: found[term.value] for source, term in terms.items() if term.value in found}


class HarvestMemory:
    """What is remembered for the harvesters of one source. Asks the store in the thread that asks it."""

    def __init__(self, client: StoreClient, iris: Iris, datestamp: str) -> None:
        self._client, self._iris = client, iris
        self._datestamp = datestamp

    @property
    def datestamp(self) -> str:
        return self._datestamp

    def validators(self, records: Sequence[SourceRecord]) -> Mapping[str, Validators]:
        """By address, what the server is asked with; nothing for a record that would be mapped anew or is gone."""
        prints = {record.source: fingerprint(record, self._iris) for record in records}
        return {
            source: held.validators
            for source, several in held_by_source(self._client, prints).items()
            for held in several
            if held.fingerprint == prints[source] and held.gone_by is None
            if held.validators.etag or held.validators.last_modified
        }


def _held(client: StoreClient, key: str, values: Iterable[str]) -> list[Held]:
    wanted = " ".join(values)
    if not wanted:
        return []
    # Outside GRAPH the values would be joined after all records were looked up.
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?graph ?sha ?print ?source ?format ?harvest ?gone ?etag ?modified WHERE {{
          GRAPH ?graph {{
            VALUES {key} {{ {wanted} }}
            ?graph enr:sha256 ?sha ; enr:fingerprint ?print ; dcterms:source ?source .
            OPTIONAL {{ ?graph dcterms:format ?format }}
            OPTIONAL {{ ?graph prov:wasGeneratedBy ?harvest }}
            OPTIONAL {{ ?graph prov:wasInvalidatedBy ?gone }}
            OPTIONAL {{ ?graph enr:etag ?etag }}
            OPTIONAL {{ ?graph enr:lastModified ?modified }}
          }}
        }}"""
    )
    return [
        Held(
            graph,
            _text(row["sha"]),
            _text(row["print"]),
            _text(row["source"]),
            _text(row.get("format")),
            _iri(row.get("harvest")),
            _iri(row.get("gone")),
            Validators(_text(row.get("etag")), _text(row.get("modified"))),
        )
        for row in rows
        if isinstance(graph := row["graph"], NamedNode)
    ]


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""


def _iri(term: Term | None) -> NamedNode | None:
    return term if isinstance(term, NamedNode) else None
