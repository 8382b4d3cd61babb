"""Does a confidence of 0.8 mean right eight times in ten? Weights and shapes as in ``ranking``.

All look at the pictures in scope of which it is known whether the best concept applies.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rubricator.classifier.evaluation.predictions import Bools, Floats, Predictions, Whole
from rubricator.classifier.evaluation.weights import ratio

if TYPE_CHECKING:
    from torch import Tensor

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The pictures whose confidence lies in (lower, upper]: how many, how sure on average, and how often right."""

    lower: float
    upper: float
    pictures: int
    confidence: float
    accuracy: float


def reliability_diagram(predictions: Predictions, bins: int = BINS) -> list[Bin]:
    """The bins that have pictures (DeGroot and Fienberg 1983; Niculescu-Mizil and Caruana 2005)."""
    chosen = predictions.only(predictions.answerable)
    found = []
    numbers = _equal_width(chosen.confidence, bins)
    for number in np.unique(numbers).tolist():
        inside = numbers == number
        found.append(
            Bin(
                number / bins,
                (number + 1) / bins,
                int(inside.sum()),
                float(chosen.confidence[inside].mean()),
                float(chosen.right[inside].mean()),
            )
        )
    return found


def calibration_error(predictions: Predictions, weights: Floats) -> Floats:
    """Expected calibration error over ten equally wide bins (Naeini, Cooper, Hauskrecht 2015): (r,)."""
    chosen = predictions.answerable
    return binned_error(predictions.confidence[chosen], predictions.right[chosen], weights[:, chosen])


def binned_error(confidence: Floats, right: Floats | Bools, weights: Floats) -> Floats:
    """The same of claims with this confidence that are right or not, both (n,): (r,)."""
    return _error(confidence - right, weights, _equal_width(confidence, BINS))


def expected_calibration_error(confidences: "Tensor", right: "Tensor", weights: "Tensor") -> float:
    """The same error of tensors (n,), under one set of weights (n,); NaN where nothing has weight."""
    return float(binned_error(confidences.numpy(), right.numpy(), weights.numpy()[None])[0])


def adaptive_calibration_error(predictions: Predictions, weights: Floats) -> Floats:
    """The same over ten bins of equally many pictures (Nguyen and O'Connor 2015), so that no bin is nearly empty.

    Equal confidences are in one bin: the order of the pictures says nothing.
    """
    chosen = predictions.answerable
    confidence = predictions.confidence[chosen]
    rank = np.searchsorted(np.sort(confidence), confidence, side="left")
    gap = confidence - predictions.right[chosen]
    return _error(gap, weights[:, chosen], rank * BINS // max(1, len(rank)))


def brier_score(predictions: Predictions, weights: Floats) -> Floats:
    """The squared distance of confidences and truth, summed over the judged concepts of a picture (Brier 1950): (r,).

    Between 0 and 2 where confidences of a picture add up to 1.
    """
    chosen = predictions.answerable
    judged = predictions.judged[chosen]
    distance = np.where(judged, predictions.confidences[chosen] - predictions.applies[chosen], 0.0)
    kept = weights[:, chosen]
    return ratio(kept @ (distance**2).sum(axis=1), kept.sum(axis=1))


def _equal_width(confidence: Floats, bins: int) -> Whole:
    return np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)


def _error(gap: Floats, weights: Floats, numbers: Whole) -> Floats:
    member = numbers[:, None] == np.arange(BINS)
    return ratio(np.abs(weights @ (gap[:, None] * member)).sum(axis=1), weights.sum(axis=1))
