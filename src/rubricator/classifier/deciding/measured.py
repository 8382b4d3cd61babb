"""A calibration: how logits become confidences, from which one a concept is claimed, and what was measured there."""

import hashlib
import json
from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from rubricator.classifier.deciding.errors import CalibrationError

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which confidence a concept is claimed; ``least`` is None where it never is, and ``reason`` says why.

    ``precision`` is the share of right ones among the ``claims`` that held-out pictures would get, each with the weight
    of its picture; ``bound`` is the precision that can be promised, where the claims of one repository count as fewer;
    ``coverage`` is the share of the concept's own ``pictures`` that get it.
    """

    concept: str
    least: float | None
    precision: float | None
    bound: float | None
    coverage: float
    claims: int
    pictures: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Confidences of one kind: ``logit * scale + bias`` before the softmax or the sigmoid.

    ``biases`` has one number for each concept, and one more where the logits have a last column for what is none of
    them. ``ece_before`` and ``ece`` are the expected calibration errors of the plain logits and after scaling, of what
    may be claimed: the best concept of a picture in scope, or every concept from ``kinds.FLOOR`` on. ``precision`` and
    ``coverage`` are those of all claims. What is measured on a group took no part in any choice that it is measured by:
    scaling and biases, how free they are, thresholds, and which concept is never claimed.
    """

    scale: float
    biases: tuple[float, ...]
    thresholds: tuple[Threshold, ...]
    ece_before: float | None = None
    ece: float | None = None
    precision: float | None = None
    coverage: float | None = None

    def scaled(self, logits: "Tensor") -> "Tensor":
        """float32 (n, columns) → the same. A last column that was not there in calibration is left out."""
        known = logits[:, : len(self.biases)]
        return known * self.scale + known.new_tensor(self.biases)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the logits of one classifier become confidences; ``holds_for`` is its ``key``, and for no other it holds.

    ``one`` is for pictures of one concept of many (softmax), ``several`` for each concept on its own (sigmoid).
    ``precision`` is what thresholds promise, ``evidence`` the sentence that says what was measured, on the data set
    with the hash ``dataset_sha256`` (empty where it has none), of ``pictures`` from so many repositories, ``groups``;
    ``drawn`` pictures, made for the purpose, count in neither.
    """

    concepts: tuple[str, ...]
    one: Scaling
    several: Scaling
    precision: float
    evidence: str
    holds_for: str
    pictures: int
    groups: int
    dataset_sha256: str = ""
    drawn: int = 0

    def one_of_many(self, logits: "Tensor") -> "Tensor":
        """float32 (n, columns) → confidences (n, concepts) that add up to 1 with what is none of them."""
        return self.one.scaled(logits).softmax(dim=1)[:, : len(self.concepts)]

    def each_alone(self, logits: "Tensor") -> "Tensor":
        """float32 (n, columns) → confidences (n, concepts), each for itself.

        They are no larger than the confidence that the picture shows any concept at all.
        """
        alone = self.several.scaled(logits)[:, : len(self.concepts)].sigmoid()
        if logits.shape[1] == len(self.concepts) or len(self.one.biases) == len(self.concepts):
            return alone
        return alone * self.one_of_many(logits).sum(dim=1, keepdim=True)

    @property
    def sha256(self) -> str:
        """Over the sorted JSON of ``content``."""
        return hashlib.sha256(json.dumps(self.content(), sort_keys=True).encode()).hexdigest()

    def content(self) -> dict[str, Any]:
        """As JSON has it; ``calibration_of`` reads it."""
        return asdict(self)


def classifier_key(weights_sha256: str, words_sha256: str) -> str:
    """What a calibration holds for: the weights of a model, and the prompt set or head that it decides with."""
    return hashlib.sha256(f"{weights_sha256}\n{words_sha256}".encode()).hexdigest()


def calibration_of(content: object) -> Calibration:
    """Read what ``Calibration.content`` wrote. Raises CalibrationError if something is missing, or does not fit."""
    from pydantic import TypeAdapter, ValidationError

    try:
        calibration = TypeAdapter(Calibration).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise CalibrationError(
            f"The calibration is damaged ({where}: {first['msg'].lower()}); run `rubricator calibrate` again."
        ) from error
    if problem := _misfit(calibration):
        raise CalibrationError(f"The calibration is damaged ({problem}); run `rubricator calibrate` again.")
    return calibration


def _misfit(calibration: Calibration) -> str | None:
    """What of it does not fit the rest."""
    count = len(calibration.concepts)
    for name, scaling in (("one", calibration.one), ("several", calibration.several)):
        if len(scaling.biases) not in (count, count + 1):
            return f"{name} has {len(scaling.biases)} biases for {count} concepts"
        if tuple(threshold.concept for threshold in scaling.thresholds) != calibration.concepts:
            return f"{name} has thresholds for other concepts than it is about"
        if not all(map(isfinite, (scaling.scale, *scaling.biases))):
            return f"{name} has a scale or a bias that is no number"
        if any(threshold.least is not None and not 0 <= threshold.least <= 1 for threshold in scaling.thresholds):
            return f"{name} has a threshold that is not between 0 and 1"
    return None
