"""RDF/XML in the tidy form in which most records come: one look at its bytes tells that nothing in it needs cleaning.

A record is tidy if it is nothing but named nodes, one after the other, with texts and references, whose IRIs and
languages are legal beyond doubt and stay as they are. Every other, however right it may be, is looked at closely.
"""

import re

from pyoxigraph import Quad, RdfFormat, parse

from rubricator.rdf import RDF

_LARGEST = 2**16
"""In bytes. Larger ones are rare, and there are more limits to hold them to."""

_S = r"[\x20\t\n]"
_NAME = r"[\w.:-]++"
_AUTHORITY = r"[\w.~-]++(?::[0-9]{1,4})?+"
_IN_IRI = r"[\w.~!$()*+,;=:@/?-]*+"
_REST = rf"{_IN_IRI}(?:(?:&amp;|%[0-9A-Fa-f][0-9A-Fa-f]){_IN_IRI})*+"
_RESPELT = rf"""s://data\.europeana\.eu/|://data\.europeana\.eu/[a-z]++/base/|://www\.w3\.org/2001/XMLSchema\#hexBinary
    |{re.escape(str(RDF)).removeprefix("http")}(?:l|dirL)angString"""
_IRI = rf'"(?:http(?!{_RESPELT})s?://{_AUTHORITY}(?:[/?]{_REST})?+|(?i:urn):\w{_REST})(?:\#{_REST})?+"'
_NAMESPACE = rf'"https?://{_AUTHORITY}/{_REST}(?:\#{_REST})?+"'
"""With a path, so that it is an IRI with any name after it."""
_LANGUAGE = r'"(?!(?i:def)")[A-Za-z]{2,3}(?:-[A-Za-z]{4})?+(?:-[A-Za-z]{2})?+"'
_IN_TEXT = r"[^]<&\x00-\x08\x0b-\x1f\xef]*+"
"""No control character, nor the byte with which U+FFFE and U+FFFF begin."""
_TEXT = rf"{_IN_TEXT}(?:(?:&(?:amp|lt|gt|quot|apos);|\](?!\]>)){_IN_TEXT})*+"
_PROPERTY = rf"""<{_NAME}(?:
        >{_TEXT}</{_NAME}>
    |   {_S}++rdf:resource={_IRI}{_S}*+/>
    |   (?:{_S}++(?:xml:lang={_LANGUAGE}|rdf:datatype={_IRI}))*+{_S}*+(?:/>|>{_TEXT}</{_NAME}>)
    )"""
_NODE = rf"<{_NAME}{_S}++rdf:about={_IRI}{_S}*+(?:/>|>(?:{_S}*+{_PROPERTY})*+{_S}*+</{_NAME}>)"
_DECLARATION = rf"""<\?xml{_S}++version=["']1\.0["']
    (?:{_S}++encoding=["'](?i:utf-8)["'])?+(?:{_S}++standalone=["'](?:yes|no)["'])?+{_S}*+\?>"""
_ROOT = rf"""<rdf:RDF(?:{_S}++(?:
        xmlns:rdf="{re.escape(str(RDF))}"
    |   xmlns(?::(?!rdf=){_NAME})?+={_NAMESPACE}
    |   xsi:schemaLocation="[^"<&]*+"
    ))*+{_S}*+>"""
_RECORD = re.compile(
    rf"(?:{_DECLARATION})?+{_S}*+{_ROOT}(?:{_S}*+{_NODE})*+{_S}*+</rdf:RDF>{_S}*+".encode(), re.VERBOSE
)


def read_tidy(content: bytes) -> list[Quad] | None:
    """The statements of a tidy record, with no blank node among them; None for every other."""
    if len(content) > _LARGEST or _RECORD.fullmatch(content) is None:
        return None
    try:
        # Lenient, it takes a quarter less time: IRIs and languages, which were looked at, are not checked again.
        return list(parse(content, format=RdfFormat.RDF_XML, lenient=True))
    except (SyntaxError, ValueError):
        return None
