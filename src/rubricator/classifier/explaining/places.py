"""Finds, while a picture passes through an image tower, the last layer whose output still has places."""

from types import TracebackType
from typing import Self

from torch import Tensor, nn

_PICTURE, TOKENS = 4, 3


def grid_of(output: Tensor) -> tuple[int, int]:
    """Rows and columns of (1, channels, rows, columns) or, as windowed transformers write it, with channels last."""
    last = output.shape[1] == output.shape[2] != output.shape[3]
    return (output.shape[1], output.shape[2]) if last else (output.shape[2], output.shape[3])


def as_tokens(places: Tensor) -> Tensor:
    """(1, tokens, channels), or a map with channels first or last, → (places, channels)."""
    if places.dim() == TOKENS or grid_of(places) == (places.shape[1], places.shape[2]):
        return places.flatten(1, -2)[0]
    return places.flatten(2)[0].T


class NoPlaces(Exception):
    """No layer of an image tower tells one place of a picture from another."""


class LastPlaces:
    """Within the block, watches every layer of a tower, so that no architecture has to be known by name.

    A layer's output has places if it is a map (1, channels, rows, columns) or tokens (1, tokens, channels) that are at
    least as many as the last map had places; the tower's own tokens, such as the class token, go before those.
    """

    def __init__(self, tower: nn.Module) -> None:
        self._tower = tower
        self._map: Tensor | None = None
        self._grid = (0, 0)
        self._tokens: dict[int, Tensor] = {}

    def found(self, attended: set[int]) -> tuple[Tensor, tuple[int, int]]:
        """The last output with places, and the rows and columns of its grid.

        ``attended`` are the numbers of tokens that attended to each other: of tokens, those that did are meant, and not
        what a pooling made of them. Raises NoPlaces.
        """
        if self._map is None:
            raise NoPlaces
        tokens = [one for number, one in self._tokens.items() if number in attended or not attended]
        return (tokens[-1] if tokens else self._map), self._grid

    def _see(self, _layer: nn.Module, _given: object, output: object) -> None:
        if not isinstance(output, Tensor) or not output.requires_grad or output.shape[0] != 1:
            return
        if output.dim() == _PICTURE:
            rows, columns = grid_of(output)
            # After tokens a map has as many places; anything else with four axes are the heads of their attention.
            if rows * columns > 1 and (not self._tokens or (rows > 1 and rows * columns in self._tokens)):
                self._map, self._grid = output, (rows, columns)
                self._tokens.clear()
        elif output.dim() == TOKENS and output.shape[1] >= self._grid[0] * self._grid[1] > 1:
            self._tokens.pop(output.shape[1], None)
            self._tokens[output.shape[1]] = output

    def __enter__(self) -> Self:
        self._hooks = [layer.register_forward_hook(self._see) for layer in self._tower.modules()]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hook in self._hooks:
            hook.remove()
