"""Bytes as text: the charset that they are really in, and only characters that XML and RDF may hold."""

import codecs
import re

from rubricator.harvest.record import Repair

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]*\?>")
_PROLOG = re.compile(r"\ufeff?\s*(?:<\?xml\s[^>]*\?>)?\s*")
_ESCAPE = b"\x1b"
"""Begins the other charsets of ISO 2022, whose bytes are all ASCII."""
_WESTERN = frozenset({"iso8859-1", "cp1252", "ascii"})
"""Windows-1252 whatever they are called (WHATWG Encoding, section 4.2), and announced for whatever a server sends."""
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_WINDOWS = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in _UNDEFINED}
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"})
"""Python calls them encodings of text; no XML was ever written in them, and some take quadratic time."""
_STRAY_BYTE = re.compile("[\udc80-\udcff]")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")


def decode(content: bytes, announced: str = "") -> tuple[str, Repair | None]:
    """The text of a document without its XML declaration, and a repair if it is not in the charset it declares.

    What is UTF-8 is read as such, whatever the document and the HTTP answer (``announced``) say. Single bytes that are
    no UTF-8 come as lone surrogates, which :func:`mend_bytes` replaces.
    """
    if wide := _wide(content):
        return _body(content.decode(wide, "replace")), None
    declared = declared_charset(content)
    own, theirs = _codec(declared), _codec(announced)
    try:
        text, strange, utf8 = content.decode("utf-8"), _ESCAPE in content, True
    except UnicodeDecodeError:
        text, strange, utf8 = content.decode("utf-8", "surrogateescape"), True, False
    if strange:
        for charset in (own, "" if theirs in _WESTERN else theirs):
            if charset in ("", "utf-8") or (utf8 and charset in _WESTERN):
                continue
            try:
                return _in_charset(content, charset, declared, own)
            except (UnicodeError, LookupError):  # LookupError: it is no encoding of text
                continue
        return _body(text), None
    return _body(text), None if content.isascii() else _encoding(declared, own, "utf-8")


def declared_charset(content: bytes) -> str:
    """What the XML declaration says, as it says it; UTF-8 without one."""
    found = _DECLARED.match(content[:256])
    return found[1].decode("ascii") if found else "utf-8"


def is_known(charset: str) -> bool:
    return _codec(charset) != ""


def is_utf8(content: bytes) -> bool:
    """Whether the bytes are UTF-8, and say nothing else."""
    if _wide(content) or _ESCAPE in content or _codec(declared_charset(content)) != "utf-8":
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide(content: bytes) -> str:
    """The charset that a byte order mark tells, or a first character, which is one of ASCII in every syntax."""
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return charset
    if len(content) < 2 or (content[0] == 0) == (content[1] == 0):
        return ""
    return "utf-16-be" if content[0] == 0 else "utf-16-le"


def _in_charset(content: bytes, charset: str, declared: str, own: str) -> tuple[str, Repair | None]:
    if charset not in _WESTERN:
        return _body(content.decode(charset)), _encoding(declared, own, charset)
    text = content.decode("latin-1")
    windows = text.translate(_WINDOWS)
    return _body(windows), None if windows == text else _encoding(declared, own, "cp1252")


def _body(text: str) -> str:
    return text[_PROLOG.match(text).end() :]  # type: ignore[union-attr] # it matches nothing, too


def _encoding(declared: str, own: str, used: str) -> Repair | None:
    return None if own == used else Repair("encoding", declared, used)


def _codec(name: str) -> str:
    """Python's name of a charset; empty for none, and for what is none."""
    try:
        codec = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    return "" if codec in _NO_CHARSETS else codec


def mend_bytes(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text with single bytes that were no UTF-8 as what they are mostly: Windows-1252."""
    if not _STRAY_BYTE.search(text):
        return text, ()
    return _STRAY_BYTE.sub(_western, text), (Repair("encoding", "utf-8", "cp1252"),)


def _western(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace")


def without_controls(text: str) -> str:
    """The text without characters that no XML can hold, and so no answer to a query in XML."""
    return _ILLEGAL.sub("", text)


def without_illegal(xml: str) -> tuple[str, tuple[Repair, ...]]:
    """XML without characters that no XML may hold, nor references to any."""
    every = _REFERENCE.sub(_legal_reference, xml)
    bare = without_controls(every)
    return bare, dropped(every, bare)


def dropped(before: str, after: str) -> tuple[Repair, ...]:
    """The note of characters that a text has lost."""
    count = len(before) - len(after)
    return (Repair("control-characters", f"{count} characters", ""),) if count else ()


def _legal_reference(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return match[0] if code < 0x110000 and not _ILLEGAL.match(chr(code)) else "\0"
