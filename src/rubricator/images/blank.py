"""Pictures that show nothing: an empty sheet, a lens cap, a placeholder of one colour."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rubricator.images.capture import ImageCapture
from rubricator.images.decode import SCALE
from rubricator.images.errors import ImageError
from rubricator.images.store import ImageStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

_CELLS = 32
_LEVELS = 6
"""What noise and the compression of JPEG leave of one colour, in 256 levels, once averaged over a cell."""
LOOKING = f"scale-{SCALE}-blank-{_CELLS}-{_LEVELS}"
"""Names the way in which pictures are decoded and the blank ones refused: what was seen in another is not the same."""


class NonBlankImages(ImageStore):
    """The image cache for those who look at pictures: a blank one cannot be used."""

    @contextmanager
    def decoded(self, capture: ImageCapture, shorter_side: int | None = None) -> "Iterator[Image]":
        """As in ImageStore; also raises ImageError for a blank picture."""
        with super().decoded(capture, shorter_side) as picture:
            if is_blank(picture):
                raise ImageError("image-blank", f"{capture.source} is of one colour all over, so it shows nothing.")
            yield picture


def is_blank(picture: "Image") -> bool:
    """Whether no part of an RGB picture differs from another, seen as 32 times 32 cells.

    The faintest pencil drawing on a sheet does, and so does the edge of the sheet.
    """
    from PIL.Image import Resampling

    cells = picture.convert("RGB").resize((_CELLS, _CELLS), Resampling.BOX, reducing_gap=1.0)
    return all(high - low <= _LEVELS for low, high in cells.getextrema())  # type: ignore[misc]
