"""Groups apart: what is measured on one was fitted on the others, because pictures of one repository look alike."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


def held_out(
    folds: "Tensor", fit: "Callable[[Tensor], Tensor]", apply: "Callable[[Tensor, Tensor], Tensor]"
) -> "Tensor":
    """For every row what ``apply(fitted, rows)`` makes of it, where ``fit(rows)`` saw all folds but its own.

    ``rows`` are masks (n,); ``apply`` answers (rows, columns), which come back in the order of all rows.
    """
    import torch

    parts = [(folds == fold, apply(fit(folds != fold), folds == fold)) for fold in sorted(set(folds.tolist()))]
    whole = torch.empty((len(folds), parts[0][1].shape[1]), dtype=parts[0][1].dtype)
    for rows, values in parts:
        whole[rows] = values
    return whole
