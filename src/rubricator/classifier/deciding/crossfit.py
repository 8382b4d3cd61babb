"""Groups apart: what is measured on one was fitted on the others, because pictures of one repository look alike."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

FOLDS = 10


def fold_numbers(groups: Sequence[str], count: int = FOLDS) -> "Tensor":
    """int64 (n,): the fold of each row, so that a group is in one fold only and folds are about equally large.

    There are ``count`` folds, or as many as there are groups if these are fewer.
    """
    import torch

    sizes = [0] * min(count, len(set(groups)))
    numbers: dict[str, int] = {}
    for group, size in sorted(Counter(groups).items(), key=lambda item: (-item[1], item[0])):
        numbers[group] = sizes.index(min(sizes))
        sizes[numbers[group]] += size
    return torch.tensor([numbers[group] for group in groups])


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
