"""Images of heritage objects: fetched safely, kept by sha-256, decoded to RGB."""

from rubricator.images.blank import LOOKING, NonBlankImages
from rubricator.images.capture import ImageCapture
from rubricator.images.decode import decode
from rubricator.images.errors import CODES, ImageError
from rubricator.images.store import ImageStore
from rubricator.images.thumbnails import thumbnail_address

__all__ = [
    "CODES",
    "LOOKING",
    "ImageCapture",
    "ImageError",
    "ImageStore",
    "NonBlankImages",
    "decode",
    "thumbnail_address",
]
