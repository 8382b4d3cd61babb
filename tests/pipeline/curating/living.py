"""A store with runs in it, for tests of what happens to claims afterwards."""

from datetime import UTC, datetime

from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.view import claim_triples
from rubricator.iris import Iris
from rubricator.rdf import DC, EDM, ENR, OA, PROV, TYPE, decimal, timestamp
from rubricator.store.client import StoreClient

ITEMS = [NamedNode(f"http://data.europeana.eu/item/1/{n}") for n in range(3)]
BEGUN = datetime(2026, 11, 22, 8, tzinfo=UTC)


def enriched(client: StoreClient, iris: Iris, run: str, body: NamedNode, confidence: float = 0.9) -> list[NamedNode]:
    """A run that claims one concept of each item; returns its annotations."""
    graph, annotations = iris.run_graph(run), []
    quads = [
        Quad(graph, PROV["wasGeneratedBy"], iris.run(run), iris.ledger),
        Quad(iris.run(run), TYPE, ENR["Run"], iris.ledger),
        Quad(iris.run(run), PROV["startedAtTime"], timestamp(BEGUN), iris.ledger),
    ]
    for number, item in enumerate(ITEMS):
        annotation = iris.annotation(run, "0", item.value, body.value)
        target, sure = NamedNode(f"{annotation.value}#target"), decimal(confidence - number / 10)
        annotations.append(annotation)
        quads += [
            Quad(target, OA["hasScope"], item, graph),
            Quad(target, OA["hasSource"], NamedNode(f"https://museum.example.org/{number}.jpg"), graph),
            Quad(annotation, TYPE, OA["Annotation"], graph),
            Quad(annotation, OA["hasBody"], body, graph),
            Quad(annotation, OA["hasTarget"], target, graph),
            Quad(annotation, ENR["property"], DC["type"], graph),
            Quad(annotation, EDM["confidenceLevel"], sure, graph),
        ]
        lines = claim_triples(annotation, item, body, DC["type"], sure, iris)
        quads += [Quad(line.subject, line.predicate, line.object) for line in lines]
    client.load(quads)
    return annotations
