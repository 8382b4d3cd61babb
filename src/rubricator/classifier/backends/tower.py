"""What every backend is: something that looks at prepared pictures."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor

FEATURE_TOLERANCE = 1e-5
"""Length of the difference of two unit vectors that are the same features but for the order of additions.

It moves a cosine by as much at the most, and so, at the usual scale of 100, a confidence by less than 0.0005."""


class ImageTower(Protocol):
    """float32 (n, 3, height, width) on the CPU → float32 (n, dimension), unit length, on the CPU.

    ``at_once`` is how many pictures it should be given at a time, None for as many as there are.
    """

    at_once: int | None

    def __call__(self, batch: "Tensor") -> "Tensor": ...
