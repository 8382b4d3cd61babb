"""Is the best concept right, and are those that apply ranked before those that do not?

Every measure takes ``weights`` (r, n), how often each picture counts in each of r resamples, and gives (r,) or (r, c);
``weights.whole`` counts every picture once. What cannot be told is nan.
"""

import numpy as np

from rubricator.classifier.evaluation.predictions import Bools, Floats, Predictions, some
from rubricator.classifier.evaluation.weights import mean_known, ratio, weighted_mean


def accuracy(predictions: Predictions, weights: Floats) -> Floats:
    """The share of pictures whose best concept applies, among those in scope of which that is known: (r,)."""
    chosen = predictions.answerable
    return weighted_mean(predictions.right[chosen], weights[:, chosen])


def top_three(predictions: Predictions, weights: Floats) -> Floats:
    """The share of pictures in scope of which one of the three best concepts applies: (r,)."""
    hit = some(np.take_along_axis(predictions.applies, predictions.ranking[:, :3], axis=1))
    chosen = predictions.in_scope
    return weighted_mean(hit[chosen], weights[:, chosen])


def average_precisions(predictions: Predictions, weights: Floats) -> Floats:
    """Average precision of each concept over the pictures on which it was judged: (r, c), nan for those never shown.

    The sum over recalls of precision times the gain in recall, equal confidences taken together, without interpolation
    (Manning, Raghavan, Schütze 2008, section 8.4; as scikit-learn's average_precision_score).
    """
    columns = [
        _average_precision(confidences[judged], applies[judged], weights[:, judged])
        for confidences, applies, judged in zip(
            predictions.confidences.T, predictions.applies.T, predictions.judged.T, strict=True
        )
    ]
    return np.stack(columns, axis=1)


def mean_average_precision(predictions: Predictions, weights: Floats) -> Floats:
    """The mean of the average precisions of the concepts that are shown: (r,)."""
    return mean_known(average_precisions(predictions, weights))


def _average_precision(confidences: Floats, applies: Bools, weights: Floats) -> Floats:
    order = np.argsort(-confidences, kind="stable")
    confidences, applies, weights = confidences[order], applies[order], weights[:, order]
    hits = weights * applies
    # Precision is that at the last of equal confidences: their order among each other says nothing.
    last = np.searchsorted(-confidences, -confidences[applies], side="right") - 1
    precision = ratio(hits.cumsum(axis=1)[:, last], weights.cumsum(axis=1)[:, last])
    found = hits[:, applies]
    return ratio(np.where(found > 0, found * precision, 0.0).sum(axis=1), found.sum(axis=1))
