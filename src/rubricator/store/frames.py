"""What a reader process and its pool say to each other: frames of a kind, a length and a payload."""

import json
import struct
from collections.abc import Mapping
from typing import IO

QUERY = b"Q"  # the pool asks: JSON
HEAD = b"H"  # the answer begins: JSON with media type and revision
DATA = b"D"  # a chunk of the answer
LAST = b"L"  # its last chunk, possibly empty: the answer is whole
FAILED = b"X"  # instead of anything that would follow: JSON with error, message, line, column

Frame = tuple[bytes, bytes]
"""Kind and payload."""

CHUNK = 64 * 2**10
READ = 16 * 2**10
"""Bytes received at a time where little is expected: to set more memory aside takes longer than to ask twice."""
_HEADER = struct.Struct(">cI")


def frame(kind: bytes, payload: bytes, before: bytes = b"") -> bytes:
    """A frame, behind those that stand ``before`` it."""
    return b"".join((before, _HEADER.pack(kind, len(payload)), payload))


def message(kind: bytes, fields: Mapping[str, object]) -> bytes:
    return frame(kind, json.dumps(fields).encode())


def read_frame(stream: IO[bytes]) -> Frame | None:
    """The next frame's kind and payload; None where the other side is gone, even if in the middle of one."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    kind, length = _HEADER.unpack(header)
    payload = stream.read(length)
    return (kind, payload) if len(payload) == length else None


def take_frame(received: bytearray) -> Frame | None:
    """The kind and payload of the first frame of what was received, which is taken off it; None if more must come."""
    if len(received) < _HEADER.size:
        return None
    kind, length = _HEADER.unpack_from(received)
    end = _HEADER.size + length
    if len(received) < end:
        return None
    with memoryview(received) as view:  # a slice of the bytes themselves would be a copy of its own
        payload = bytes(view[_HEADER.size : end])
    del received[:end]
    return kind, payload
