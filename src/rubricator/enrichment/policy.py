"""What a run may fetch, and what it makes of scores: claims and near misses. Pure; knows nothing of RDF."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from rubricator.settings import Pictures, Reusability


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
class DecisionPolicy:
    """A threshold and its evidence. Two policies with the same content have the same IRI.

    ``calibrated`` says whether a confidence of 0.8 has been measured to be right eight times in ten; ``evidence`` is
    the sentence of the model card that says where.
    """

    threshold: float
    near_miss_floor: float
    calibrated: bool
    evidence: str | None = None
    max_concepts: int = 3
    max_near_misses: int = 2

    @property
    def sha256(self) -> str:
        """Over the sorted JSON of all fields."""
        return _sha256(asdict(self))

    def decide(self, scores: Sequence[Scored]) -> Decision:
        """Claim what reaches the threshold. ``scores`` come best first.

        An image for which nothing is claimed keeps its best concept as a near miss whatever the floor, so that the
        store can tell an image that was looked at from one that was not.
        """
        claimed = tuple(score for score in scores if score.confidence >= self.threshold)[: self.max_concepts]
        others = scores[len(claimed) :]
        near = tuple(score for score in others if score.confidence >= self.near_miss_floor)[: self.max_near_misses]
        return Decision(claimed, near if claimed or near else tuple(others[:1]))


def _sha256(fields: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
