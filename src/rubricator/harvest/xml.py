"""XML as it is met: in any charset, with illegal characters; parsed with nothing expanded and nothing fetched."""

import codecs
import copy
import html
import re

from lxml import etree

from rubricator.harvest.record import Repair

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]*\?>")
_PROLOG = re.compile(r"\ufeff?\s*(?:<\?xml\s[^>]*\?>)?\s*")
_ESCAPE = b"\x1b"
"""Begins the other charsets of ISO 2022, whose bytes are all ASCII."""
_WESTERN = frozenset({"iso8859-1", "cp1252", "ascii"})
"""Announced by many servers for whatever they send."""
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"})
"""Python calls them encodings of text; no XML was ever written in them, and some take quadratic time."""
_STRAY_BYTE = re.compile("[\udc80-\udcff]")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")
_AMPERSAND = re.compile(r"&(?!#x[0-9A-Fa-f]+;|#[0-9]+;|(?:amp|lt|gt|quot|apos);)(\w+;)?", re.ASCII)


class Malformed(Exception):
    """The text is not well-formed XML; the message says where."""


def decode(content: bytes, announced: str = "") -> tuple[str, Repair | None]:
    """The text of a document without its XML declaration, and a repair if it is not in the charset it declares.

    What is UTF-8 is read as such, whatever the document and the HTTP answer (``announced``) say. Single bytes that are
    no UTF-8 come as lone surrogates, which :func:`mend` replaces.
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return _body(content.decode(charset, "replace")), None
    found = _DECLARED.match(content[:256])
    declared = found[1].decode("ascii") if found else "utf-8"
    own, theirs = _codec(declared), _codec(announced)
    try:
        text, strange = content.decode("utf-8"), _ESCAPE in content
    except UnicodeDecodeError:
        text, strange = content.decode("utf-8", "surrogateescape"), True
    if strange:
        for charset in (own, "" if theirs in _WESTERN else theirs):
            if charset not in ("", "utf-8"):
                try:
                    return _body(content.decode(charset)), _encoding(declared, own, charset)
                except (UnicodeError, LookupError):  # LookupError: it is no encoding of text
                    continue
        return _body(text), None
    return _body(text), None if content.isascii() else _encoding(declared, own, "utf-8")


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


def mend(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text with legal characters only, and what was changed for it."""
    repairs = []
    if _STRAY_BYTE.search(text):
        text = _STRAY_BYTE.sub(_western, text)
        repairs.append(Repair("encoding", "utf-8", "cp1252"))
    bare = _REFERENCE.sub(_legal_reference, _ILLEGAL.sub("", text))
    if bare != text:
        repairs.append(Repair("control-characters", f"{len(text) - len(bare)} characters", ""))
    return bare, tuple(repairs)


def mend_ampersands(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text with HTML's named characters as such, and every other ampersand that means nothing as one."""
    notes: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        name = match[1] or ""
        meant = html.unescape(f"&{name}") if name else "&"
        now = html.escape(meant, quote=False)
        notes[match[0]] = now
        return now

    text = _AMPERSAND.sub(replace, text)
    return text, tuple(Repair("stray-ampersand", raw, now) for raw, now in notes.items())


def _western(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace")


def _legal_reference(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return match[0] if code < 0x110000 and not _ILLEGAL.match(chr(code)) else ""


def parse(text: str) -> etree._Element:
    """The root element. Entities stay as they are, and nothing is loaded. Raises Malformed."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(getattr(error, "msg", str(error))) from error


def standalone(element: etree._Element) -> bytes:
    """The element as a document of its own, which does not depend on what stood around it."""
    alone = copy.deepcopy(element)
    alone.tail = None
    return etree.tostring(alone, encoding="UTF-8", xml_declaration=True)


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


def child_text(element: etree._Element, name: str) -> str:
    """The text of the first child of that local name; empty if there is none."""
    return (element.findtext(f"{{*}}{name}") or "").strip()
