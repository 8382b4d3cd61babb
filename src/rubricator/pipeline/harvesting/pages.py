"""Writes what a harvest met, a page at a time: records first, then the facts of the page that held them.

A page is what lies between two checkpoints of a source, or a part of it where that is too much to hold in memory. Its
facts say which record graphs it named, what was refused and, where it ends at a checkpoint, which token leads on. They
are written with the last of its records or after them, and page after page, so that a page that is known is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from rubricator.harvest.record import Rejection
from rubricator.harvest.source import Checkpoint
from rubricator.iris import Iris
from rubricator.pipeline.harvesting.activity import Harvest, count_triples, text
from rubricator.pipeline.harvesting.counts import Counts
from rubricator.pipeline.harvesting.quarantine import new_rejections, rejection_iri, rejection_quads
from rubricator.pipeline.harvesting.seen import Seen
from rubricator.pipeline.loader import Loader
from rubricator.rdf import ENR, PROV, SPARQL_PREFIXES, TYPE, integer
from rubricator.store.client import StoreClient
from rubricator.store.quads import quad_data

LOAD_BYTES = 32 * 2**20
_UPDATE_LENGTH = 2 * 2**20
_DROPPED_AT_ONCE = 20_000
"""Quads: the store holds a transaction in memory."""


class Pages:
    """The pages of one harvest. New records are loaded while the next are mapped; everything else waits for them."""

    def __init__(
        self, client: StoreClient, loader: Loader[bytes], harvest: Harvest, iris: Iris, last: int, written: Counts
    ) -> None:
        """``last`` is the number of the last page that is written already, ``written`` what all of them came to."""
        self._client, self._loader, self._iris = client, loader, iris
        self._activity, self._graph = iris.harvest(harvest.ulid), iris.harvest_graph(harvest.ulid)
        self._number = last
        self.written = written
        self.counts = Counts()
        self._members: list[NamedNode] = []
        self._rejections: list[Rejection] = []
        self._loads = bytearray()
        self._updates: list[str] = []

    def member(self, graph: NamedNode) -> None:
        """Note that the page names the record of this graph."""
        self._members.append(graph)

    def refuse(self, rejection: Rejection) -> None:
        self._rejections.append(rejection)

    def load(self, nquads: bytes) -> None:
        """Add what no other writing depends on."""
        self._loads += nquads
        if len(self._loads) >= LOAD_BYTES:
            self._loader.load(bytes(self._loads))
            self._loads.clear()

    def update(self, update: str) -> None:
        """Change what is there. It happens in one transaction with the facts of the page."""
        self._updates.append(update)

    @property
    def full(self) -> bool:
        return sum(map(len, self._updates)) >= _UPDATE_LENGTH

    def settle(self) -> None:
        """Wait until all pages before this one are there to be read."""
        self._loader.wait()

    def turn(self, checkpoint: Checkpoint | None = None, whole: bool = False) -> None:
        """End the page, write what is left of it, and begin the next."""
        if not (checkpoint or self._members or self._rejections or self._loads or self._updates or self.counts.total):
            return
        self._number += 1
        unknown = new_rejections(self._rejections, self._client, self._iris)
        quads = [quad for rejection in unknown for quad in rejection_quads(rejection, self._iris)]
        quads += self._facts(checkpoint, whole)
        if self._updates:
            self._loader.load(bytes(self._loads))
            self._loader.wait()
            self._client.update(";\n".join([*self._updates, f"INSERT DATA {{ {quad_data(quads)} }}"]))
        else:
            self._loader.load(bytes(self._loads) + (serialize(quads, format=RdfFormat.N_QUADS) or b""))
        self.written.add(self.counts)
        self.counts = Counts()
        for part in (self._members, self._rejections, self._loads, self._updates):
            part.clear()

    def _facts(self, checkpoint: Checkpoint | None, whole: bool) -> Iterator[Quad]:
        """The token comes last: servers that take quads a thousand at a time may be killed before it, not after it."""
        page = NamedNode(f"{self._activity.value}#page-{self._number}")
        said: list[tuple[NamedNode, NamedNode | Literal]] = [
            (TYPE, ENR["Page"]),
            (ENR["number"], integer(self._number)),
            *((PROV["hadMember"], graph) for graph in self._members),
            *((ENR["refused"], rejection_iri(rejection, self._iris)) for rejection in self._rejections),
        ]
        for predicate, value in said:
            yield Quad(page, predicate, value, self._graph)
        for triple in count_triples(page, self.counts):
            yield Quad(triple.subject, triple.predicate, triple.object, self._graph)
        if checkpoint:
            if checkpoint.datestamp:
                yield Quad(page, ENR["datestamp"], Literal(checkpoint.datestamp), self._graph)
            if whole and not checkpoint.token:
                yield Quad(page, ENR["whole"], Literal(True), self._graph)
            yield Quad(page, ENR["token"], Literal(checkpoint.token), self._graph)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a harvest stands.

    ``last`` is the number of its last page and ``checkpoint`` that of the last one that ended at a checkpoint, whose
    ``token`` leads on; None before the first, empty where the list has been read to its end. ``whole`` says that it was
    then all that the source has. ``datestamp`` is the least that the source gave.
    """

    last: int = 0
    checkpoint: int = 0
    token: str | None = None
    whole: bool = False
    datestamp: str = ""

    @property
    def listed(self) -> bool:
        return self.token == ""


def read_position(client: StoreClient, harvest: Harvest, iris: Iris) -> Position:
    """Where a harvest stands, from the facts of its pages."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?number ?token ?whole ?stamp WHERE {{ GRAPH {iris.harvest_graph(harvest.ulid)} {{
          ?page enr:number ?number
          OPTIONAL {{ ?page enr:token ?token }} OPTIONAL {{ ?page enr:whole ?whole }}
          OPTIONAL {{ ?page enr:datestamp ?stamp }}
        }} }}"""
    )
    last = max((int(text(row["number"])) for row in rows), default=0)
    stamp = min((text(row["stamp"]) for row in rows if "stamp" in row), default="")
    complete = [row for row in rows if "token" in row]
    if not complete:
        return Position(last, datestamp=stamp)
    row = max(complete, key=lambda row: int(text(row["number"])))
    return Position(last, int(text(row["number"])), text(row["token"]), "whole" in row, stamp)


def recall(client: StoreClient, harvest: Harvest, position: Position, seen: Seen, iris: Iris) -> None:
    """Let a harvest that goes on know what it met; pages after the last checkpoint are still open."""
    graph = iris.harvest_graph(harvest.ulid)
    members = f"GRAPH ?name {{ ?name dcterms:source ?source }} GRAPH {graph} {{ ?page prov:hadMember ?name }}"
    refused = f"GRAPH {graph} {{ ?page enr:refused ?name }} GRAPH {iris.ledger} {{ ?name dcterms:source ?source }}"

    def told(pattern: str) -> Iterator[tuple[str, str, bool]]:
        query = f"SELECT ?name ?source ?number WHERE {{ {pattern} GRAPH {graph} {{ ?page enr:number ?number }} }}"
        for name, source, number in client.select_stream(SPARQL_PREFIXES + query):
            yield text(name), text(source), int(text(number)) > position.checkpoint

    seen.recall(told(members), told(refused))


def count_held(client: StoreClient, graphs: list[NamedNode]) -> int:
    """How many records the pages in these graphs name that are not gone."""
    named = f"GRAPH ?pages {{ VALUES ?pages {{ {' '.join(map(str, graphs))} }} ?page prov:hadMember ?graph }}"
    gone = f"GRAPH ?graph {{ ?graph prov:invalidatedAtTime ?moment }} FILTER EXISTS {{ {named} }}"
    all_of_them, those_gone = (
        client.select(f"{SPARQL_PREFIXES}SELECT (COUNT(DISTINCT ?graph) AS ?n) WHERE {{ {where} }}")
        for where in (named, gone)
    )
    return int(text(all_of_them[0]["n"])) - int(text(those_gone[0]["n"]))


def drop_pages(client: StoreClient, graphs: list[NamedNode]) -> None:
    """Delete these graphs, a bounded number of quads at a time, and before all others those by which one goes on."""
    for graph in graphs:
        client.update(f"DELETE WHERE {{ GRAPH {graph} {{ ?page {ENR['token']} ?token }} }}")
        while client.ask(f"ASK {{ GRAPH {graph} {{ ?page ?predicate ?value }} }}"):
            client.update(
                f"""DELETE {{ GRAPH {graph} {{ ?page ?predicate ?value }} }} WHERE {{
                  SELECT ?page ?predicate ?value WHERE {{ GRAPH {graph} {{ ?page ?predicate ?value }} }}
                  LIMIT {_DROPPED_AT_ONCE} }}"""
            )
