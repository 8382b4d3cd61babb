"""What people decide about claims, as Web Annotations that assess. All are kept; ``standing`` says which one counts."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pyoxigraph import Literal, NamedNode, Quad
from ulid import ULID

from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, ENR, OA, PROV, RDFS, TYPE, timestamp


class Decision(StrEnum):
    """What one review says; the names are those of the ontology."""

    accepted = "accepted"
    rejected = "rejected"
    replaced = "replaced"
    needs_discussion = "needsDiscussion"


class Role(StrEnum):
    """In what capacity somebody decides; ``rank`` orders them."""

    contributor = "contributor"
    reviewer = "reviewer"
    curator = "curator"

    @property
    def rank(self) -> int:
        return tuple(Role).index(self)


@dataclass(frozen=True, slots=True)
class Replacement:
    """The claim that a person makes in the place of the one reviewed: ``annotation`` is its IRI."""

    annotation: NamedNode
    body: NamedNode
    property: NamedNode


@dataclass(frozen=True, slots=True)
class Review:
    """One decision of one person on one claim. ``reviewer`` is a pseudonym; only ``replaced`` brings a replacement."""

    ulid: str
    claim: NamedNode
    decision: Decision
    reviewer: str
    role: Role
    moment: datetime
    note: str = ""
    replacement: Replacement | None = None

    def __post_init__(self) -> None:
        if (self.replacement is not None) is not (self.decision is Decision.replaced):
            raise ValueError("a replacement and the decision `replaced` go together")

    def iri(self, iris: Iris) -> NamedNode:
        return iris.thing("review", self.ulid)


def new_ulid(moment: datetime) -> str:
    return str(ULID.from_datetime(moment))


def replacement_iri(ulid: str, claim: NamedNode, body: NamedNode, iris: Iris) -> NamedNode:
    """The IRI of what a review puts in the place of a claim."""
    return iris.annotation(ulid, claim.value, "", body.value)


def pseudonym(name: str, secret: bytes) -> str:
    """The same for the same name in one installation; nobody without its secret can tell whose it is."""
    digest = hmac.new(secret, " ".join(name.split()).casefold().encode(), hashlib.sha256).hexdigest()
    return f"reviewer-{digest[:12]}"


def review_quads(review: Review, target: NamedNode, iris: Iris) -> Iterator[Quad]:
    """9 to 10 quads in the graph of reviews, 7 more for a replacement. ``target`` is that of the claim reviewed."""
    iri, graph, reviewer = review.iri(iris), iris.reviews, iris.thing("agent", review.reviewer)
    yield Quad(iri, TYPE, OA["Annotation"], graph)
    yield Quad(iri, TYPE, ENR["Review"], graph)
    yield Quad(iri, OA["motivatedBy"], OA["assessing"], graph)
    yield Quad(iri, OA["hasTarget"], review.claim, graph)
    yield Quad(iri, OA["hasBody"], ENR[review.decision], graph)
    yield Quad(iri, DCTERMS["created"], timestamp(review.moment), graph)
    yield Quad(iri, DCTERMS["creator"], reviewer, graph)
    yield Quad(iri, ENR["role"], ENR[review.role], graph)
    if review.note:
        yield Quad(iri, RDFS["comment"], Literal(review.note), graph)
    yield Quad(reviewer, TYPE, PROV["Person"], graph)
    yield Quad(reviewer, ENR["pseudonym"], Literal(review.reviewer), graph)
    if review.replacement:
        claim = review.replacement.annotation
        yield Quad(iri, ENR["replacement"], claim, graph)
        yield Quad(claim, TYPE, OA["Annotation"], graph)
        yield Quad(claim, OA["hasBody"], review.replacement.body, graph)
        yield Quad(claim, OA["hasTarget"], target, graph)
        yield Quad(claim, ENR["property"], review.replacement.property, graph)
        yield Quad(claim, PROV["wasRevisionOf"], review.claim, graph)
        yield Quad(claim, PROV["wasAttributedTo"], reviewer, graph)
