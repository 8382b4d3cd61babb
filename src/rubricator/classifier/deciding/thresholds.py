"""From which confidence a concept is claimed, so that a promised share of the claims is right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rubricator.classifier.deciding.measured import Threshold

if TYPE_CHECKING:
    from torch import Tensor

SURENESS = 1.2816
"""The promise holds with this many standard errors to spare: one-sided, nine times in ten."""


def lower_bound(precision: "Tensor", count: "Tensor", deviations: float = SURENESS) -> "Tensor":
    """The lower end of the score interval of a share (Wilson 1927), elementwise; 0 where ``count`` is 0."""
    import torch

    count = count.clamp(min=1e-9)
    square = deviations**2
    middle = precision + square / (2 * count)
    spread = deviations * torch.sqrt(precision * (1 - precision) / count + square / (4 * count**2))
    return ((middle - spread) / (1 + square / count)).clamp(0, 1)


def fit_threshold(
    concept: str,
    confidences: "Tensor",
    right: "Tensor",
    weights: "Tensor",
    own: tuple[float, int],
    precision: float,
) -> Threshold:
    """The lowest confidence from which the lower bound of the weighted share of right claims keeps the promise.

    ``confidences``, ``right`` and ``weights`` (m,) are those of the pictures that could be claimed to be this concept;
    ``own`` is the weight and the number of the pictures that are.
    """
    import torch

    weight, pictures = own
    if len(confidences) == 0 or pictures == 0:
        return Threshold(concept, None, None, None, 0.0, 0, pictures, "no picture to measure it on")
    order = confidences.argsort(descending=True, stable=True)
    confidence, hits, mass = confidences[order], (right * weights)[order].cumsum(0), weights[order].cumsum(0)
    count = mass.square() / weights[order].square().cumsum(0)  # Kish 1965: what unequal weights leave of a sample
    shares = (hits / mass).clamp(0, 1)
    bounds = lower_bound(shares, count)
    last = torch.cat([confidence[1:] < confidence[:-1], torch.tensor([True])])  # all that share a confidence, or none
    keeps = ((bounds >= precision) & last).nonzero()[:, 0]
    best = int(keeps[-1]) if len(keeps) else int(torch.where(last, bounds, bounds.new_tensor(-1)).argmax())
    kept = len(keeps) > 0
    return Threshold(
        concept=concept,
        least=float(confidence[best]) if kept else None,
        precision=float(shares[best]),
        bound=float(bounds[best]),
        coverage=float(hits[best]) / weight if kept else 0.0,
        claims=best + 1,
        pictures=pictures,
        reason="" if kept else "the promise cannot be kept at any confidence",
    )


def fit_thresholds(
    concepts: Sequence[str],
    confidences: "Tensor",
    eligible: "Tensor",
    truth: "Tensor",
    weights: "Tensor",
    precision: float,
) -> tuple[Threshold, ...]:
    """One threshold a concept. ``confidences`` (n, concepts) are of held-out pictures; ``eligible`` (n, concepts) says
    which concept of a picture could be claimed (the best alone, or every one), ``truth`` which ones it shows."""
    return tuple(
        fit_threshold(
            concept,
            confidences[:, number][eligible[:, number]],
            truth[:, number][eligible[:, number]].to(weights.dtype),
            weights[eligible[:, number]],
            (float(weights[truth[:, number]].sum()), int(truth[:, number].sum())),
            precision,
        )
        for number, concept in enumerate(concepts)
    )
