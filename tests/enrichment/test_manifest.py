"""The hashes of a graph are those of its canonical form."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad

from rubricator.enrichment.claims import ClaimWriter, Depiction
from rubricator.enrichment.manifest import hash_graph, hash_quads, part_of
from rubricator.enrichment.policy import Decision
from rubricator.enrichment.run import Run
from rubricator.iris import Iris
from rubricator.rdf import DCTERMS
from rubricator.vocabulary import load_vocabulary
from tests.enrichment.classified import Capture, Score

GRAPH = NamedNode("http://rubricator.test/graph/run/R")
AWKWARD = Literal('é "quoted" \\ back\ttab \r\n \x08\x0c\x7f\x01\u200b end .\n', language="en")


def claims(iris: Iris, capture: Capture) -> list[Quad]:
    """What a run writes to its graph, with what is awkward to write as text."""
    writer = ClaimWriter(Run("R", capture.retrieved), load_vocabulary(iris), iris)
    quads: list[Quad] = []
    for number in range(40):
        item = NamedNode(f"http://data.europeana.eu/item/1/{number}")
        image = NamedNode(f"https://museum.example.org/{number}.jpg")
        depiction = Depiction(item, image)
        decision = Decision((Score("painting", 0.9),), (Score("map", 0.07),))
        quads += writer.decision_quads(depiction, replace(capture, sha256=f"{number:064}"), decision)
    failure = next(writer.failure_quads(Depiction(GRAPH, GRAPH), "image-truncated", "")).subject
    return [
        *(quad for quad in quads if quad.graph_name == GRAPH),
        Quad(failure, DCTERMS["description"], AWKWARD, GRAPH),
    ]


def canonical(quads: Iterable[Quad]) -> bytes:
    """RDFC-1.0 as Oxigraph has it, and its lines sorted."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return b"".join(sorted(f"{quad} .\n".encode() for quad in dataset))


def lines(quads: Iterable[Quad]) -> list[bytes]:
    return sorted(f"{quad.triple} .\n".encode() for quad in quads)


def test_the_hash_of_a_graph_is_that_of_its_canonical_n_quads(iris: Iris, capture: Capture) -> None:
    quads = claims(iris, capture)

    hashed = hash_graph(lines(quads), GRAPH)

    assert hashlib.sha256(canonical(quads)).hexdigest() == hashed.whole.sha256
    assert len(set(quads)) == hashed.whole.quads


def test_each_part_is_hashed_as_if_it_were_all(iris: Iris, capture: Capture) -> None:
    quads = claims(iris, capture)
    parts = hash_graph(lines(quads), GRAPH).parts

    for name, hashed in parts.items():
        mine = [quad for quad in quads if part_of(quad.subject.value) == name]  # type: ignore[union-attr]
        assert hashlib.sha256(canonical(mine)).hexdigest() == hashed.sha256
    assert len(set(quads)) == sum(hashed.quads for hashed in parts.values())


def test_a_changed_quad_changes_the_whole_and_one_part(iris: Iris, capture: Capture) -> None:
    quads = claims(iris, capture)
    changed = [*quads[1:], Quad(quads[0].subject, quads[0].predicate, GRAPH, GRAPH)]

    before, after = hash_graph(lines(quads), GRAPH), hash_graph(lines(changed), GRAPH)

    assert before.whole != after.whole
    assert [part_of(quads[0].subject.value)] == [  # type: ignore[union-attr]
        name for name in before.parts if before.parts[name] != after.parts[name]
    ]


def test_a_quad_that_is_told_twice_counts_once(iris: Iris, capture: Capture) -> None:
    quads = claims(iris, capture)

    assert hash_graph(lines(quads), GRAPH) == hash_graph(lines([*quads, *quads[:3]]), GRAPH)
    assert hash_quads(quads) == hash_quads([*quads, *quads[:3]])
