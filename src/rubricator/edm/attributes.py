"""Cleans the attributes of RDF/XML as bytes, without building a tree: quick, and enough for most records."""

import re
from functools import cache
from html import unescape
from xml.sax.saxutils import escape

from rubricator.edm.clean import Cleaner
from rubricator.rdf import RDF

_USUAL = f'xmlns:rdf="{RDF}"'.encode()
_LEGAL = rb"(?!https://data\.europeana\.eu/|http://data\.europeana\.eu/[a-z]+/base/)"
_LEGAL += rb"[A-Za-z][A-Za-z0-9+.-]*:[!#$%&()*+,\-./0-9:;=?@A-Z_a-z~\x80-\xff]+"
_REFERENCE = re.compile(
    rb'(?P<name>rdf:(?:about|resource)=)(?:"(?!'
    + _LEGAL
    + rb'")(?P<double>[^"<]*)"|\'(?!'
    + _LEGAL
    + rb"')(?P<single>[^'<]*)')"
)
_NO_LANGUAGE = re.compile(rb"xml:lang=(?:\"\"|'')")
_COLOUR = re.compile(rb"rdf:datatype=[\"']http://www\.w3\.org/2001/XMLSchema#hexBinary[\"'](?=\s*>\s*#)")
_AROUND = re.compile(
    rb"xml:lang\s*=\s*(?:\"[^\"]+\"|'[^']+')(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+(?<!/)>(?:\s|&#x?[0-9A-Fa-f]+;)*+<[^/]"
)
"""A language around elements, which one without would take on."""
_UNSOUND = re.compile(
    rb"""datatype\s*=\s*["'][^"'<]*(?:(?:l|dirL)angString|&\#)
    |    parseType\s*=\s*["'](?!(?:Literal|Resource|Collection)["'])""",
    re.VERBOSE,
)
"""What a strict parser makes unsound literals of, or nothing: the datatype of texts with a language, or what may hide
it, and unknown ways to parse."""
_IN_TEXT = re.compile(rb">[^<>]*(?:rdf:(?:about|resource|datatype)|xml:lang)=")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?RDF(?=\s)")
_USUAL_ROOT = re.compile(
    rb"<\S+(?:\s+(?:xmlns|(?:xmlns|xml|xsi|rdf|its):[^\s=]+)\s*=\s*(?:\"[^\"]*\"|'[^']*'))*+\s*/?>"
)
_ITEM = re.compile(rb"<edm:ProvidedCHO\s[^<>]*?rdf:(?:about=[\"']|ID=(?=[\"']))([^\"'<>]+)")
_POINTED = re.compile(rb"<(?:edm:aggregatedCHO|ore:proxyFor)\s[^<>]*?rdf:resource=[\"']([^\"'<>]+)")
_BEYOND = (b"wasGeneratedBy", b"confidenceLevel", b"xml:base", b"rdf:ID", b"<!")
"""What takes a tree, such as comments and CDATA, in which nothing is an attribute."""


def needs_cleaning(content: bytes) -> bool:
    """Whether an attribute of the record is not what a strict parser takes."""
    odd = any(pattern.search(content) is not None for pattern in (_REFERENCE, _NO_LANGUAGE, _COLOUR, _UNSOUND))
    return odd or _says_more_on_root(content)


def _says_more_on_root(content: bytes) -> bool:
    """Whether rdf:RDF has attributes of its own, which a strict parser passes over."""
    root = _ROOT.search(content)
    return root is not None and _USUAL_ROOT.match(content, root.start()) is None


def names_of_item(content: bytes) -> list[str]:
    """What the record calls its item."""
    return [unescape(name.decode()) for name in dict.fromkeys(_ITEM.findall(content) or _POINTED.findall(content))]


def clean_attributes(content: bytes, cleaner: Cleaner) -> bytes | None:
    """The record with legal, absolute references, no empty language, no wrong colour; None if that takes a tree."""
    if _USUAL not in content or any(mark in content for mark in _BEYOND) or _IN_TEXT.search(content):
        return None
    if _says_more_on_root(content) or _UNSOUND.search(content):
        return None
    if _NO_LANGUAGE.search(content) and _AROUND.search(content):
        return None
    beyond = False

    @cache  # for the record: its nodes are named again and again
    def clean(quoted: bytes) -> bytes:
        nonlocal beyond
        raw = unescape(quoted.decode())
        now = cleaner.reference(raw) if raw.strip() else None
        beyond = beyond or now is None
        return quoted if now is None else escape(now, {'"': "&quot;"}).encode()

    def write(found: re.Match[bytes]) -> bytes:
        return b'%b"%b"' % (found["name"], clean(found["single"] if found["double"] is None else found["double"]))

    cleaned = _REFERENCE.sub(write, content)
    cleaned, empty = _NO_LANGUAGE.subn(b"", cleaned)
    if empty:
        cleaner.note("empty-language", "", "")
    cleaned, coloured = _COLOUR.subn(b"", cleaned)
    if coloured:
        cleaner.note("hex-binary", "xsd:hexBinary", "xsd:string")
    return None if beyond else cleaned
