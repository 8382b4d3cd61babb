"""Fits that turn logits into confidences: one scale, and one bias a concept that is held near none."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

_STEPS = 60


def fit_softmax(logits: "Tensor", targets: "Tensor", weights: "Tensor", penalty: float | None) -> "Tensor":
    """Scale and biases of the least weighted log loss of softmax(scale * logits + biases).

    The scale alone is temperature scaling (Guo et al. 2017), with biases it is bias-corrected (Alexandari et al. 2020).
    ``logits`` and ``targets`` (distributions) are (n, columns), ``weights`` (n,). ``penalty`` is what the mean square
    of the biases costs; None fits none. A column that no target names keeps the bias 0, and the others' add up to 0:
    nothing was seen of it, so they are weighed against each other and not against it.
    Returns float64 (1 + columns,): the scale, then the biases.
    """
    import torch

    seen = (targets * weights[:, None]).sum(dim=0) > 0

    def loss(scale: "Tensor", biases: "Tensor") -> "Tensor":
        scaled = logits.double() * scale + biases
        each = -(targets * torch.log_softmax(scaled, dim=1)).sum(dim=1)
        return (each * weights).sum() / weights.sum()

    return _fit(loss, penalty, seen.double(), common=False)


def fit_sigmoid(logits: "Tensor", truth: "Tensor", weights: "Tensor", penalty: float | None) -> "Tensor":
    """Scale and biases of the least weighted log loss of sigmoid(scale * logits + biases) (Platt 1999).

    Shapes as in ``fit_softmax``. All columns share a bias, whatever the ``penalty`` on their own deviation from it.
    """
    import torch

    def loss(scale: "Tensor", biases: "Tensor") -> "Tensor":
        scaled = logits.double() * scale + biases
        each = torch.nn.functional.binary_cross_entropy_with_logits(scaled, truth.double(), reduction="none")
        return (each.sum(dim=1) * weights).sum() / weights.sum()

    seen = (truth * weights[:, None]).sum(dim=0) > 0
    return _fit(loss, penalty, seen.double(), common=True)


def _fit(loss: "Callable[[Tensor, Tensor], Tensor]", penalty: float | None, seen: "Tensor", common: bool) -> "Tensor":
    """``seen`` is 1 for each column with something to fit its bias to, 0 for others."""
    import torch

    logarithm = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    shared = torch.zeros(1, dtype=torch.float64, requires_grad=common)
    own = torch.zeros(len(seen), dtype=torch.float64, requires_grad=penalty is not None)
    fitted = [parameter for parameter in (logarithm, shared, own) if parameter.requires_grad]
    optimiser = torch.optim.LBFGS(fitted, max_iter=_STEPS, line_search_fn="strong_wolfe")

    def biases() -> "Tensor":
        return (own - (own * seen).sum() / seen.sum()) * seen

    def step() -> float:
        optimiser.zero_grad()
        total = loss(logarithm.exp(), shared + biases()) + (penalty or 0.0) * biases().square().mean()
        torch.autograd.backward(total)
        return float(total.detach())

    optimiser.step(step)  # type: ignore[no-untyped-call]
    return torch.cat([logarithm.exp(), shared + biases()]).detach()
