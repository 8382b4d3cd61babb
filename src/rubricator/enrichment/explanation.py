"""Why a concept was claimed of a picture, as triples: what else was considered, which words and pictures are near."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, EDM, ENR, FOAF, OA, PROV, RDFS, TYPE, decimal, timestamp
from rubricator.vocabulary import PromptSet, Vocabulary

MOST_TRIPLES = 160
"""What an explanation takes at most: whoever explains a million claims can reckon with it."""


class Worded(Protocol):
    """How near one prompt lies to a picture: the cosine of their features, in [-1, 1]."""

    @property
    def prompt(self) -> str: ...
    @property
    def cosine(self) -> float: ...


@dataclass(frozen=True, slots=True)
class ExplainedConcept:
    """A concept (its slug) that was considered. ``threshold`` is the least confidence at which it would be claimed.

    ``threshold`` is None where the policy never claims it; ``prompts`` are the nearest ones, for some concepts only.
    """

    concept: str
    confidence: float
    raw_score: float
    threshold: float | None
    prompts: tuple[Worded, ...] = ()


class Outside(Protocol):
    """How sure it is that a picture shows none of the concepts, and the nearest phrases for that, nearest first."""

    @property
    def confidence(self) -> float: ...
    @property
    def prompts(self) -> Sequence[Worded]: ...


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A picture of an item that was claimed to show the same concept; ``cosine`` is that of both pictures' features."""

    item: NamedNode
    image: NamedNode
    sha256: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Explained:
    """What is told of one picture, by its sha-256, and of the ``annotation`` that claims ``chosen`` of it, if any.

    ``method`` says how the heat map was made, None where there is none; ``remarks`` are sentences on what is missing.
    ``outside`` is None where what decided knows no picture of none of the concepts.
    """

    annotation: NamedNode | None
    sha256: str
    chosen: ExplainedConcept
    runners_up: tuple[ExplainedConcept, ...]
    neighbours: tuple[Neighbour, ...]
    method: str | None
    remarks: tuple[str, ...]
    outside: Outside | None = None


def explanation_iri(explained: Explained, iris: Iris) -> NamedNode:
    """``BASE/annotation/{hash}/explanation``; of a picture that nothing was claimed of, a part of its capture."""
    if explained.annotation is None:
        return iris.part(iris.image(explained.sha256), f"explanation-{explained.chosen.concept}")
    return NamedNode(f"{explained.annotation.value}/explanation")


def explanation_triples(
    explained: Explained, vocabulary: Vocabulary, prompts: PromptSet, maker: NamedNode, made: datetime, iris: Iris
) -> Iterator[Triple]:
    """At most ``MOST_TRIPLES``. ``maker`` is the software."""
    explanation = explanation_iri(explained, iris)
    yield Triple(explanation, TYPE, ENR["Explanation"])
    yield Triple(explanation, TYPE, PROV["Entity"])
    yield Triple(explanation, PROV["wasDerivedFrom"], iris.image(explained.sha256))
    yield Triple(explanation, DCTERMS["creator"], maker)
    yield Triple(explanation, DCTERMS["created"], timestamp(made))
    if explained.annotation is not None:
        yield Triple(explanation, ENR["explains"], explained.annotation)
        if explained.method is not None:
            yield Triple(explanation, FOAF["depiction"], NamedNode(f"{explanation.value}.png"))
    if explained.method is not None:
        yield Triple(explanation, ENR["heatMapMethod"], Literal(explained.method, language="en"))
    for remark in (*explained.remarks, *_outside_remark(explained)):
        yield Triple(explanation, RDFS["comment"], Literal(remark, language="en"))
    parts = [(ENR["considered"], explained.chosen), *((ENR["runnerUp"], concept) for concept in explained.runners_up)]
    for link, concept in parts:
        part = _part(explanation, concept.concept)
        yield Triple(explanation, link, part)
        yield from _concept_triples(part, concept, vocabulary, prompts)
    yield from _neighbour_triples(explanation, explained.neighbours, iris)


def _outside_remark(explained: Explained) -> Iterator[str]:
    if explained.outside is not None:
        nearest = explained.outside.prompts[0]
        yield (
            f"That the picture shows none of the concepts was considered too, with a confidence of "
            f"{explained.outside.confidence:.2f}; the nearest prompt for that is “{nearest.prompt}” "
            f"(cosine {nearest.cosine:.3f})."
        )


def _concept_triples(
    part: NamedNode, concept: ExplainedConcept, vocabulary: Vocabulary, prompts: PromptSet
) -> Iterator[Triple]:
    yield Triple(part, ENR["forConcept"], vocabulary.by_slug(concept.concept).body)
    yield Triple(part, EDM["confidenceLevel"], decimal(concept.confidence))
    yield Triple(part, ENR["rawScore"], decimal(concept.raw_score))
    if concept.threshold is not None:
        yield Triple(part, ENR["minimumConfidence"], decimal(concept.threshold))
    for place, near in enumerate(concept.prompts, start=1):
        prompt = NamedNode(f"{part.value}-prompt-{place}")
        yield Triple(part, ENR["nearPrompt"], prompt)
        yield Triple(prompt, ENR["prompt"], Literal(near.prompt, language=prompts.language_of(near.prompt)))
        yield Triple(prompt, ENR["rawScore"], decimal(near.cosine))


def _neighbour_triples(explanation: NamedNode, neighbours: Sequence[Neighbour], iris: Iris) -> Iterator[Triple]:
    for place, neighbour in enumerate(neighbours, start=1):
        part = _part(explanation, f"similar-{place}")
        yield Triple(explanation, ENR["similarPicture"], part)
        yield Triple(part, OA["hasSource"], neighbour.image)
        yield Triple(part, OA["hasScope"], neighbour.item)
        yield Triple(part, PROV["wasDerivedFrom"], iris.image(neighbour.sha256))
        yield Triple(part, ENR["rawScore"], decimal(neighbour.cosine))


def _part(explanation: NamedNode, name: str) -> NamedNode:
    separator = "-" if "#" in explanation.value else "#"
    return NamedNode(f"{explanation.value}{separator}{quote(name, safe='-_.~')}")
