"""Fits a calibration on labelled pictures, so that what it says of itself was measured on repositories it never saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier.deciding.crossfit import fold_numbers, held_out
from rubricator.classifier.deciding.errors import CalibrationError
from rubricator.classifier.deciding.kinds import EachAlone, Kind, OneOfMany
from rubricator.classifier.deciding.measured import Calibration, Scaling, Threshold
from rubricator.classifier.deciding.thresholds import (
    LEAST_GROUPS,
    Claims,
    count_claims,
    fit_thresholds,
    least_confidences,
)

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Calibration", "Scaling", "Threshold", "fit_calibration"]

PENALTIES = (None, 1.0, 0.1, 0.01)
"""What the mean square of the biases costs, in nats: from no bias to nearly free ones."""


def fit_calibration(
    logits: "Tensor",
    truth: "Tensor",
    weights: "Tensor",
    groups: Sequence[str],
    concepts: Sequence[str],
    precision: float = 0.9,
    holds_for: str = "",
    dataset_sha256: str = "",
) -> Calibration:
    """Fit scales, biases and thresholds; measure them on groups (repositories) that each fit had not seen.

    ``logits`` is float (n, concepts), with one more column where the classifier knows what is none of them; ``truth``
    bool (n, concepts), a row without any for a picture out of scope; ``weights`` (n,) say how much each picture
    counts. ``holds_for`` is the classifier's ``key``. Scale and biases are chosen by cross-validation over groups: the
    least log loss among those whose calibration error is no larger than that of the plain logits. Thresholds are those
    of the held-out confidences. Raises CalibrationError with fewer than two groups.
    """
    import torch

    names = sorted(set(groups))
    if len(names) < 2:
        raise CalibrationError(
            f"All {len(groups)} pictures come from one repository ({', '.join(names) or 'none'}), which says nothing "
            "of others; add pictures of a second one, or name the repositories in the column 'repository'."
        )
    if not bool(logits.isfinite().all()):
        raise CalibrationError("The model gives logits that are no numbers; check it with `rubricator models verify`.")
    known = _Labelled(
        logits=logits.double(),
        truth=truth.bool(),
        weights=weights.double(),
        groups=torch.tensor([names.index(group) for group in groups]),
        folds=fold_numbers(groups),
        concepts=tuple(concepts),
        precision=precision,
    )
    one, confidences = known.scaling(OneOfMany(), None)
    in_scope = confidences.sum(dim=1, keepdim=True) if logits.shape[1] > len(concepts) else None
    several, _ = known.scaling(EachAlone(), in_scope)
    return Calibration(
        concepts=tuple(concepts),
        one=one,
        several=several,
        precision=precision,
        evidence=_evidence(one, len(groups), len(names), precision),
        holds_for=holds_for,
        pictures=len(groups),
        groups=len(names),
        dataset_sha256=dataset_sha256,
    )


@dataclass(frozen=True, slots=True)
class _Labelled:
    """The labelled logits, from which group each picture is, and in which fold it is held out; both (n,)."""

    logits: "Tensor"
    truth: "Tensor"
    weights: "Tensor"
    groups: "Tensor"
    folds: "Tensor"
    concepts: tuple[str, ...]
    precision: float

    def scaling(self, kind: Kind, in_scope: "Tensor | None") -> "tuple[Scaling, Tensor]":
        """The best scaling, and the confidences (n, concepts) of held-out pictures; ``in_scope`` multiplies them."""
        import torch

        plain = torch.tensor([1.0] + [0.0] * self._fit(kind, None, self.folds >= 0)[1:].numel(), dtype=torch.float64)
        unscaled = self._apply(kind, plain, in_scope, self.folds >= 0)
        before = kind.error(unscaled, self.truth, self.weights)
        fitted, confidences = plain, unscaled
        loss = float("inf")
        for penalty in PENALTIES:
            found = self._held_out(kind, penalty, in_scope)
            loss_now = kind.loss(found, self.truth, self.weights)
            if loss_now < loss and kind.error(found, self.truth, self.weights) <= before:
                loss, confidences, fitted = loss_now, found, self._fit(kind, penalty, self.folds >= 0)
        eligible = kind.eligible(confidences)
        claims = count_claims(confidences, eligible, self.truth, self.weights, self.groups)
        precision, coverage = self._kept(claims, confidences, eligible)
        return Scaling(
            scale=float(fitted[0]),
            biases=tuple(fitted[1:].tolist()),
            thresholds=fit_thresholds(self.concepts, claims, self.truth, self.weights, self.precision),
            ece_before=before,
            ece=kind.error(confidences, self.truth, self.weights),
            precision=precision,
            coverage=coverage,
        ), confidences

    def _fit(self, kind: Kind, penalty: float | None, rows: "Tensor") -> "Tensor":
        return kind.fit(self.logits[rows], self.truth[rows], self.weights[rows], penalty)

    def _apply(self, kind: Kind, fitted: "Tensor", in_scope: "Tensor | None", rows: "Tensor") -> "Tensor":
        alone = kind.confidences(self.logits[rows], fitted)[:, : len(self.concepts)]
        return alone if in_scope is None else alone * in_scope[rows]

    def _held_out(self, kind: Kind, penalty: float | None, in_scope: "Tensor | None") -> "Tensor":
        return held_out(
            self.folds,
            lambda rows: self._fit(kind, penalty, rows),
            lambda fitted, rows: self._apply(kind, fitted, in_scope, rows),
        )

    def _kept(self, claims: Claims, confidences: "Tensor", eligible: "Tensor") -> tuple[float | None, float]:
        """Precision of all claims and share of pictures with one, each group by the thresholds of the others.

        A concept that is claimed in the end needs one group less here, because one is held out.
        """
        import torch

        every = torch.arange(int(self.groups.max()) + 1)
        never = least_confidences(claims, every, self.precision).isinf()
        least = torch.stack(
            [
                least_confidences(claims, every[every != held], self.precision, LEAST_GROUPS - 1)
                for held in every.tolist()
            ]
        ).masked_fill(never, float("inf"))
        claimed = eligible & (confidences >= least[self.groups])
        mass = (claimed * self.weights[:, None]).sum()
        right = (claimed * self.truth * self.weights[:, None]).sum()
        coverage = (claimed.any(dim=1) * self.weights).sum() / self.weights.sum()
        return (float(right / mass) if mass > 0 else None), float(coverage)


def _evidence(one: Scaling, pictures: int, groups: int, precision: float) -> str:
    kept = "no picture" if one.precision is None else f"{one.coverage:.0%} of the pictures"
    right = "" if one.precision is None else f", and {one.precision:.0%} of these claims are right"
    return (
        f"On {pictures} pictures from {groups} repositories, each held out in turn, confidence and accuracy differ by "
        f"{one.ece:.3f} on average ({one.ece_before:.3f} before); with thresholds for a promised precision of "
        f"{precision:.0%}, {kept} would get a concept{right}."
    )
