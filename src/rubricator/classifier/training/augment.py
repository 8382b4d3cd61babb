"""Changes pictures at random so that a background, a colour or a place in the frame is no sign of a concept."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rubricator.classifier.dataset import LabelledImage

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

# Their pictures hold writing, or a place that people know: mirrored, they would show what does not exist.
NEVER_MIRRORED = frozenset({"map", "inscription", "postcard", "building", "archaeological_site"})
_LEAST_AREA = 0.4
_COLOURS = 0.4
_GREY = 0.1
_ERASED = 0.25


class Drawn:
    """Labelled pictures as torch's DataLoader asks for them: by step, place in its batch, and number.

    The same step and place always change a picture in the same way, so a training that was killed sees what it would
    have seen.
    """

    def __init__(
        self,
        images: Sequence[LabelledImage],
        size: tuple[int, int],
        mean: Sequence[float],
        std: Sequence[float],
        seed: int,
    ) -> None:
        self._images = images
        self._shorter_side = min(size)
        self._seed = seed
        self._changes = {mirrored: _changes(size, mean, std, mirrored) for mirrored in (False, True)}

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, drawn: tuple[int, int, int]) -> "tuple[Tensor, int]":
        """The changed picture, float32 (3, height, width), and its number."""
        import torch

        step, place, number = drawn
        image = self._images[number]
        change = self._changes[NEVER_MIRRORED.isdisjoint(image.concepts)]
        with torch.random.fork_rng(devices=()):
            torch.manual_seed(chance_of(self._seed, step, place))
            return change(image.picture(self._shorter_side)), number


def chance_of(seed: int, *where: int) -> int:
    """A number for torch's generators that depends on nothing else, so that no state of one has to be kept."""
    digest = hashlib.sha256(" ".join(map(str, (seed, *where))).encode()).digest()
    return int.from_bytes(digest[:7])


def _changes(
    size: tuple[int, int], mean: Sequence[float], std: Sequence[float], mirrored: bool
) -> "Callable[[Image], Tensor]":
    import torch
    from torchvision.transforms import v2

    steps = [
        v2.RandomResizedCrop(
            size, scale=(_LEAST_AREA, 1.0), interpolation=v2.InterpolationMode.BICUBIC, antialias=True
        ),
        v2.RandomHorizontalFlip(0.5 if mirrored else 0.0),
        v2.ColorJitter(_COLOURS, _COLOURS, _COLOURS, _COLOURS / 10),
        v2.RandomGrayscale(_GREY),
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(mean, std),
        v2.RandomErasing(_ERASED),
    ]
    composed: Callable[[Image], Tensor] = v2.Compose(steps)
    return composed
