"""Means and shares under weights (r, n): how often each of n pictures counts in each of r resamples.

What cannot be told, because nothing has weight, is nan.
"""

import numpy as np

from rubricator.classifier.evaluation.predictions import Bools, Floats, Predictions


def whole(predictions: Predictions) -> Floats:
    """(1, n): every picture once."""
    return np.ones((1, len(predictions)))


def weighted_mean(values: Floats | Bools, weights: Floats) -> Floats:
    """(n,) and (r, n) → (r,); nan where nothing has weight."""
    return ratio(weights @ values.astype(np.float64), weights.sum(axis=1))


def ratio(part: Floats, total: Floats) -> Floats:
    """Element by element; nan where the total is 0."""
    shares: Floats = np.divide(part, total, out=np.full(np.broadcast(part, total).shape, np.nan), where=total != 0)
    return shares


def mean_known(values: Floats) -> Floats:
    """(r, c) → (r,): the mean over the concepts that can be told of; nan where none can."""
    known = ~np.isnan(values)
    return ratio(np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))
