"""Claims on whatever items a store has, as a run leaves them, in the ledger as far as exports read it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.view import claim_triples
from rubricator.iris import Iris
from rubricator.rdf import DC, EDM, ENR, OA, PROV, SPARQL_PREFIXES, TYPE, decimal, timestamp
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri

BEGUN = datetime(2026, 11, 22, 8, tzinfo=UTC)


def items_of(client: StoreClient) -> list[NamedNode]:
    """The items of all records."""
    rows = client.select(
        f"{SPARQL_PREFIXES}SELECT DISTINCT ?item WHERE {{ GRAPH ?g {{ ?g foaf:primaryTopic ?item }} }} ORDER BY ?item"
    )
    return [as_iri(row["item"]) for row in rows]


def claim(
    client: StoreClient,
    iris: Iris,
    run: str,
    items: Sequence[NamedNode],
    body: NamedNode,
    confidence: float = 0.9134,
    property_: NamedNode = DC["type"],
) -> list[NamedNode]:
    """A run that claims one concept of each item; returns its annotations."""
    claims = [iris.annotation(run, "0", item.value, body.value) for item in items]
    client.load(_quads(iris, run, zip(claims, items, strict=True), body, confidence, property_))
    return claims


def _quads(
    iris: Iris,
    run: str,
    claims: Iterable[tuple[NamedNode, NamedNode]],
    body: NamedNode,
    confidence: float,
    property_: NamedNode,
) -> Iterable[Quad]:
    graph, software, sure = iris.run_graph(run), iris.thing("agent", "rubricator-test"), decimal(confidence)
    yield Quad(graph, PROV["wasGeneratedBy"], iris.run(run), iris.ledger)
    yield Quad(iris.run(run), TYPE, ENR["Run"], iris.ledger)
    yield Quad(iris.run(run), PROV["startedAtTime"], timestamp(BEGUN), iris.ledger)
    yield Quad(iris.run(run), PROV["wasAssociatedWith"], software, iris.ledger)
    for annotation, item in claims:
        target = NamedNode(f"{annotation.value}#target")
        yield Quad(target, OA["hasScope"], item, graph)
        yield Quad(target, OA["hasSource"], NamedNode("https://museum.example.org/1.jpg"), graph)
        yield Quad(annotation, TYPE, OA["Annotation"], graph)
        yield Quad(annotation, OA["hasBody"], body, graph)
        yield Quad(annotation, OA["hasTarget"], target, graph)
        yield Quad(annotation, ENR["property"], property_, graph)
        yield Quad(annotation, EDM["confidenceLevel"], sure, graph)
        for line in claim_triples(annotation, item, body, property_, sure, iris):
            yield Quad(line.subject, line.predicate, line.object)
