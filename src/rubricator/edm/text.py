"""Bytes of a record as UTF-8 without characters that no XML or RDF may hold."""

import codecs
import re

from rubricator.edm.record import RecordRejected
from rubricator.harvest.record import Repair

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]*\?>")
_ILLEGAL_REFERENCE = re.compile(
    rb"&#(?:x0*(?:[0-8BbCcEeFf]|1[0-9A-Fa-f]|[Ff]{3}[EeFf])|0*(?:[0-8]|1[1-24-9]|2[0-9]|3[01]|6553[45]));"
)
_CONTROLS_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})


def utf8(content: bytes) -> tuple[bytes, tuple[Repair, ...]]:
    """The same text in UTF-8, and what had to be changed for it. Raises RecordRejected for a charset nobody knows."""
    repairs = []
    charset = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    declared = _DECLARATION.match(content[:256]) if not charset else None
    if not charset:
        charset = declared[1].decode("ascii").lower() if declared else "utf-8"
    if charset in ("utf-8", "utf8", "us-ascii", "ascii"):
        charset = "utf-8"
        valid = _is_utf8(content)
    else:
        valid = False
    if not valid:
        text, used = _decode(content, charset)
        if charset not in (used, "utf-8-sig"):
            repairs.append(Repair("encoding", charset, used))
        content = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace")
    bare = content.translate(None, _CONTROLS)
    if len(bare) != len(content):
        repairs.append(Repair("control-characters", f"{len(content) - len(bare)} characters", ""))
    return bare.lstrip(), tuple(repairs)


def without_controls(text: str) -> str:
    """The text without characters that no XML can hold, and so no answer to a query in XML."""
    return _CONTROLS_IN_TEXT.sub("", text)


def xml_text(content: bytes) -> tuple[bytes, tuple[Repair, ...]]:
    """XML with the line ends that every parser must see, and no references to characters that no XML may hold."""
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"&" not in content or b"&#" not in content:
        return content, ()
    bare, count = _ILLEGAL_REFERENCE.subn(b"", content)
    return bare, (Repair("control-characters", f"{count} characters", ""),) if count else ()


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode(content: bytes, charset: str) -> tuple[str, str]:
    """The text, and the charset that it really is in: what claims to be UTF-8 and is not, is mostly Windows-1252."""
    for name in (charset, "cp1252"):
        try:
            return content.decode(name), name
        except (UnicodeError, ValueError):
            continue
        except LookupError as error:
            raise RecordRejected(
                "unknown-charset", f"The record is in {charset!r}, which is no charset we know."
            ) from error
    return content.decode("latin-1"), "latin-1"
