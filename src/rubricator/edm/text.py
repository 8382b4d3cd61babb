"""Bytes of a record as UTF-8 without characters that no XML or RDF may hold."""

import re

from rubricator.edm.record import RecordRejected
from rubricator.harvest.charset import (
    declared_charset,
    decode,
    dropped,
    is_known,
    is_utf8,
    mend_bytes,
    without_controls,
    without_illegal,
)
from rubricator.harvest.record import Repair
from rubricator.harvest.xml import mend_ampersands, mend_section_ends

_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
_STRAY_AMPERSAND = re.compile(rb"&(?!#x[0-9A-Fa-f]+;|#[0-9]+;|(?:amp|lt|gt|quot|apos);)")
_NO_CHARACTER = b"\xef\xbf"
"""Begins U+FFFE and U+FFFF."""


def utf8(content: bytes) -> tuple[bytes, tuple[Repair, ...]]:
    """The same text in UTF-8, and what had to be changed for it. Raises RecordRejected for a charset nobody knows."""
    repairs: tuple[Repair, ...] = ()
    if not is_utf8(content):
        text, repair = decode(content)
        text, repairs = mend_bytes(text)
        charset = declared_charset(content)
        if repairs and not is_known(charset):
            raise RecordRejected("unknown-charset", f"The record is in {charset!r}, which is no charset we know.")
        repairs += (repair,) if repair else ()
        content = text.encode("utf-8", "replace")
    if _NO_CHARACTER in content or len(content) != len(content.translate(None, _CONTROLS)):
        text = content.decode()
        bare = without_controls(text)
        repairs += dropped(text, bare)
        content = bare.encode()
    return content.lstrip(), repairs


def xml_text(content: bytes) -> tuple[bytes, tuple[Repair, ...]]:
    """XML with the line ends that every parser must see, and only references that XML knows to what it may hold."""
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    repairs: tuple[Repair, ...] = ()
    if b"&#" in content:
        text, repairs = without_illegal(content.decode())
        content = text.encode()
    if _STRAY_AMPERSAND.search(content):
        text, mended = mend_ampersands(content.decode())
        content, repairs = text.encode(), repairs + mended
    if b"]]>" in content:
        text, mended = mend_section_ends(content.decode())
        content, repairs = text.encode(), repairs + mended
    return content, repairs
