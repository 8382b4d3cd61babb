"""What was seen, and when: the bytes behind a web resource at one moment."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ImageCapture:
    """The bytes of one web resource as they were retrieved.

    ``source`` is the IRI of the web resource, ``sha256`` and ``byte_size`` are of the file as it came, ``width`` and
    ``height`` are the pixels it stores (before any EXIF rotation), ``retrieved`` is in UTC.
    """

    source: str
    sha256: str
    media_type: str
    byte_size: int
    width: int
    height: int
    retrieved: datetime
