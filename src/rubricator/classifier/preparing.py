"""From a picture to what an image tower sees: as open_clip prepares it, several times as fast, and in one thread."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image
    from torch import Tensor

_GAP = 4
"""Above so many times the pixels that are wanted, each way, a picture is averaged down before it is resized: it ends as
the same to a few levels of 256, and no second copy of a hundred megapixels is made."""
PREPARED = f"prepared-2-gap-{_GAP}"
"""Names the way in which pictures are prepared: the number goes up with every change that moves a value."""
_LONGEST = {"shortest": 16, "longest": 64}
"""How many times its shorter side a picture's longer side may be, by how it is made to fit; squashed, any."""


class Preparation:
    """What open_clip's ``transform`` does with pictures, as its ``preprocess_cfg`` says. Threads may share one.

    Pictures are resized by torch's kernel for whole numbers, four times as fast as by Pillow's, and the same to a level
    of 256 but at hard edges, where the two cut off what overshoots in another order (as versions of Pillow do); the
    rest is the same to the bit. Nothing in it starts threads of its own: torch's operations on fractions give each
    thread that calls them a team, whose members wait by running in circles.
    """

    def __init__(self, transform: Any, preprocessing: "Mapping[str, Any]") -> None:
        import numpy as np

        *self._geometry, _to_tensor, _normalize = transform.transforms
        size = preprocessing["size"]
        self._size: tuple[int, int] = (size, size) if isinstance(size, int) else (size[0], size[1])
        self._resize_mode = str(preprocessing["resize_mode"])
        self._interpolation = "bilinear" if preprocessing["interpolation"] == "bilinear" else "bicubic"
        self._mean, self._std = (np.array(preprocessing[of], np.float32)[:, None, None] for of in ("mean", "std"))

    def __call__(self, picture: "Image") -> "Tensor":
        """RGB picture → float32 (3, height, width)."""
        import numpy as np
        import torch

        part = looked_at(picture.size, self._resize_mode)
        if part != (0, 0, *picture.size):
            picture = picture.crop(part)
        if (size := self._resized_to(*picture.size)) is not None:
            picture = _resized(picture, size, self._interpolation)
        for change in self._geometry:  # resizing finds its work done
            picture = change(picture)
        prepared = np.ascontiguousarray(np.asarray(picture).transpose(2, 0, 1)).astype(np.float32)
        prepared /= 255
        prepared -= self._mean
        prepared /= self._std
        return torch.from_numpy(prepared)

    def _resized_to(self, width: int, height: int) -> tuple[int, int] | None:
        """Width and height that open_clip resizes to; None where that is left to it."""
        wanted_height, wanted_width = self._size
        if self._resize_mode == "squash":
            return wanted_width, wanted_height
        if self._resize_mode == "shortest" and wanted_width == wanted_height:
            shorter, longer = sorted((width, height))
            other = int(wanted_width * longer / shorter)
            return (wanted_width, other) if width <= height else (other, wanted_width)
        return None


def looked_at(size: tuple[int, int], resize_mode: str) -> tuple[int, int, int, int]:
    """What is left of a picture of this size: its middle, if it is longer than the model can make use of, else all.

    Made to fit by its shorter side, a column of 1 x 10,000 pixels would take gigabytes, of which the tower sees the
    middle square; by its longer side, it would be no pixel wide.
    """
    shorter, longer = sorted(size)
    longest = shorter * _LONGEST.get(resize_mode, longer)
    width, height = (min(side, longest) for side in size)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height


def _resized(picture: "Image", size: tuple[int, int], interpolation: str) -> "Image":
    import numpy as np
    import torch
    from PIL import Image

    factors = [max(1, side // (_GAP * wanted)) for side, wanted in zip(picture.size, size, strict=True)]
    if max(factors) > 1:
        picture = picture.reduce((factors[0], factors[1]))
    # In the order of a picture, colour last, in which the kernel is fast.
    pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None]
    resized = torch.nn.functional.interpolate(pixels, size[::-1], mode=interpolation, antialias=True)
    return Image.fromarray(resized[0].permute(1, 2, 0).numpy())
