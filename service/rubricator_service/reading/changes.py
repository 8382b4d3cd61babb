"""What changed which claims are published, in the order in which it happened: runs, events on claims, reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, ENR, PROV, SPARQL_PREFIXES, XSD
from rubricator.store.mediatypes import TSV
from rubricator.store.readers import QueryRequest
from rubricator.store.results import as_iri
from rubricator.store.snapshots import moment_of
from rubricator_service.reading.store import Reading, values


@dataclass(frozen=True, slots=True)
class Change:
    """``thing`` is a run, a retraction, a supersession, a reinstatement or a review, ``kind`` its class."""

    thing: NamedNode
    kind: NamedNode
    moment: Literal


@dataclass(frozen=True, slots=True)
class Decided:
    """What a review decided. ``concept`` is the body of the claim; None where no run makes such a claim."""

    decision: NamedNode
    concept: NamedNode | None


@dataclass(frozen=True, slots=True)
class Order:
    """All changes of a store by moment, two of one moment by their IRIs: a line of text each, for there may be many.

    The start of a run counts, for its claims count from then on, and when a decision was made. Nothing is read of a run
    that was planned only. ``taken`` is when the store was like this.
    """

    lines: Sequence[bytes]
    taken: datetime

    def __len__(self) -> int:
        return len(self.lines)

    def window(self, start: int, stop: int) -> list[Change]:
        """The changes from one place in the order to before another."""
        return [_change(line) for line in self.lines[start:stop]]


def read_order(reading: Reading, iris: Iris, foreign: bool) -> Order:
    """Sorted here, once for many pages: a store reads and sorts all changes for a page of them, wherever that begins.

    Some tens of microseconds a change. ``foreign`` stores know no moment.
    """
    asked, rest = datetime.now(UTC), b""
    lines: list[bytes] = []
    request = QueryRequest(SPARQL_PREFIXES + _all_changes(iris), reading.base, solutions=TSV, graph=None)
    with reading.readers.download(request) as answer:
        for chunk in answer.chunks:
            *whole, rest = (rest + chunk).split(b"\n")
            lines += (line.strip() for line in whole)
    return Order(sorted(lines[1:], key=_place), asked if foreign else moment_of(answer.revision))


def _all_changes(iris: Iris) -> str:
    return f"""SELECT ?moment ?thing ?kind WHERE {{
      {{ GRAPH {iris.ledger} {{ VALUES ?kind {{ enr:Run }} ?thing a ?kind ; prov:startedAtTime ?moment }} }} UNION
      {{ GRAPH {iris.ledger} {{
        VALUES ?kind {{ enr:Retraction enr:Supersession enr:Reinstatement }}
        ?thing a ?kind ; prov:endedAtTime ?moment
      }} }} UNION
      {{ GRAPH {iris.reviews} {{ VALUES ?kind {{ enr:Review }} ?thing a ?kind ; dcterms:created ?moment }} }}
      FILTER(isIRI(?thing) && DATATYPE(?moment) = xsd:dateTime)
    }}"""


def _place(line: bytes) -> tuple[datetime, bytes]:
    """By the moment itself: its text has as many decimals as it needs."""
    moment, thing, _ = line.split(b"\t")
    return datetime.fromisoformat(moment.split(b'"')[1].decode()), thing


def _change(line: bytes) -> Change:
    moment, thing, kind = line.decode().split("\t")
    return Change(
        NamedNode(thing[1:-1]), NamedNode(kind[1:-1]), Literal(moment.split('"')[1], datatype=XSD["dateTime"])
    )


def read_decisions(reading: Reading, iris: Iris, changes: Sequence[Change]) -> Mapping[NamedNode, Decided]:
    """Of the reviews among these changes, what was decided and of which concept."""
    reviews = [change.thing for change in changes if change.kind == ENR["Review"]]
    if not reviews:
        return {}
    rows = reading.select(
        f"""SELECT ?review ?decision ?concept WHERE {{
          GRAPH {iris.reviews} {{ {values("review", reviews)} ?review oa:hasBody ?decision ; oa:hasTarget ?claim }}
          OPTIONAL {{ GRAPH ?graph {{ ?claim oa:hasBody ?concept }} GRAPH {iris.ledger} {{ ?graph a prov:Bundle }} }}
        }}"""
    )
    return {
        as_iri(row["review"]): Decided(as_iri(row["decision"]), as_iri(row["concept"]) if "concept" in row else None)
        for row in rows
    }


def describe_changes(reading: Reading, iris: Iris, changes: Sequence[Change]) -> list[Triple]:
    """What is needed to follow them, in terms that lead on: to the graphs of claims, and to lists of single claims.

    Of a run only what holds from its start on, so that what was read once stays true. ``prov:generated`` and
    ``prov:invalidated`` are the ledger's own statements the other way round: they belong to the change.
    """
    if not changes:
        return []
    things = values("thing", (change.thing for change in changes))
    moments = (Triple(change.thing, DCTERMS["created"], change.moment) for change in changes)
    told = reading.construct(
        f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
          {{ GRAPH {iris.ledger} {{
            {things} ?thing a enr:Run ; ?p ?o . VALUES ?p {{ rdf:type prov:startedAtTime prov:wasAssociatedWith }}
          }} BIND(?thing AS ?s) }} UNION
          {{ GRAPH {iris.ledger} {{
            {things} VALUES ?kind {{ enr:Retraction enr:Supersession enr:Reinstatement }} ?thing a ?kind ; ?p ?o
          }} BIND(?thing AS ?s) }} UNION
          {{ GRAPH {iris.ledger} {{ {things} ?o prov:wasGeneratedBy ?thing }}
             BIND(?thing AS ?s) BIND({PROV["generated"]} AS ?p) }} UNION
          {{ GRAPH {iris.ledger} {{ {things} ?o prov:wasInvalidatedBy ?thing }}
             BIND(?thing AS ?s) BIND({PROV["invalidated"]} AS ?p) }} UNION
          {{ GRAPH {iris.reviews} {{ {things} ?thing a enr:Review ; ?p ?o }} BIND(?thing AS ?s) }} UNION
          {{ GRAPH {iris.reviews} {{ {things} ?thing enr:replacement ?s . ?s ?p ?o }} }}
        }}"""
    )
    return sorted({*told, *moments}, key=str)
