"""Packed bytes, unpacked in a stream and within bounds: gzip, and what tells it from zip and tar."""

import gzip
import zlib
from typing import BinaryIO

ZIP, GZIP, TAR = "zip", "gzip", "tar"
SNIFF = 512
"""How many bytes :func:`packing` looks at."""
MAX_RATIO = 200
"""Highest compression of anything above 1 MiB; more is a bomb, not a record."""
DAMAGED = (zlib.error, EOFError, OSError)
"""What reading a damaged gzip stream raises."""
_SMALL = 2**20


class TooDense(Exception):
    """The stream unpacks to far more than a record would."""


def packing(start: bytes) -> str:
    """How a file that starts like this is packed; empty if it is not."""
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZIP
    if start.startswith(b"\x1f\x8b"):
        return GZIP
    return TAR if start[257:262] == b"ustar" else ""


def too_dense(size: int, packed: int) -> bool:
    """Whether so many bytes may not come out of so few."""
    return size > _SMALL and size > MAX_RATIO * max(packed, 1)


class Unpacked:
    """What a gzip stream holds. Reading raises TooDense, or one of DAMAGED."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._stream = gzip.GzipFile(fileobj=packed)
        self._size = 0

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; fewer only at the end."""
        blocks = []
        while size > 0 and (block := self._stream.read(min(size, _SMALL))):
            size -= len(block)
            self._size += len(block)
            blocks.append(block)
            if too_dense(self._size, self._packed.tell()):
                raise TooDense
        return b"".join(blocks)
