"""Europeana's thumbnails: where they are, and how one is told from an icon that stands for a missing picture."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from rubricator.images.capture import ImageCapture
from rubricator.images.errors import ImageError

# Thumbnails are 400 pixels wide unless the picture is smaller; icons and spacers have 64 at most.
_LEAST_SIDE = 100


def thumbnails(api: str) -> str:
    """What the addresses of all thumbnails begin with.

    Version 3 of Europeana's thumbnail API says 404 where it has none; version 2, and so ``edm:preview``, answers with
    an icon.
    """
    return f"{api}/thumbnail/v3/400/"


def thumbnail_address(api: str, image: str) -> str:
    """Where the thumbnail of the picture at ``image`` is, which is the address as its provider spelt it."""
    return f"{thumbnails(api)}{hashlib.md5(image.encode()).hexdigest()}.jpg"  # noqa: S324 - Europeana's choice of name


@contextmanager
def placeholders_refused() -> Iterator[None]:
    """For the transfer of a thumbnail with no redirect allowed: a thumbnail is where its name says, or nowhere."""
    try:
        yield
    except ImageError as error:
        if error.code != "image-too-many-redirects":
            raise
        message = "The thumbnail's address redirects to another picture, which may stand for a missing one."
        raise ImageError("image-placeholder", message) from error


def refuse_icon(thumbnail: ImageCapture) -> None:
    """Raises ImageError for what is too small to be a thumbnail."""
    if max(thumbnail.width, thumbnail.height) < _LEAST_SIDE:
        raise ImageError(
            "image-placeholder",
            f"The thumbnail has {thumbnail.width} x {thumbnail.height} pixels: an icon, no picture of the item.",
        )
