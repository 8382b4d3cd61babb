"""How good each concept is, and which ones are taken for each other. Weights and shapes as in ``ranking``."""

from dataclasses import dataclass

import numpy as np

from rubricator.classifier.evaluation.predictions import Floats, Predictions, Whole
from rubricator.classifier.evaluation.weights import mean_known, ratio


@dataclass(frozen=True, eq=False)
class ConceptScores:
    """Each (r, c). Nan: ``precision`` of a concept that is never given, ``recall`` and ``f1`` of one never shown."""

    precision: Floats
    recall: Floats
    f1: Floats


def concept_scores(predictions: Predictions, weights: Floats) -> ConceptScores:
    """Precision, recall and F1 (van Rijsbergen 1979) of what is given when every picture must get something."""
    given, applies = predictions.given, predictions.applies
    hits = weights @ (given & applies).astype(np.float64)
    false = weights @ (given & predictions.judged & ~applies).astype(np.float64)
    shown = weights @ applies.astype(np.float64)
    recall = ratio(hits, shown)
    f1 = np.where(shown > 0, ratio(2 * hits, hits + false + shown), np.nan)
    return ConceptScores(ratio(hits, hits + false), recall, f1)


def macro_f1(predictions: Predictions, weights: Floats) -> Floats:
    """The mean F1 of the concepts that are shown, each counting the same: (r,)."""
    return mean_known(concept_scores(predictions, weights).f1)


def confusion(predictions: Predictions) -> Whole:
    """(c, c): pictures in scope, by main concept (rows) and best one (columns)."""
    counts = np.zeros((len(predictions.concepts),) * 2, dtype=np.int64)
    chosen = predictions.in_scope
    np.add.at(counts, (predictions.main[chosen], predictions.best[chosen]), 1)
    return counts
