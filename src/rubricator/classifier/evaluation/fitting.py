"""How sure a model may be: the fits that turn cosines into confidences. Pure functions over labels and cosines."""

from typing import TYPE_CHECKING

from rubricator.classifier.evaluation.reliability import binned_error

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


def expected_calibration_error(confidences: "Tensor", right: "Tensor", weights: "Tensor") -> float:
    """The error that ``reliability`` tells of, of tensors (n,); NaN where nothing has weight."""
    return float(binned_error(confidences.numpy(), right.numpy(), weights.numpy()[None])[0])
