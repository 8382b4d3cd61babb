"""The tree of an XML document: how it is made, what its parts say, and how they are shown when they go."""

import re
from functools import lru_cache
from typing import Literal

from lxml import etree
from pyoxigraph import NamedNode

from rubricator.edm.record import RecordRejected
from rubricator.harvest.xml import fault

_BLANK = " \t\r\n"
"""What XML takes for blank, which is less than Unicode does."""
_LONGEST_SHOWN = 500
_DECLARATION = re.compile(r"""\sxmlns(?::[^\s=]+)?=(?:"[^"]*"|'[^']*')""")


def parse_xml(content: bytes) -> etree._Element:
    """The root of an XML document, with nothing expanded and nothing fetched. Raises RecordRejected."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RecordRejected("xml-malformed", f"The record is not well-formed XML ({fault(error)}).") from error
    return root


@lru_cache(maxsize=1024)
def is_name(tag: str) -> bool:
    """Whether the name of an element is an IRI: with a namespace, and that no nonsense."""
    try:
        NamedNode("".join(tag[1:].split("}", 1)) if tag.startswith("{") else "")
    except ValueError:
        return False
    return True


def is_blank(text: str | None) -> bool:
    return text is None or not text.strip(_BLANK)


def is_markup(element: etree._Element) -> bool:
    """HTML in a text: elements without a namespace, or of XHTML, or text around them."""
    first = element[0]
    mixed = not all(map(is_blank, (element.text, *(child.tail for child in element))))
    return mixed or not first.tag.startswith("{") or "1999/xhtml" in first.tag


def text_of(element: etree._Element) -> str:
    """All the text inside, whatever elements are around it."""
    return "".join(str(text) for text in element.itertext())


def shown(element: etree._Element) -> str:
    """The element as it stood there, for people: without declarations of prefixes, and at most 500 characters."""
    head, end, rest = etree.tostring(element, encoding="unicode", with_tail=False).partition(">")
    text = _DECLARATION.sub("", head) + end + rest
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def take(element: etree._Element, name: str) -> str | None:
    """The value of an attribute, which the element then no longer has."""
    value = element.get(name)
    if value is not None:
        del element.attrib[name]
    return value


def remove(element: etree._Element) -> Literal[False]:
    """Takes an element out of its tree. Says that it stays no longer."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
    return False
