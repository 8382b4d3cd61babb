"""What a run says of one image: claims, near misses or a failure, and the lines of the published view that follow."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from rubricator.enrichment.policy import Decision, Scored
from rubricator.enrichment.run import Run
from rubricator.enrichment.view import claim_triples
from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, EDM, ENR, OA, PROV, SCHEMA, TYPE, decimal, timestamp
from rubricator.settings import Reusability
from rubricator.vocabulary import Concept, Vocabulary

RIGHTS_NOT_ALLOWED = "rights-not-allowed"
RIGHTS_MISSING = "rights-missing"


class Capture(Protocol):
    """The bytes that were looked at. ``source`` is the IRI of the web resource, ``media_type`` what the bytes are."""

    @property
    def source(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def retrieved(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Depiction:
    """One picture of one item: the unit that a run looks at.

    ``rendition`` is the address of the thumbnail that is looked at in place of the picture itself.
    """

    item: NamedNode
    image: NamedNode
    rights: NamedNode | None = None
    rendition: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class ClaimWriter:
    """Writes the quads of one run. Holds nothing but names, so a resumed run writes the same quads again."""

    run: Run
    vocabulary: Vocabulary
    iris: Iris

    def capture_quads(self, depiction: Depiction, capture: Capture) -> Iterator[Quad]:
        """The picture's bytes, once for all runs: 5 quads, one more with rights and one more for a thumbnail."""
        iri, ledger = self.iris.image(capture.sha256), self.iris.ledger
        yield Quad(iri, TYPE, ENR["ImageCapture"], ledger)
        yield Quad(iri, PROV["specializationOf"], depiction.image, ledger)
        yield Quad(iri, PROV["generatedAtTime"], timestamp(capture.retrieved), ledger)
        yield Quad(iri, SCHEMA["encodingFormat"], Literal(capture.media_type), ledger)
        yield Quad(iri, ENR["sha256"], Literal(capture.sha256), ledger)
        if depiction.rights is not None:
            yield Quad(iri, EDM["rights"], depiction.rights, ledger)
        if depiction.rendition is not None:
            yield Quad(iri, ENR["rendition"], depiction.rendition, ledger)

    def decision_quads(self, depiction: Depiction, capture: Capture, decision: Decision) -> Iterator[Quad]:
        """15 quads for the first claim on a picture, 11 for each further one; 6 for each near miss, and 2 for a target.

        The target (which picture of which item) is one node a picture, named after the best concept's annotation. That
        it is of the item comes last: servers that take quads a thousand at a time may be killed before it, and then the
        item is looked at again.
        """
        graph = self.iris.run_graph(self.run.ulid)
        scores = (*decision.claimed, *decision.near)
        target = NamedNode(f"{self._annotation(depiction, capture, scores[0]).value}#target")
        yield Quad(target, OA["hasSource"], depiction.image, graph)
        for score in scores:
            annotation, concept = self._annotation(depiction, capture, score), self._concept(score)
            claimed = score in decision.claimed
            yield Quad(annotation, TYPE, OA["Annotation"] if claimed else ENR["NearMiss"], graph)
            yield Quad(annotation, OA["hasBody"], concept.body, graph)
            yield Quad(annotation, OA["hasTarget"], target, graph)
            yield Quad(annotation, EDM["confidenceLevel"], decimal(score.confidence), graph)
            yield Quad(annotation, ENR["rawScore"], decimal(score.raw_score), graph)
            yield Quad(annotation, PROV["wasDerivedFrom"], self.iris.image(capture.sha256), graph)
            if claimed:
                yield Quad(annotation, ENR["property"], concept.property, graph)
                for triple in claim_triples(
                    annotation, depiction.item, concept.body, concept.property, decimal(score.confidence), self.iris
                ):
                    yield Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())
        yield Quad(target, OA["hasScope"], depiction.item, graph)

    def failure_quads(self, depiction: Depiction, code: str, message: str) -> Iterator[Quad]:
        """A picture that could not be looked at: 5 quads."""
        graph, failure = self.iris.run_graph(self.run.ulid), self._failure(depiction)
        yield Quad(failure, TYPE, ENR["Failure"], graph)
        yield Quad(failure, ENR["code"], Literal(code), graph)
        yield Quad(failure, DCTERMS["description"], Literal(message), graph)
        yield Quad(failure, OA["hasSource"], depiction.image, graph)
        yield Quad(failure, OA["hasScope"], depiction.item, graph)

    def closed_quads(self, depiction: Depiction, needed: Reusability) -> Iterator[Quad]:
        """A picture that was not fetched because the run may not fetch those of its class of rights: 6 or 7 quads."""
        graph, failure = self.iris.run_graph(self.run.ulid), self._failure(depiction)
        yield Quad(failure, ENR["reusability"], Literal(needed), graph)
        if depiction.rights is None:
            message = f"No rights are stated for it; --reusability {needed} allows what states none."
            yield from self.failure_quads(depiction, RIGHTS_MISSING, message)
            return
        yield Quad(failure, EDM["rights"], depiction.rights, graph)
        message = f"{depiction.rights.value} does not allow it; --reusability {needed} does."
        yield from self.failure_quads(depiction, RIGHTS_NOT_ALLOWED, message)

    def _failure(self, depiction: Depiction) -> NamedNode:
        digest = hashlib.sha256(f"{depiction.image.value}|{depiction.item.value}".encode()).hexdigest()
        return NamedNode(f"{self.iris.run(self.run.ulid).value}#failure-{digest[:26]}")

    def _annotation(self, depiction: Depiction, capture: Capture, score: Scored) -> NamedNode:
        concept = self._concept(score)
        return self.iris.annotation(self.run.ulid, capture.sha256, depiction.item.value, concept.body.value)

    def _concept(self, score: Scored) -> Concept:
        return self.vocabulary.by_slug(score.concept)
