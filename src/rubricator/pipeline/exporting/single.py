"""One run with everything that is known of it: its claims, its part of the ledger, what was retracted, what was said.

Other runs are named where it took their place or they took its, and not described.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from rubricator.iris import Iris
from rubricator.pipeline.proving.taking import whole_lines
from rubricator.rdf import ENR, PROV, SPARQL_PREFIXES
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri

_PORTION = 500


def run_quads(client: StoreClient, iris: Iris, ulid: str) -> Iterator[Quad]:
    """Every quad, graph by graph: that of the run, the ledger, the retractions of single claims, the reviews."""
    graph = iris.run_graph(ulid)
    for block in whole_lines(client.read_graph(graph)):
        for quad in parse(block, RdfFormat.N_TRIPLES):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)
    single = _single_retractions(client, iris, graph)
    yield from ledger_quads(client, iris, ulid, [event for event, _ in single])
    yield from _captures(client, iris, graph)
    for event, retraction in single:
        yield from _retracted(client, graph, event, retraction)
    yield from _reviews(client, iris, graph)


def ledger_quads(client: StoreClient, iris: Iris, ulid: str, events: Iterable[NamedNode] = ()) -> Iterator[Quad]:
    """What the ledger says of a run, and of everything that this leads to; of ``events`` too.

    Few quads, whatever the number of claims: the bytes that were looked at are not among them.
    """
    own = iris.run(ulid), iris.run_graph(ulid)
    apart = (iris.run("").value, iris.run_graph("").value, iris.image("").value, iris.harvest("").value)
    seen: set[NamedNode] = set()
    waiting = [*own, *events]
    while waiting:
        portion, waiting = waiting[:_PORTION], waiting[_PORTION:]
        seen.update(portion)
        for quad in _said(client, iris, portion):
            yield quad
            for term in (quad.subject, quad.object):
                foreign = isinstance(term, NamedNode) and term not in own and term.value.startswith(apart)
                if isinstance(term, NamedNode) and not foreign and term not in seen:
                    seen.add(term)
                    waiting.append(term)


def _said(client: StoreClient, iris: Iris, things: Iterable[NamedNode]) -> list[Quad]:
    """What is said of these, and, of events, what revokes them."""
    values, ledger = " ".join(map(str, things)), iris.ledger
    rows = client.select(
        f"""SELECT DISTINCT ?s ?p ?o WHERE {{ GRAPH {ledger} {{
          {{ VALUES ?s {{ {values} }} ?s ?p ?o }} UNION
          {{ VALUES ?o {{ {values} }} ?s {ENR["revokes"]} ?o BIND({ENR["revokes"]} AS ?p) }}
        }} }} ORDER BY ?s ?p ?o"""
    )
    return [Quad(row["s"], row["p"], row["o"], ledger) for row in rows]  # type: ignore[arg-type]


def _captures(client: StoreClient, iris: Iris, graph: NamedNode) -> Iterator[Quad]:
    rows = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT ?capture ?p ?o WHERE {{
          {{ SELECT DISTINCT ?capture WHERE {{ GRAPH {graph} {{ ?claim prov:wasDerivedFrom ?capture }} }} }}
          GRAPH {iris.ledger} {{ ?capture ?p ?o }}
        }}"""
    )
    return (Quad(capture, predicate, value, iris.ledger) for capture, predicate, value in rows)  # type: ignore[arg-type]


def _single_retractions(client: StoreClient, iris: Iris, graph: NamedNode) -> list[tuple[NamedNode, NamedNode]]:
    """The events that retracted single claims of the run, each with the graph that says which."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?event ?retraction WHERE {{
          GRAPH {iris.ledger} {{ ?retraction prov:wasGeneratedBy ?event . ?event a enr:Retraction }}
          FILTER EXISTS {{
            GRAPH ?retraction {{ ?claim prov:wasInvalidatedBy ?event }} GRAPH {graph} {{ ?claim a oa:Annotation }}
          }}
        }} ORDER BY ?event"""
    )
    return [(as_iri(row["event"]), as_iri(row["retraction"])) for row in rows]


def _retracted(client: StoreClient, graph: NamedNode, event: NamedNode, retraction: NamedNode) -> Iterator[Quad]:
    rows = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT ?claim WHERE {{
          GRAPH {retraction} {{ ?claim prov:wasInvalidatedBy {event} }} GRAPH {graph} {{ ?claim a oa:Annotation }}
        }}"""
    )
    return (Quad(claim, PROV["wasInvalidatedBy"], event, retraction) for (claim,) in rows)  # type: ignore[arg-type]


def _reviews(client: StoreClient, iris: Iris, graph: NamedNode) -> Iterator[Quad]:
    """Reviews of claims of the run, who made them, and what they put in a claim's place."""
    query = f"""{SPARQL_PREFIXES}SELECT ?review WHERE {{
      GRAPH {iris.reviews} {{ ?review a enr:Review ; oa:hasTarget ?claim }}
      GRAPH {graph} {{ ?claim a oa:Annotation }}
    }}"""
    reviewers: set[NamedNode] = set()
    with closing(client.clone()) as asking:
        found = asking.select_stream(query)
        while portion := " ".join(str(review) for (review,) in islice(found, _PORTION)):
            rows = client.select(
                f"""{SPARQL_PREFIXES}SELECT DISTINCT ?s ?p ?o WHERE {{ GRAPH {iris.reviews} {{
                  VALUES ?review {{ {portion} }}
                  {{ ?review ?p ?o BIND(?review AS ?s) }} UNION {{ ?review enr:replacement ?s . ?s ?p ?o }} UNION
                  {{ ?review dcterms:creator ?s . ?s ?p ?o }}
                }} }} ORDER BY ?s ?p ?o"""
            )
            met = set(reviewers)
            for row in rows:
                subject = as_iri(row["s"])
                if subject.value.startswith(iris.thing("agent", "").value):
                    if subject in met:
                        continue
                    reviewers.add(subject)
                yield Quad(subject, row["p"], row["o"], iris.reviews)  # type: ignore[arg-type]
