"""XML as it is met, with illegal characters and stray marks; parsed with nothing expanded and nothing fetched."""

import copy
import html
import re

from lxml import etree

from rubricator.harvest.charset import mend_bytes, without_illegal
from rubricator.harvest.record import Repair

_AMPERSAND = re.compile(
    r"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|&(?!#x[0-9A-Fa-f]+;|#[0-9]+;|(?:amp|lt|gt|quot|apos);)(\w+;)?",
    re.ASCII | re.DOTALL,
)
_SECTION_END = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|(?P<stray>\]\]>)", re.DOTALL)
_PLACE = re.compile(r", line \d+, column \d+\Z")
_OPENED = re.compile(r" (line \d+)")


class Malformed(Exception):
    """The text is not well-formed XML; the message says where."""


def mend(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text with legal characters only, and what was changed for it."""
    text, repairs = mend_bytes(text)
    bare, dropped = without_illegal(text)
    return bare, repairs + dropped


def mend_ampersands(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text with HTML's named characters as such, and every other ampersand that means nothing as one."""
    notes: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        if match[0].startswith("<"):
            return match[0]
        name = match[1] or ""
        meant = html.unescape(f"&{name}") if name else "&"
        now = html.escape(meant, quote=False)
        notes[match[0]] = now
        return now

    text = _AMPERSAND.sub(replace, text)
    return text, tuple(Repair("stray-ampersand", raw, now) for raw, now in notes.items())


def mend_section_ends(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text in which each ``]]>`` that ends no CDATA section is written as XML has it."""
    written = _SECTION_END.sub(lambda found: "]]&gt;" if found["stray"] else found[0], text)
    return written, (Repair("stray-section-end", "]]>", "]]&gt;"),) if written != text else ()


def parse(text: str) -> etree._Element:
    """The root element. Entities stay as they are, and nothing is loaded. Raises Malformed."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(text.encode(), parser)
    except UnicodeEncodeError as error:
        raise Malformed("it holds bytes that are no text in the charset it declares") from error
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(fault(error)) from error


def fault(error: etree.XMLSyntaxError | ValueError) -> str:
    """Where a text stops being XML, and why, for the brackets of a sentence."""
    if not isinstance(error, etree.XMLSyntaxError) or not error.msg:
        return str(error)
    line, column = error.position
    why = _OPENED.sub(r" of \1", _PLACE.sub("", error.msg))
    return f"line {line}, column {column}: {why}"


def parse_mended(text: str) -> tuple[etree._Element, tuple[Repair, ...]]:
    """The root element, and what had to be changed until the text was XML. Raises Malformed."""
    repairs: tuple[Repair, ...] = ()
    for mender in (mend, mend_ampersands, mend_section_ends):
        try:
            return parse(text), repairs
        except Malformed:
            text, more = mender(text)
            repairs += more
    return parse(text), repairs


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
