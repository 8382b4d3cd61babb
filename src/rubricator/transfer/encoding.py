"""Bodies that come packed, unpacked in blocks of bounded size: what is small on the wire may be huge once unpacked."""

import zlib
from collections.abc import Iterator

BLOCK = 2**16
"""Largest block that comes out, in bytes."""
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32


def unpacked(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The body in plain, for its ``Content-Encoding``. One that nobody asked for comes as it is: some servers name a
    charset here.

    Raises zlib.error if the body is damaged, EOFError if it ends too early.
    """
    return _inflated(blocks) if encoding.strip().lower() in _PACKED else blocks


def _inflated(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Member after member (RFC 1952, section 2.2); what follows the last one and is none is padding."""
    member, begun, whole = zlib.decompressobj(_ZLIB_OR_GZIP), False, False
    for block in blocks:
        packed = block
        while packed or begun:
            try:
                plain = member.decompress(packed, BLOCK)
            except zlib.error:
                if whole:
                    return
                raise
            begun = True
            if plain:
                yield plain
            packed = member.unconsumed_tail
            if member.eof:
                packed, member = member.unused_data, zlib.decompressobj(_ZLIB_OR_GZIP)
                begun, whole = False, True
            elif not packed and len(plain) < BLOCK:
                break
    if begun:
        raise EOFError("the packed body is not complete")
