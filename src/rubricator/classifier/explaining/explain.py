"""Explains what a classifier makes of one picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rubricator.classifier.errors import ModelError, require_clip
from rubricator.classifier.explaining.heatmap import HeatMap, seen_region

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from rubricator.classifier.prompted import Classifier

RUNNERS_UP = 5
PROMPTS = 5
METHOD = (
    "Gradient times activation on the last map of the image tower, followed back through attention where there is any, "
    "for the log odds of the concept against all others."
)


Scores = Callable[["Tensor"], "Sequence[Sequence[Scored]]"]
"""Unit features, float32 (n, dimension) → n rows of all concepts, best first."""


class Scored(Protocol):
    """What a classifier, or a policy that chooses among its answers, says of one concept."""

    @property
    def concept(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def raw_score(self) -> float: ...


@dataclass(frozen=True, slots=True)
class PromptScore:
    """How near one prompt lies to the picture: the cosine of their features, in [-1, 1]."""

    prompt: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Considered:
    """A concept (its slug) that was considered; ``prompts`` are its nearest ones, nearest first.

    A concept's features are the mean of its prompts', so a prompt counts for as much as it is near. With a trained
    head the prompts do not decide. ``prompts`` is empty for concepts other than the chosen one and the best of the
    others.
    """

    concept: str
    confidence: float
    raw_score: float
    prompts: tuple[PromptScore, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """That a picture shows none of the concepts, which takes its share of the confidence of one of many.

    ``prompts`` are the nearest of the phrases that stand for it, nearest first; the first of them decides.
    """

    confidence: float
    prompts: tuple[PromptScore, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """``chosen`` is the concept that is explained, ``runners_up`` the others, best first.

    ``outside`` is None where the classifier knows no picture of none of the concepts. ``heat_map`` shows which places
    speak for the chosen concept rather than for the others; where there is none, ``without_map`` is the sentence that
    says why. ``features`` is float32 (dimension,), unit length.
    """

    chosen: Considered
    runners_up: tuple[Considered, ...]
    outside: Outside | None
    heat_map: HeatMap | None
    without_map: str | None
    features: "Tensor"


def explain(classifier: "Classifier", scores: Scores, picture: "Image", concept: str | None = None) -> Explanation:
    """Explain ``concept``, or the one that is surest by ``scores`` (of the classifier), in an RGB picture.

    Raises ModelError if the classifier does not know the concept, or sees nothing that could be explained.
    """
    require_clip()
    prepared = classifier.model.prepare(picture)
    features = classifier.model.encode_images(prepared[None])
    if not features.isfinite().all():
        raise ModelError(
            f"{classifier.model.identity.name} makes no numbers of this picture; there is nothing to explain."
        )
    ranked = scores(features)[0]
    if concept is None:
        concept = ranked[0].concept
    elif concept not in classifier.concepts:
        known = ", ".join(sorted(classifier.concepts))
        raise ModelError(f"The classifier knows no concept {concept!r}; it knows {known}.")
    others = [score for score in ranked if score.concept != concept]
    worded = [concept, *(score.concept for score in others[:1])]
    considered = {
        score.concept: Considered(
            score.concept,
            score.confidence,
            score.raw_score,
            _nearest(classifier, features, classifier.prompts.prompts[score.concept])
            if score.concept in worded
            else (),
        )
        for score in ranked
    }
    heat_map, without_map = _heat_map(classifier, picture, prepared, concept)
    return Explanation(
        considered[concept],
        tuple(considered[score.concept] for score in others[:RUNNERS_UP]),
        _outside(classifier, features),
        heat_map,
        without_map,
        features[0],
    )


def _scaled(classifier: "Classifier", features: "Tensor") -> "Tensor":
    """The logits whose softmax decides which one of many it is: after calibration, where there is one."""
    logits = classifier.logits(features)
    return classifier.calibration.one.scaled(logits) if classifier.calibration else logits


def _outside(classifier: "Classifier", features: "Tensor") -> Outside | None:
    confidences = _scaled(classifier, features).softmax(dim=1)[0].tolist()
    if len(confidences) == len(classifier.concepts):
        return None
    return Outside(confidences[-1], _nearest(classifier, features, classifier.prompts.others))


def _nearest(classifier: "Classifier", features: "Tensor", texts: Sequence[str]) -> tuple[PromptScore, ...]:
    cosines = (classifier.model.encode_texts(texts) @ features[0]).tolist()
    ranked = sorted(zip(texts, cosines, strict=True), key=lambda pair: -pair[1])
    return tuple(PromptScore(text, cosine) for text, cosine in ranked[:PROMPTS])


def _heat_map(
    classifier: "Classifier", picture: "Image", prepared: "Tensor", concept: str
) -> tuple[HeatMap | None, str | None]:
    """A map for the log odds of the concept against all others: why this one, rather than what every one sees."""
    from rubricator.classifier.explaining.places import NoPlaces
    from rubricator.classifier.explaining.relevance import relevance

    chosen = classifier.concepts.index(concept)

    def odds(features: "Tensor") -> "Tensor":
        logits = _scaled(classifier, features)[0]
        others = [column for column in range(len(logits)) if column != chosen]
        return logits[chosen] - logits[others].logsumexp(dim=0) if others else logits[chosen]

    try:
        values = relevance(classifier.model, prepared, odds)
    except NoPlaces:
        name = classifier.model.identity.name
        return None, f"There is no heat map: no layer of {name} tells one place of a picture from another."
    strongest = float(values.max())
    if not strongest > 0:
        return None, "There is no heat map: no place of the picture speaks for the concept more than for the others."
    rows = tuple(tuple(row) for row in (values / strongest).tolist())
    aspect = prepared.shape[2] / prepared.shape[1]
    return HeatMap(rows, seen_region(*picture.size, aspect, classifier.model.resize_mode)), None
