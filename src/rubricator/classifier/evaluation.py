"""How good predictions are, and how sure a model may be of them. Pure functions over labels and cosines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


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


def fit_temperature(cosines: "Tensor", labels: "Tensor", weights: "Tensor") -> float:
    """The temperature at which softmax(cosine / temperature) has the least weighted log loss (Guo et al. 2017).

    ``cosines`` is (n, concepts), ``labels`` (n,) of concept numbers, ``weights`` (n,).
    """
    import torch

    candidates = torch.logspace(-3, 0, 200)
    losses = [
        (torch.nn.functional.cross_entropy(cosines / t, labels, reduction="none") * weights).sum() for t in candidates
    ]
    return float(candidates[torch.stack(losses).argmin()])


def fit_sigmoid(cosines: "Tensor", labels: "Tensor", weights: "Tensor") -> tuple[float, float]:
    """Scale and bias at which sigmoid(scale * cosine + bias) tells whether a concept applies (Platt 1999).

    One pair for all concepts. Shapes as in ``fit_temperature``.
    """
    import torch

    targets = torch.nn.functional.one_hot(labels, cosines.shape[1]).float()
    parameters = torch.tensor([10.0, -3.0], requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> float:
        optimiser.zero_grad()
        logits = parameters[0] * cosines + parameters[1]
        each = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none").sum(dim=1)
        total = (each * weights).sum() / weights.sum()
        torch.autograd.backward(total)
        return float(total.detach())

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    scale, bias = parameters.detach().tolist()
    return scale, bias


def least_confidence(confidences: "Tensor", right: "Tensor", weights: "Tensor", precision: float) -> float:
    """The lowest threshold (in steps of 0.05) above which this weighted share of claims is right; 0.95 if none.

    ``confidences`` (n,) are those of the best concept of each image, ``right`` (n,) whether it was the true one.
    """
    for step in range(2, 19):
        threshold = step / 20
        claimed = confidences >= threshold
        total = weights[claimed].sum()
        if total > 0 and (weights * right)[claimed].sum() / total >= precision:
            return threshold
    return 0.95


def expected_calibration_error(confidences: "Tensor", right: "Tensor", weights: "Tensor", bins: int = 10) -> float:
    """The weighted mean distance of confidence and accuracy over equally wide bins (Naeini et al. 2015)."""
    error = 0.0
    for number in range(bins):
        inside = (confidences > number / bins) & (confidences <= (number + 1) / bins)
        weight = weights * inside
        error += abs(float((weight * (confidences - right)).sum()))
    return error / float(weights.sum())
