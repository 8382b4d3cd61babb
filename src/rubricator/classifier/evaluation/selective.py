"""What is left when a classifier may stay silent: how much it answers, and how often it is right then.

Weights and shapes as in ``ranking``.
"""

from dataclasses import dataclass

import numpy as np

from rubricator.classifier.evaluation.predictions import Floats, Predictions, some
from rubricator.classifier.evaluation.weights import ratio, weighted_mean


@dataclass(frozen=True, slots=True)
class Point:
    """If best concepts are claimed from this ``confidence`` on: the share of pictures that get one, of these right."""

    confidence: float
    coverage: float
    precision: float


def risk_coverage(predictions: Predictions) -> list[Point]:
    """Precision against coverage, one point a distinct confidence, the highest first (El-Yaniv and Wiener 2010).

    Pictures out of scope count: whatever is claimed of them is wrong.
    """
    chosen = predictions.only(predictions.answerable | predictions.out_of_scope)
    order = np.argsort(-chosen.confidence, kind="stable")
    confidence, hits = chosen.confidence[order], chosen.right[order].cumsum()
    ends = np.flatnonzero(np.append(confidence[1:] != confidence[:-1], True)[: len(order)]).tolist()
    return [Point(float(confidence[end]), (end + 1) / len(order), float(hits[end] / (end + 1))) for end in ends]


def coverage_at(predictions: Predictions, weights: Floats, precision: float) -> Floats:
    """The largest coverage at which so large a share of the claims is right, with the best of thresholds: (r,).

    That threshold is chosen on the very pictures that are measured, so it is a bound for a policy, no promise.
    """
    chosen = predictions.answerable | predictions.out_of_scope
    confidence = predictions.confidence[chosen]
    order = np.argsort(-confidence, kind="stable")
    kept = weights[:, chosen][:, order]
    total = kept.cumsum(axis=1)
    right = (kept * predictions.right[chosen][order]).cumsum(axis=1)
    ends = np.append(confidence[order][1:] != confidence[order][:-1], True)[: len(order)]
    # Shares of whole numbers miss a promise of 0.9 by rounding alone.
    holds = ends & (total > 0) & (right >= precision * total - 1e-9)
    return ratio(np.where(holds, total, 0.0).max(axis=1, initial=0.0), kept.sum(axis=1))


def answered(predictions: Predictions, weights: Floats) -> Floats:
    """The share of pictures in scope of which the policy claims something: (r,)."""
    chosen = predictions.in_scope
    return weighted_mean(some(predictions.claimed[chosen]), weights[:, chosen])


def claim_precision(predictions: Predictions, weights: Floats) -> Floats:
    """The share of the policy's claims that are right, of those somebody judged, on all pictures: (r,)."""
    judged = (predictions.claimed & predictions.judged).sum(axis=1)
    right = (predictions.claimed & predictions.applies).sum(axis=1)
    return ratio(weights @ right, weights @ judged)


def claim_precisions(predictions: Predictions, weights: Floats) -> Floats:
    """The same for the claims of each concept: (r, c)."""
    claimed = predictions.claimed
    right = weights @ (claimed & predictions.applies).astype(np.float64)
    return ratio(right, weights @ (claimed & predictions.judged).astype(np.float64))


def claim_recall(predictions: Predictions, weights: Floats) -> Floats:
    """The share of what applies that the policy claims: (r,)."""
    right = (predictions.claimed & predictions.applies).sum(axis=1)
    return ratio(weights @ right, weights @ predictions.applies.sum(axis=1))


def false_positive_rate(predictions: Predictions, weights: Floats) -> Floats:
    """The share of pictures out of scope of which something is claimed: (r,)."""
    chosen = predictions.out_of_scope
    return weighted_mean(some(predictions.claimed[chosen]), weights[:, chosen])
