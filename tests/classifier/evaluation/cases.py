"""Predictions for tests: small ones in words, and many at random to hold against scikit-learn."""

from collections.abc import Sequence

import numpy as np

from rubricator.classifier.evaluation.predictions import Floats, Predictions, truth

CONCEPTS = ("map", "painting", "toy")


def predictions(
    labels: Sequence[str],
    confidences: Sequence[Sequence[float]],
    sources: Sequence[str] | None = None,
    threshold: float = 0.5,
    rejected: Sequence[str | None] | None = None,
) -> Predictions:
    """Of ``CONCEPTS``; labels are ``map``, ``map painting`` or empty; what reaches the threshold is claimed."""
    refused = [None if names is None else names.split() for names in rejected or [None] * len(labels)]
    applies, judged, main = truth(CONCEPTS, [names.split() for names in labels], refused)
    matrix = np.asarray(confidences, dtype=np.float64)
    return Predictions(CONCEPTS, matrix, applies, judged, matrix >= threshold, main, tuple(sources or labels))


def random_predictions(count: int, concepts: int, several: bool = False) -> Predictions:
    """Confidences better than chance, with ties; with ``several``, a picture shows one to three concepts."""
    generator = np.random.default_rng(7)
    names = tuple(f"c{number}" for number in range(concepts))
    shown = [
        generator.choice(concepts, size=generator.integers(1, 4) if several else 1, replace=False) for _ in range(count)
    ]
    logits = generator.normal(size=(count, concepts))
    for row, columns in enumerate(shown):
        logits[row, columns] += 1.5
    confidences = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    applies, judged, main = truth(names, [[names[c] for c in columns] for columns in shown], [None] * count)
    sources = tuple(f"s{number}" for number in generator.integers(0, 12, count))
    # Two decimals make equal confidences, which each measure must treat as equal.
    return Predictions(names, confidences.round(2), applies, judged, confidences >= 0.4, main, sources)


def random_weights(predictions: Predictions, resamples: int = 3) -> Floats:
    """Whole numbers, some of them 0."""
    drawn = np.random.default_rng(8).integers(0, 3, (resamples, len(predictions)))
    return drawn.astype(np.float64)
