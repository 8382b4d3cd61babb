"""How sure a model may be: the fits that turn cosines into confidences. Pure functions over labels and cosines."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


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
