"""Takes the local pictures of tables and folders into the image cache; one that fails keeps its reason."""

from pathlib import Path

from rubricator.errors import RubricatorError
from rubricator.harvest.record import Picture, PictureStore


def take_picture(path: Path, name: str, images: PictureStore) -> Picture:
    """The picture at ``path``, which the source calls ``name``. Never raises for a bad picture."""
    try:
        capture = images.ingest(path)
    except RubricatorError as error:
        return Picture(name, code=getattr(error, "code", "image-failed"))
    except OSError:
        return Picture(name, code="image-unreadable")
    return Picture(name, capture.sha256, capture.media_type, capture.byte_size, capture.width, capture.height)
