"""Fits a calibration on labelled pictures, so that what it says of itself was measured on repositories it never saw."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier.dataset.splits import fold_numbers
from rubricator.classifier.deciding.crossfit import held_out
from rubricator.classifier.deciding.errors import CalibrationError
from rubricator.classifier.deciding.evidence import calibration_evidence, threshold_evidence
from rubricator.classifier.deciding.kinds import EachAlone, Kind, OneOfMany
from rubricator.classifier.deciding.measured import Calibration, Scaling, Threshold
from rubricator.classifier.deciding.thresholds import (
    Claims,
    count_claims,
    fit_thresholds,
    floor,
    least_confidences,
)

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Calibration", "Scaling", "Threshold", "fit_calibration"]

FOLDS = 10
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
    drawn: int = 0,
) -> Calibration:
    """Fit scales, biases and thresholds; measure them on groups (repositories) that each fit had not seen.

    ``logits`` is float (n, concepts), with one more column where the classifier knows what is none of them; ``truth``
    bool (n, concepts), a row without any for a picture out of scope; ``weights`` (n,) say how much each picture
    counts. ``holds_for`` is the classifier's ``key``; the last ``drawn`` pictures were drawn for the purpose and come
    from no repository: their groups are kinds. Scale and biases are chosen by cross-validation over groups, by the log
    loss; plain logits are kept where nothing predicts better. Thresholds are those of the held-out confidences. Raises
    CalibrationError with fewer than two groups or concepts.
    """
    import torch

    names = sorted(set(groups))
    shown = [[concept for concept, applies in zip(concepts, row, strict=True) if applies] for row in truth.tolist()]
    if len(names) < 2:
        raise CalibrationError(
            f"All {len(groups)} pictures come from one repository ({', '.join(names) or 'none'}), which says nothing "
            "of others; add pictures of a second one, or name the repositories in the column 'repository'."
        )
    if len(labelled := sorted({concept for row in shown for concept in row})) < 2:
        raise CalibrationError(
            f"The pictures show {labelled[0] if labelled else 'none of the concepts'} and no other concept, so nobody "
            "can know how often others are taken for it; add pictures of other concepts."
        )
    if not bool(logits.isfinite().all()):
        raise CalibrationError("The model gives logits that are no numbers; check it with `rubricator models verify`.")
    known = _Labelled(
        logits=logits.double(),
        truth=truth.bool(),
        weights=weights.double(),
        groups=torch.tensor([names.index(group) for group in groups]),
        folds=torch.tensor(fold_numbers(groups, shown, min(FOLDS, len(names)))),
        concepts=tuple(concepts),
        precision=precision,
    )
    one, confidences = known.scaling(OneOfMany(), None)
    in_scope = confidences.sum(dim=1, keepdim=True) if logits.shape[1] > len(concepts) else None
    several, _ = known.scaling(EachAlone(), in_scope)
    pictures = len(groups) - drawn
    repositories = len(set(groups[:pictures]))
    return Calibration(
        concepts=tuple(concepts),
        one=one,
        several=several,
        precision=precision,
        evidence=f"{calibration_evidence(one, pictures, repositories, drawn)} {threshold_evidence(one, precision)}",
        holds_for=holds_for,
        pictures=pictures,
        groups=repositories,
        dataset_sha256=dataset_sha256,
        drawn=drawn,
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

        every = self.folds >= 0
        plain = torch.tensor([1.0] + [0.0] * self._fit(kind, None, every)[1:].numel(), dtype=torch.float64)
        tried = [self._apply(kind, plain, in_scope, every)]
        tried += [self._held_out(kind, penalty, in_scope) for penalty in PENALTIES]
        best = self._best(kind, tried, every)
        fitted = self._fit(kind, PENALTIES[best - 1], every) if best else plain
        claims = self._claims(kind, tried[best])
        unseen, claimed = self._unseen(kind, tried)
        mass = (claimed * self.weights[:, None]).sum()
        right = (claimed * self.truth * self.weights[:, None]).sum()
        return Scaling(
            scale=float(fitted[0]),
            biases=tuple(fitted[1:].tolist()),
            thresholds=fit_thresholds(self.concepts, claims, self.truth, self.weights, self.precision),
            ece_before=self._error(kind, tried[0]),
            ece=self._error(kind, unseen),
            precision=float(right / mass) if mass > 0 else None,
            coverage=float((claimed.any(dim=1) * self.weights).sum() / self.weights.sum()),
        ), tried[best]

    def _unseen(self, kind: Kind, tried: "Sequence[Tensor]") -> "tuple[Tensor, Tensor]":
        """Confidences and claims, (n, concepts) each, that took no account of the picture's own group.

        How free biases are is chosen on the other folds, and thresholds are fitted to the other groups.
        """
        import torch

        every = torch.arange(int(self.groups.max()) + 1)
        lowest = floor(self.truth, self.precision)
        claims = [self._claims(kind, confidences) for confidences in tried]
        confidences, least = torch.empty_like(tried[0]), torch.empty_like(tried[0])
        for fold in sorted(set(self.folds.tolist())):
            rows = self.folds == fold
            best = self._best(kind, tried, ~rows)
            confidences[rows] = tried[best][rows]
            for group in sorted(set(self.groups[rows].tolist())):
                least[self.groups == group] = least_confidences(
                    claims[best], every[every != group], self.precision, lowest
                )
        return confidences, kind.eligible(confidences) & (confidences >= least)

    def _best(self, kind: Kind, tried: "Sequence[Tensor]", rows: "Tensor") -> int:
        """The number of the confidences with the least loss on ``rows``; the first are those of the plain logits."""
        losses = [kind.loss(confidences[rows], self.truth[rows], self.weights[rows]) for confidences in tried]
        return losses.index(min(losses))

    def _claims(self, kind: Kind, confidences: "Tensor") -> Claims:
        return count_claims(confidences, kind.eligible(confidences), self.truth, self.weights, self.groups)

    def _error(self, kind: Kind, confidences: "Tensor") -> float | None:
        error = kind.error(confidences, self.truth, self.weights)
        return None if math.isnan(error) else error

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
