"""How good predictions are by two figures, for model cards."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """``accuracy`` is the share of right answers, ``macro_f1`` the mean F1 over the concepts among the true labels."""

    images: int
    accuracy: float
    macro_f1: float


def quality(truth: Sequence[str], predicted: Sequence[str]) -> Quality:
    """Compare labels, one each an image, in the same order."""
    pairs = list(zip(truth, predicted, strict=True))
    right = sum(true == guess for true, guess in pairs)
    f1 = []
    for concept in sorted(set(truth)):
        hits = sum(true == guess == concept for true, guess in pairs)
        f1.append(2 * hits / sum((true == concept) + (guess == concept) for true, guess in pairs))
    return Quality(len(pairs), right / len(pairs), sum(f1) / len(f1))
