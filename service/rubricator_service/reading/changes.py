"""What changed which claims are published, in the order in which it happened: runs, events on claims, reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, ENR, PROV
from rubricator.store.results import as_iri
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


def read_changes(reading: Reading, iris: Iris, limit: int, offset: int) -> Sequence[Change]:
    """By moment: the start of a run, for its claims count from then on, and when a decision was made.

    Nothing is read of a run that was planned only. Two of one moment are in the order of their IRIs.
    """
    rows = reading.select(
        f"""SELECT ?thing ?kind ?moment WHERE {{
          {{ GRAPH {iris.ledger} {{ VALUES ?kind {{ enr:Run }} ?thing a ?kind ; prov:startedAtTime ?moment }} }} UNION
          {{ GRAPH {iris.ledger} {{
            VALUES ?kind {{ enr:Retraction enr:Supersession enr:Reinstatement }}
            ?thing a ?kind ; prov:endedAtTime ?moment
          }} }} UNION
          {{ GRAPH {iris.reviews} {{ VALUES ?kind {{ enr:Review }} ?thing a ?kind ; dcterms:created ?moment }} }}
        }} ORDER BY ?moment ?thing LIMIT {limit:d} OFFSET {offset:d}"""
    )
    return [
        Change(NamedNode(row["thing"].value), NamedNode(row["kind"].value), moment)
        for row in rows
        if isinstance(moment := row["moment"], Literal)
    ]


def count_changes(reading: Reading, iris: Iris) -> int:
    return reading.count(
        f"""SELECT (COUNT(*) AS ?count) WHERE {{
          {{ GRAPH {iris.ledger} {{ ?thing a enr:Run ; prov:startedAtTime ?moment }} }} UNION
          {{ GRAPH {iris.ledger} {{
            VALUES ?kind {{ enr:Retraction enr:Supersession enr:Reinstatement }}
            ?thing a ?kind ; prov:endedAtTime ?moment
          }} }} UNION
          {{ GRAPH {iris.reviews} {{ ?thing a enr:Review ; dcterms:created ?moment }} }}
        }}"""
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
