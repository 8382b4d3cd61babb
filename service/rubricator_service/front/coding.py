"""Content codings (RFC 9110, section 8.4): which one a client gets, and its bytes.

What is coded goes in blocks of one size, so that equal content has equal bytes however it came.
"""

import zlib
from functools import lru_cache
from typing import Protocol

import zstandard
from werkzeug.http import parse_accept_header

CODINGS = ("zstd", "gzip")  # what is sent where a client takes both equally
LONGEST_HEADER = 1000
BLOCK = 64 * 2**10
_ZSTD_LEVEL, _GZIP_LEVEL = 3, 5
_GZIP_WINDOW = 31  # the largest, with gzip's header


class _Coding(Protocol):
    def code(self, block: bytes) -> bytes: ...
    def end(self) -> bytes: ...


class _Zstd:
    def __init__(self) -> None:
        self._coder = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()

    def code(self, block: bytes) -> bytes:
        return self._coder.compress(block) + self._coder.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self) -> bytes:
        return self._coder.flush()


class _Gzip:
    def __init__(self) -> None:
        self._coder = zlib.compressobj(_GZIP_LEVEL, wbits=_GZIP_WINDOW)

    def code(self, block: bytes) -> bytes:
        return self._coder.compress(block) + self._coder.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._coder.flush()


_CODERS: dict[str, type[_Coding]] = {"zstd": _Zstd, "gzip": _Gzip}


@lru_cache(maxsize=512)
def coding_for(accept_encoding: str | None) -> str | None:
    """The coding that an Accept-Encoding header asks for; None for none. No header asks for none.

    Neither does one that is longer than any that makes sense: to read it would keep others waiting.
    """
    if accept_encoding is not None and len(accept_encoding) > LONGEST_HEADER:
        return None
    accepted = parse_accept_header(accept_encoding)
    weights = {name.lower(): weight for name, weight in reversed(accepted)}
    weight, chosen = max((weights.get(name, weights.get("*", 0.0)), -place) for place, name in enumerate(CODINGS))
    if not weight or weight < weights.get("identity", 0.0):
        return None
    return CODINGS[-chosen]


class Coder:
    """Codes what comes piece by piece, in blocks of one size."""

    def __init__(self, coding: str) -> None:
        self._coder = _CODERS[coding]()
        self._waiting = bytearray()

    def code(self, piece: bytes) -> bytes:
        """What is ready to be sent on after this piece."""
        waiting, ready = self._waiting, list[bytes]()
        waiting += piece
        while len(waiting) >= BLOCK:
            ready.append(self._coder.code(bytes(waiting[:BLOCK])))
            del waiting[:BLOCK]
        return b"".join(ready)

    def end(self) -> bytes:
        """The rest."""
        rest = self._coder.code(bytes(self._waiting)) if self._waiting else b""
        return rest + self._coder.end()
