"""A harvest as the ledger knows it: of which source, since when, how far it got, and what it came to."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad, Triple
from ulid import ULID

from rubricator.enrichment.software import Software
from rubricator.harvest.source import Source
from rubricator.iris import Iris
from rubricator.pipeline.harvesting.counts import Counts
from rubricator.rdf import ENR, PROV, SPARQL_PREFIXES, TYPE, integer, timestamp
from rubricator.store.client import StoreClient

_FIGURES = {
    "new": ENR["newCount"],
    "changed": ENR["changedCount"],
    "unchanged": ENR["unchangedCount"],
    "repeated": ENR["repeatedCount"],
}
_TALLIES = {
    "rejected": ENR["refusedFor"],
    "gone": ENR["goneFor"],
    "repaired": ENR["repairedFor"],
    "pictures": ENR["pictureFailedFor"],
}


@dataclass(frozen=True, slots=True)
class Harvest:
    """One harvest. ``ulid`` sorts by start."""

    ulid: str
    source: Source
    request: Mapping[str, str] = field(default_factory=dict)

    @property
    def started(self) -> datetime:
        return ULID.from_str(self.ulid).datetime

    @classmethod
    def begin(cls, moment: datetime, source: Source, request: Mapping[str, str]) -> "Harvest":
        return cls(str(ULID.from_datetime(moment)), source, request)


def source_iri(source: Source, iris: Iris) -> NamedNode:
    """The same kind, address and selection always have the same IRI."""
    text = json.dumps([source.kind, source.address, sorted(source.selection.items())])
    return iris.source(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16])


def opening_quads(harvest: Harvest, software: Software, iris: Iris) -> Iterator[Quad]:
    """What is known of a harvest before anything is fetched."""
    activity, source = iris.harvest(harvest.ulid), source_iri(harvest.source, iris)
    triples = [
        Triple(activity, TYPE, PROV["Activity"]),
        Triple(activity, TYPE, ENR["Harvest"]),
        Triple(activity, PROV["startedAtTime"], timestamp(harvest.started)),
        Triple(activity, PROV["used"], source),
        Triple(activity, PROV["wasAssociatedWith"], software.iri(iris)),
        *(Triple(activity, ENR["request"], term) for term in _parameters(harvest.request)),
        *(Triple(activity, ENR["option"], term) for term in _parameters(harvest.source.options)),
        Triple(source, TYPE, PROV["Entity"]),
        Triple(source, TYPE, ENR["Source"]),
        Triple(source, ENR["kind"], Literal(harvest.source.kind)),
        Triple(source, ENR["address"], _literal(harvest.source.address)),
        *(Triple(source, ENR["selection"], term) for term in _parameters(harvest.source.selection)),
        *software.triples(iris),
    ]
    return (Quad(triple.subject, triple.predicate, triple.object, iris.ledger) for triple in triples)


def ending_quads(
    harvest: Harvest, ended: datetime, held: int, datestamp: str, counts: Counts, iris: Iris
) -> list[Quad]:
    """What is added when a harvest ends. ``held`` is how many records of its source are there then."""
    activity = iris.harvest(harvest.ulid)
    triples = [
        *count_triples(activity, counts),
        Triple(activity, ENR["refusedCount"], integer(counts.rejected.total())),
        Triple(activity, ENR["goneCount"], integer(counts.gone.total())),
        Triple(activity, ENR["heldCount"], integer(held)),
        Triple(activity, PROV["endedAtTime"], timestamp(ended)),
    ]
    if datestamp:
        triples.append(Triple(activity, ENR["datestamp"], Literal(datestamp)))
    return [Quad(triple.subject, triple.predicate, triple.object, iris.ledger) for triple in triples]


def failure_quads(harvest: Harvest, code: str, moment: datetime, iris: Iris) -> list[Quad]:
    """What is added when the source ends a harvest; it may go on, and fail again."""
    activity = iris.harvest(harvest.ulid)
    failure = NamedNode(f"{activity.value}#failure-{ULID.from_datetime(moment)}")
    return [
        Quad(activity, ENR["failed"], failure, iris.ledger),
        Quad(failure, ENR["code"], Literal(code), iris.ledger),
        Quad(failure, PROV["atTime"], timestamp(moment), iris.ledger),
    ]


def count_triples(node: NamedNode, counts: Counts) -> Iterator[Triple]:
    """The figures of a harvest or of one of its pages, and a tally for each reason code."""
    for name, predicate in _FIGURES.items():
        yield Triple(node, predicate, integer(getattr(counts, name)))
    for name, predicate in _TALLIES.items():
        for code, count in sorted(getattr(counts, name).items()):
            separator = "-" if "#" in node.value else "#"
            tally = NamedNode(f"{node.value}{separator}{name}-{code}")
            yield Triple(node, predicate, tally)
            yield Triple(tally, ENR["code"], Literal(code))
            yield Triple(tally, ENR["count"], integer(count))


def read_counts(client: StoreClient, graph: NamedNode, node: NamedNode | None = None) -> Counts:
    """The sum of what ``count_triples`` wrote into a graph, of all nodes or of one."""
    predicates = " ".join(map(str, (_FIGURES | _TALLIES).values()))
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?predicate ?code (SUM(COALESCE(?count, ?value)) AS ?n) WHERE {{
          VALUES ?predicate {{ {predicates} }}
          GRAPH {graph} {{
            {node or "?node"} ?predicate ?value OPTIONAL {{ ?value enr:code ?code ; enr:count ?count }}
          }}
        }} GROUP BY ?predicate ?code"""
    )
    names = {predicate.value: name for name, predicate in (_FIGURES | _TALLIES).items()}
    counts = Counts()
    for row in rows:
        name, number = names[text(row["predicate"])], int(text(row["n"]))
        if "code" in row:
            getattr(counts, name)[text(row["code"])] += number
        else:
            setattr(counts, name, number)
    return counts


def interrupted(client: StoreClient, source: Source, request: Mapping[str, str], iris: Iris) -> Harvest | None:
    """The newest harvest of this source, with this request, that has not ended."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?harvest ?request WHERE {{ GRAPH {iris.ledger} {{
          ?harvest prov:used {source_iri(source, iris)} .
          OPTIONAL {{ ?harvest enr:request ?request }}
          FILTER NOT EXISTS {{ ?harvest prov:endedAtTime ?ended }}
        }} }}"""
    )
    requests: dict[str, set[str]] = {}
    for row in rows:
        requests.setdefault(_ulid(row["harvest"]), set()).update({text(row["request"])} if "request" in row else ())
    wanted = {term.value for term in _parameters(request)}
    ulid = max((ulid for ulid, given in requests.items() if given == wanted), default=None)
    return Harvest(ulid, source, request) if ulid else None


def earlier_graphs(client: StoreClient, harvest: Harvest, iris: Iris) -> list[NamedNode]:
    """Where the pages of other harvests of the same source lie, as far as they are still there."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?graph WHERE {{
          GRAPH {iris.ledger} {{ ?harvest prov:used {source_iri(harvest.source, iris)} }}
          BIND(IRI(REPLACE(STR(?harvest), "/id/harvest/", "/graph/harvest/")) AS ?graph)
          FILTER EXISTS {{ GRAPH ?graph {{ ?page a enr:Page }} }}
        }} ORDER BY ?graph"""
    )
    own = iris.harvest_graph(harvest.ulid)
    return [graph for row in rows if isinstance(graph := row["graph"], NamedNode) and graph != own]


def known_datestamp(client: StoreClient, source: Source, iris: Iris) -> str:
    """Up to which moment, by the source's own clock, its harvests are complete; empty if none says so."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT (MAX(?stamp) AS ?newest) WHERE {{ GRAPH {iris.ledger} {{
          ?harvest prov:used {source_iri(source, iris)} ; enr:datestamp ?stamp }} }}"""
    )
    return text(rows[0]["newest"]) if rows and "newest" in rows[0] else ""


def text(term: object) -> str:
    """The text of a literal or an IRI."""
    if isinstance(term, Literal | NamedNode):
        return term.value
    raise TypeError(f"{term!r} is neither an IRI nor a literal")


def _ulid(term: object) -> str:
    return text(term).rpartition("/")[2]


def _parameters(given: Mapping[str, str]) -> list[Literal]:
    return [_literal(f"{name}={value}") for name, value in sorted(given.items())]


def _literal(given: str) -> Literal:
    """A text as it can be written: the names of files may hold bytes that are no characters."""
    return Literal(given.encode("utf-8", "replace").decode())
