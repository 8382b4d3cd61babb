"""From which confidence a concept is claimed, so that a promised share of the claims is right on repositories unseen.

Claims count less than they are. Those of one repository resemble each other: m of them are worth m / (1 + (m - 1) r)
independent ones (Kish 1965, the design effect), with r = 0.1. What a concept's own claims say is joined by what all
claims say at the same confidence, as if that were five claims more: a concept with few pictures is believed to be like
the others until its own tell otherwise. The promise has to hold for the lower end of an interval (Wilson 1927) that is
one-sided and right three times in four. Held against repositories left out, this keeps its promise where the plain
share of right claims does not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rubricator.classifier.deciding.measured import Threshold
from rubricator.classifier.deciding.reasons import why_not

if TYPE_CHECKING:
    from torch import Tensor

STEPS = 100
"""Thresholds are hundredths: finer ones would follow single pictures."""
RESEMBLANCE = 0.1
SHARED_CLAIMS = 5.0
DEVIATIONS = 0.6745
LEAST_CONFIDENCE = 0.5
LEAST_GROUPS = 2
"""What holds for one repository alone may be its background."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What would be claimed at each threshold, all float64 (concepts, groups, thresholds).

    ``number`` counts claims and ``correct`` the right ones; ``mass`` and ``found`` are their weights.
    """

    number: "Tensor"
    correct: "Tensor"
    mass: "Tensor"
    found: "Tensor"

    @property
    def worth(self) -> "Tensor":
        """What the claims of a group are worth as independent ones."""
        return self.number / (1 + (self.number - 1).clamp(min=0) * RESEMBLANCE)

    @property
    def right(self) -> "Tensor":
        """How many independent ones are right."""
        return self.worth * self.found / self.mass.clamp(min=1e-12)


def count_claims(
    confidences: "Tensor", eligible: "Tensor", truth: "Tensor", weights: "Tensor", groups: "Tensor"
) -> Claims:
    """Count by group. ``confidences``, ``eligible`` and ``truth`` are (n, concepts), ``weights`` and ``groups`` (n,).

    ``eligible`` says which concept of a picture may be claimed: the best alone, or every one.
    """
    import torch

    least = torch.arange(STEPS, dtype=torch.float64) / STEPS
    shape = (confidences.shape[1], int(groups.max()) + 1, STEPS)
    claims = Claims(*(torch.zeros(shape, dtype=torch.float64) for _ in range(4)))
    for concept in range(confidences.shape[1]):
        may = eligible[:, concept]
        reached = (confidences[may, concept][:, None].double() >= least).double()
        right, weight = truth[may, concept][:, None], weights[may, None]
        for sums, rows in (
            (claims.number, reached),
            (claims.correct, reached * right),
            (claims.mass, reached * weight),
            (claims.found, reached * right * weight),
        ):
            sums[concept].index_add_(0, groups[may], rows)
    return claims


def lower_bound(share: "Tensor", count: "Tensor") -> "Tensor":
    """The lower end of the score interval of a share of so many (Wilson 1927), elementwise."""
    import torch

    square = DEVIATIONS**2
    middle = share + square / (2 * count)
    spread = DEVIATIONS * torch.sqrt(share * (1 - share) / count + square / (4 * count**2))
    return ((middle - spread) / (1 + square / count)).clamp(0, 1)


def bounds(claims: Claims, groups: "Tensor") -> "Tensor":
    """The precision that can be promised on other repositories: float64 (concepts, thresholds).

    ``groups`` (any,) are the numbers of those that count.
    """
    worth, right = claims.worth[:, groups].sum(dim=1), claims.right[:, groups].sum(dim=1)
    shared = (right.sum(dim=0) / worth.sum(dim=0).clamp(min=1e-12)).clamp(0, 1)
    count = worth + SHARED_CLAIMS
    return lower_bound(((right + SHARED_CLAIMS * shared) / count).clamp(0, 1), count)


def floor(truth: "Tensor", precision: float) -> float:
    """The least threshold there may be, from 0.5 to ``precision``, the nearer to it the fewer concepts had pictures.

    Nobody knows how often pictures of the other concepts are taken for one of these: against them speaks the
    confidence alone. Where there is no other, what is claimed has still to be likelier than not. ``truth`` is bool
    (n, concepts).
    """
    unknown = 1 - float(truth.any(dim=0).double().mean())
    return LEAST_CONFIDENCE + max(precision - LEAST_CONFIDENCE, 0) * unknown


def least_confidences(claims: Claims, groups: "Tensor", precision: float, least: float = 0.0) -> "Tensor":
    """The lowest threshold of each concept at which the promise is kept, float64 (concepts,); infinite where none is.

    None is below ``least``. Where a higher precision is promised, no threshold is lower.
    """
    import torch

    sources = (claims.number[:, groups] > 0).sum(dim=1)
    kept = (bounds(claims, groups) >= precision) & (sources >= LEAST_GROUPS)
    kept[:, : _step(least)] = False
    first = kept.to(torch.int8).argmax(dim=1)
    return torch.where(kept.any(dim=1), first.double() / STEPS, float("inf"))


def fit_thresholds(
    concepts: Sequence[str], claims: Claims, truth: "Tensor", weights: "Tensor", precision: float
) -> tuple[Threshold, ...]:
    """One threshold a concept, with what was measured there; ``truth`` (n, concepts) and ``weights`` are of all."""
    import torch

    every = torch.arange(claims.number.shape[1])
    repositories = (claims.number > 0).sum(dim=1)
    lowest = floor(truth, precision)
    least, bound = least_confidences(claims, every, precision, lowest), bounds(claims, every)
    number, correct, mass, found = (
        part.sum(dim=1) for part in (claims.number, claims.correct, claims.mass, claims.found)
    )
    fitted = []
    for row, concept in enumerate(concepts):
        claimed = bool(least[row].isfinite())
        at = round(float(least[row]) * STEPS) if claimed else _nearest(bound[row], number[row], lowest)
        some = float(number[row, at]) > 0
        own, pictures = float(weights[truth[:, row]].sum()), int(truth[:, row].sum())
        threshold = Threshold(
            concept=concept,
            least=float(least[row]) if claimed else None,
            precision=min(float(found[row, at] / mass[row, at]), 1.0) if some else None,
            bound=float(bound[row, at]) if some else None,
            coverage=float(found[row, at]) / own if claimed and own else 0.0,
            claims=int(number[row, at]),
            pictures=pictures,
        )
        if not claimed:
            few = int(repositories[row, at]) < LEAST_GROUPS
            told = why_not(threshold, precision, at / STEPS, int(correct[row, at]), few)
            threshold = replace(threshold, reason=told)
        fitted.append(threshold)
    return tuple(fitted)


def _nearest(bound: "Tensor", number: "Tensor", lowest: float) -> int:
    """The number of the threshold that comes nearest to the promise, of those allowed at which something is claimed."""
    first = _step(lowest)
    return first + int(bound[first:].where(number[first:] > 0, -1.0).argmax())


def _step(least: float) -> int:
    """The number of the first threshold that is not below."""
    return min(math.ceil(round(least * STEPS, 6)), STEPS - 1)
