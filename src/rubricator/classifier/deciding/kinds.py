"""The two ways to be sure of a concept, one of many or each on its own: how each is fitted, applied and judged."""

from typing import TYPE_CHECKING, Protocol

from rubricator.classifier.deciding.scaling import fit_sigmoid, fit_softmax
from rubricator.classifier.evaluation import expected_calibration_error

if TYPE_CHECKING:
    from torch import Tensor

FLOOR = 0.1
"""Nearly all confidences of concepts each on its own lie below, rightly; with them any calibration would look good."""
_LEAST = 1e-12


class Kind(Protocol):
    """Confidences of one kind. ``logits`` is (n, columns), ``truth`` bool (n, concepts), ``weights`` (n,)."""

    def fit(self, logits: "Tensor", truth: "Tensor", weights: "Tensor", penalty: float | None) -> "Tensor":
        """Scale and biases, float64 (1 + columns,)."""
        ...

    def confidences(self, logits: "Tensor", fitted: "Tensor") -> "Tensor":
        """float64 (n, columns)."""
        ...

    def loss(self, confidences: "Tensor", truth: "Tensor", weights: "Tensor") -> float:
        """The weighted mean log loss of confidences (n, concepts)."""
        ...

    def error(self, confidences: "Tensor", truth: "Tensor", weights: "Tensor") -> float:
        """The expected calibration error of what may be claimed; NaN where there is nothing to measure it on."""
        ...

    def eligible(self, confidences: "Tensor") -> "Tensor":
        """bool (n, concepts): what may be claimed at all."""
        ...


class OneOfMany:
    """Softmax over the concepts and what is none of them; only the best may be claimed."""

    def fit(self, logits: "Tensor", truth: "Tensor", weights: "Tensor", penalty: float | None) -> "Tensor":
        import torch

        nothing = ~truth.any(dim=1, keepdim=True)
        targets = torch.cat([truth, nothing], dim=1)[:, : logits.shape[1]].double()
        return fit_softmax(logits, targets / targets.sum(dim=1, keepdim=True).clamp(min=1), weights, penalty)

    def confidences(self, logits: "Tensor", fitted: "Tensor") -> "Tensor":
        return (logits * fitted[0] + fitted[1:]).softmax(dim=1)

    def loss(self, confidences: "Tensor", truth: "Tensor", weights: "Tensor") -> float:
        shown = (confidences * truth).sum(dim=1)
        right = shown.where(truth.any(dim=1), 1 - confidences.sum(dim=1)).clamp(min=_LEAST)
        return float(-(right.log() * weights).sum() / weights.sum())

    def error(self, confidences: "Tensor", truth: "Tensor", weights: "Tensor") -> float:
        shown = truth.any(dim=1)  # as an evaluation measures it
        best, number = confidences[shown].max(dim=1)
        right = truth[shown].gather(1, number[:, None])[:, 0]
        return expected_calibration_error(best, right.double(), weights[shown])

    def eligible(self, confidences: "Tensor") -> "Tensor":
        import torch

        return torch.nn.functional.one_hot(confidences.argmax(dim=1), confidences.shape[1]).bool()


class EachAlone:
    """A sigmoid for each concept; every one may be claimed. What is none of them has no confidence of its own."""

    def fit(self, logits: "Tensor", truth: "Tensor", weights: "Tensor", penalty: float | None) -> "Tensor":
        return fit_sigmoid(logits[:, : truth.shape[1]], truth, weights, penalty)

    def confidences(self, logits: "Tensor", fitted: "Tensor") -> "Tensor":
        concepts = len(fitted) - 1
        return (logits[:, :concepts] * fitted[0] + fitted[1:]).sigmoid()

    def loss(self, confidences: "Tensor", truth: "Tensor", weights: "Tensor") -> float:
        right = confidences.where(truth, 1 - confidences).clamp(min=_LEAST)
        return float(-(right.log().sum(dim=1) * weights).sum() / weights.sum())

    def error(self, confidences: "Tensor", truth: "Tensor", weights: "Tensor") -> float:
        sure = confidences >= FLOOR
        each = weights[:, None].expand_as(confidences)[sure]
        return expected_calibration_error(confidences[sure], truth[sure].double(), each)

    def eligible(self, confidences: "Tensor") -> "Tensor":
        import torch

        return torch.ones_like(confidences, dtype=torch.bool)
