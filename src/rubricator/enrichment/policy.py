"""What a run may fetch, and what it makes of scores: claims and near misses. Pure; knows nothing of RDF."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Protocol

from rubricator.settings import Labels, Pictures, Reusability


class Scored(Protocol):
    """One concept's score for one image, best first in every sequence of them.

    ``confidence`` lies in [0, 1]; ``raw_score`` is the cosine of image and text features, in [-1, 1].
    """

    @property
    def concept(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def raw_score(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy makes of one image: the ``claimed`` concepts, and the ``near`` misses of those that were close."""

    claimed: tuple[Scored, ...]
    near: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class PicturePolicy:
    """Which pictures a run may fetch, by the class of their rights, and whether originals or thumbnails are looked at.

    Two policies with the same content have the same IRI.
    """

    pictures: Pictures
    reusability: frozenset[Reusability]

    @property
    def sha256(self) -> str:
        """Over the sorted JSON of all fields."""
        return _sha256({"pictures": self.pictures, "reusability": sorted(self.reusability)})


@dataclass(frozen=True, slots=True)
class ConceptThreshold:
    """From which confidence a concept (its slug) is claimed, and what was measured on its labelled ``pictures``.

    ``least`` is None where the concept is never claimed, and ``reason`` says why. ``precision`` is the share of right
    claims, ``coverage`` that of the concept's pictures which get it.
    """

    concept: str
    least: float | None
    precision: float | None
    coverage: float
    pictures: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AppliedCalibration:
    """How logits became confidences: ``logit * scale + bias``, before the softmax or the sigmoid.

    ``sha256`` is that of the whole calibration. ``biases`` are by concept (its slug), sorted; ``other`` is that of what
    is none of the concepts, None where nothing stands for it.
    """

    sha256: str
    scale: float
    biases: tuple[tuple[str, float], ...]
    other: float | None = None


@dataclass(frozen=True, slots=True)
class DecisionPolicy:
    """Calibration, thresholds and their evidence. Two policies with the same content have the same IRI.

    ``thresholds`` are by concept, sorted, and no other concept is claimed; ``threshold`` is that of all concepts where
    there are none. ``labels`` says whether the best concept alone may be claimed, or several, of which no two are in
    ``exclusions`` (pairs of slugs). ``calibrated`` says whether a confidence of 0.8 has been measured to be right eight
    times in ten, ``calibration`` by which scale, ``evidence`` is the sentence that says where, ``dataset_sha256`` names
    the labelled pictures. ``precision`` is what the thresholds promise for each concept, ``threshold_evidence`` the
    sentence that says what they kept.
    """

    threshold: float
    near_miss_floor: float
    calibrated: bool
    evidence: str | None = None
    max_concepts: int = 3
    max_near_misses: int = 2
    labels: Labels = "one"
    thresholds: tuple[ConceptThreshold, ...] = ()
    exclusions: tuple[tuple[str, str], ...] = ()
    precision: float | None = None
    dataset_sha256: str | None = None
    calibration: AppliedCalibration | None = None
    threshold_evidence: str | None = None

    @property
    def claims_nothing(self) -> bool:
        """Whether no confidence reaches the threshold of any concept."""
        thresholds = [one.least for one in self.thresholds] or [self.threshold]
        return all(least is None or least > 1 for least in thresholds)

    @property
    def told(self) -> str:
        """What people call it."""
        if not self.thresholds:
            return f"one threshold of {self.threshold:g} for all concepts"
        promise = f" that promises a precision of {self.precision:g}" if self.precision is not None else ""
        return f"a threshold for each concept{promise}"

    @property
    def sha256(self) -> str:
        """Over the sorted JSON of all fields, numbers as the ledger has them: it can be recomputed from there."""
        told = replace(self, threshold=self.least, exclusions=tuple(sorted(self.exclusions)))
        return _sha256({name: _told(value) for name, value in asdict(told).items()})

    @property
    def least(self) -> float:
        """The least confidence at which anything is claimed; 1 where nothing ever is."""
        own = [one.least for one in self.thresholds if one.least is not None]
        return min(own, default=1.0) if self.thresholds else self.threshold

    def decide(self, scores: Sequence[Scored]) -> Decision:
        """Claim what reaches its threshold. ``scores`` come best first.

        An image for which nothing is claimed keeps its best concept as a near miss whatever the floor, so that the
        store can tell an image that was looked at from one that was not.
        """
        (decision,) = self.decide_each([scores])
        return decision

    def decide_each(self, images: Iterable[Sequence[Scored]]) -> Iterator[Decision]:
        """As ``decide``, for many images; looks at no score that cannot matter any more."""
        thresholds, lowest = {one.concept: one.least for one in self.thresholds}, min(self.least, self.near_miss_floor)
        eligible = 1 if self.labels == "one" else None
        for scores in images:
            claimed: list[Scored] = []
            near: list[Scored] = []
            for place, score in enumerate(scores):
                may = (eligible is None or place < eligible) and len(claimed) < self.max_concepts
                if score.confidence < lowest or (not may and len(near) == self.max_near_misses):
                    break
                least = thresholds.get(score.concept) if thresholds else self.threshold
                if may and least is not None and score.confidence >= least and self._goes_with(score, claimed):
                    claimed.append(score)
                elif score.confidence >= self.near_miss_floor and len(near) < self.max_near_misses:
                    near.append(score)
            yield Decision(tuple(claimed), tuple(near) if claimed or near else tuple(scores[:1]))

    def _goes_with(self, score: Scored, claimed: Iterable[Scored]) -> bool:
        """Whether no concept that is claimed excludes this one."""
        pairs = ((min(score.concept, one.concept), max(score.concept, one.concept)) for one in claimed)
        return not any(pair in self.exclusions for pair in pairs)


def _told(value: object) -> object:
    """Numbers with four places, wherever they are."""
    if isinstance(value, float):
        return f"{Decimal(value):.4f}".replace("-0.0000", "0.0000")
    if isinstance(value, dict):
        return {name: _told(one) for name, one in value.items()}
    return [_told(one) for one in value] if isinstance(value, list | tuple) else value


def _sha256(fields: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
