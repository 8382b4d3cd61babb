"""RDF of a record as strict triples: as it is if possible, with clean attributes if that will do, else cleaned all."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from rubricator.edm import api, attributes, jsonld, rdfxml, turtle
from rubricator.edm.apirecord import write_record
from rubricator.edm.clean import Cleaner, MakeCleaner, Notes
from rubricator.edm.identity import identify
from rubricator.edm.record import RecordRejected
from rubricator.edm.reserved import unnamed_start
from rubricator.edm.searchitem import write_item
from rubricator.edm.text import utf8, xml_text
from rubricator.edm.tidy import read_tidy
from rubricator.edm.xmltree import is_name, parse_xml
from rubricator.harvest.charset import without_controls
from rubricator.harvest.depth import DEEPEST, too_deep
from rubricator.harvest.record import (
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    SEARCH_ITEM,
    TRIG,
    TURTLE,
    Repair,
    SourceRecord,
)
from rubricator.iris import Iris
from rubricator.rdf import XSD
from rubricator.vocabulary import canonical_entity

FORMATS = {
    RDF_XML: RdfFormat.RDF_XML,
    TURTLE: RdfFormat.TURTLE,
    N_TRIPLES: RdfFormat.N_TRIPLES,
    N_QUADS: RdfFormat.N_QUADS,
    TRIG: RdfFormat.TRIG,
    JSON_LD: RdfFormat.JSON_LD,
}
_DOCTYPE = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_SUBJECT, _OBJECT = attrgetter("subject"), attrgetter("object")
_UNDEFINED = "def"
"""Europeana's word for no language, which RDF takes for a language."""
_HEX = XSD["hexBinary"]
_ODD = (b"/base/", b"https://data.europeana.eu/", b"hexbinary", b'"def"', b"'def'", b"@def")
"""In small letters."""
# RDF 1.2 gives texts a direction, which no parser of RDF 1.1 takes.
_DIRECTION, _DIRECTION_IN_XML = b"--", b"/2005/11/its"
# What an escape may hold and no XML can, and so no answer to a query in XML.
_ESCAPED_CONTROL = re.compile(rb"\\(?:[bf]|u00[01]|u[Ff]{3}[EeFf]|U000000[01]|U0000[Ff]{3}[EeFf])|\xef\xbf[\xbe\xbf]")
_MANY_TAGS = 20_000
_STATEMENT_ATTRIBUTES = (b"wasGeneratedBy", b"confidenceLevel")


@dataclass(frozen=True, slots=True)
class Read:
    """What a record says, in the default graph. IRIs, which begin with ``unnamed``, stand for its blank nodes.

    ``notes`` and ``repairs`` tell what was changed; there is a ``cleaner`` only if there was need of one.
    """

    quads: list[Quad]
    notes: Notes
    cleaner: Cleaner | None = None
    repairs: tuple[Repair, ...] = ()
    unnamed: str = ""


def read_record(record: SourceRecord, iris: Iris) -> Read:
    """The statements of a record in RDF, or in Europeana's own JSON. Raises RecordRejected."""
    tidy = read_tidy(record.content) if record.media_type == RDF_XML else None
    return _read_closely(record, iris) if tidy is None else Read(tidy, {})


def _read_closely(record: SourceRecord, iris: Iris) -> Read:
    content, repairs = utf8(record.content)
    if record.media_type == RDF_XML:
        content, more = xml_text(content)
        repairs += more
    if record.media_type in FORMATS:
        quads, clean, cleaner = _read_quads(content, record.media_type, _cleaner_for(record, iris))
    else:
        quads, clean, cleaner = _read_api(content, record.media_type, record.dataset, iris)
    notes = cleaner.notes if cleaner else {}
    unnamed = unnamed_start(record, iris)
    if clean is not None:
        quads = _plain_quads(quads, clean, record.media_type, notes, lambda number: NamedNode(f"{unnamed}{number}"))
    return Read(quads, notes, cleaner, repairs, unnamed)


def _cleaner_for(record: SourceRecord, iris: Iris) -> MakeCleaner:
    """A record that names no item, or several, gets a name of its own for its relative IRIs, from its bytes."""

    def make(names: list[str]) -> Cleaner:
        name = names[0].strip() if names else ""
        unknown = record.identifier or hashlib.sha256(record.content).hexdigest()[:16]
        return Cleaner(name, identify(name or unknown, record.dataset, iris))

    return make


def _read_quads(
    content: bytes, media_type: str, cleaner_for: MakeCleaner
) -> tuple[list[Quad], bytes | None, Cleaner | None]:
    """The statements of a record in UTF-8, and the cleaner if there was need of one; between them the clean bytes, or
    None where these have nothing more to be looked for in them. Raises RecordRejected.
    """
    if media_type == JSON_LD:
        quads, cleaner = jsonld.read_jsonld(content, cleaner_for)
        return quads, content, cleaner
    if too_deep(content, media_type):
        raise RecordRejected("rdf-malformed", f"The record nests statements deeper than {DEEPEST} levels.")
    if media_type == RDF_XML and b"<!DOCTYPE" in content and _DOCTYPE.match(content):
        raise RecordRejected("xml-doctype", "The XML has a document type, which may hide anything; remove it.")
    if media_type == RDF_XML and content.count(b"<") > _MANY_TAGS:
        parse_xml(content)  # refuses XML that nests deeply, over which the quick parser takes minutes
    made, clean = _clean_quickly(content, media_type, cleaner_for)
    if clean is not None:
        if made is not None and (tidy := read_tidy(clean)) is not None:
            return tidy, None, made
        try:
            return list(parse(clean, format=FORMATS[media_type])), clean, made
        except (SyntaxError, ValueError):
            pass
    return _read_cleaned(content, media_type, cleaner_for)


def _clean_quickly(content: bytes, media_type: str, cleaner_for: MakeCleaner) -> tuple[Cleaner | None, bytes | None]:
    """What may be parsed as it is, or with clean attributes; None for what takes the thorough way."""
    if media_type != RDF_XML:
        return None, content
    if attributes.needs_cleaning(content):
        names = attributes.names_of_item(content)
        cleaner = cleaner_for(names)
        return cleaner, attributes.clean_attributes(content, cleaner) if names else None
    # A strict parser takes these attributes, and takes them for statements about the value.
    return None, None if any(name in content for name in _STATEMENT_ATTRIBUTES) else content


def _read_cleaned(content: bytes, media_type: str, cleaner_for: MakeCleaner) -> tuple[list[Quad], bytes, Cleaner]:
    """The thorough way, for records that no short cut could save."""
    if media_type == RDF_XML:
        root = parse_xml(content)
        if not is_name(root.tag):
            raise RecordRejected("not-a-record", f"The XML is a {root.tag!r} without namespace, not RDF.")
        cleaner = cleaner_for(rdfxml.names_of_item(root))
        clean = rdfxml.clean_rdfxml(root, cleaner)
    else:
        text = content.decode()
        cleaner = cleaner_for(turtle.names_of_item(text))
        clean = turtle.clean_turtle(text, cleaner).encode("utf-8", "replace")
    try:
        return list(parse(clean, format=FORMATS[media_type])), clean, cleaner
    except (SyntaxError, ValueError) as error:
        raise RecordRejected("rdf-malformed", f"The record is not valid RDF, cleaning included: {error}.") from error


def _read_api(content: bytes, media_type: str, dataset: str, iris: Iris) -> tuple[list[Quad], bytes, Cleaner]:
    """The statements of a record or item in Europeana's own JSON. Raises RecordRejected."""
    try:
        document, halves = api.load(content)
        writer = (write_item if media_type == SEARCH_ITEM else write_record)(document, dataset, iris)
    except RecursionError as error:
        raise RecordRejected("json-malformed", "The record is nested too deeply to be read.") from error
    for text in halves:
        writer.cleaner.note("half-character", text, "")
    clean = writer.jsonld()
    return list(parse(clean, format=RdfFormat.JSON_LD)), clean, writer.cleaner


def _plain_quads(
    quads: list[Quad], content: bytes, media_type: str, notes: Notes, genid: Callable[[int], NamedNode]
) -> list[Quad]:
    """No blank nodes and triple terms, nor named graphs; entities have one spelling, and colours are plain strings."""
    if _is_plain(quads, content, media_type):
        return quads if media_type == RDF_XML else [Quad(*quad.triple) for quad in quads]
    terms: dict[object, NamedNode | Literal] = {}
    unnamed = 0
    plain: list[Quad] = []
    for quad in quads:
        subject, predicate, value = quad.triple
        if isinstance(subject, Triple) or isinstance(value, Triple):
            notes["triple-term", str(quad.triple)] = ""
            continue
        for term in (subject, value):
            if term not in terms:
                terms[term] = genid(unnamed) if isinstance(term, BlankNode) else _plain(term, notes)
                unnamed += isinstance(term, BlankNode)
        plain.append(Quad(terms[subject], predicate, terms[value]))  # type: ignore[arg-type]
    return plain


def _is_plain(quads: list[Quad], content: bytes, media_type: str) -> bool:
    """Whether a quick look at terms and bytes finds nothing that may have to change."""
    kinds = set(map(type, map(_SUBJECT, quads))) | set(map(type, map(_OBJECT, quads)))
    odd = (*_ODD, _DIRECTION_IN_XML if media_type == RDF_XML else _DIRECTION)
    small = content.lower()
    escaped = (b"\\" in content or b"\xef" in content) and _ESCAPED_CONTROL.search(content) is not None
    return kinds <= {NamedNode, Literal} and not escaped and not any(mark in small for mark in odd)


def _plain(term: NamedNode | Literal, notes: Notes) -> NamedNode | Literal:
    if isinstance(term, Literal):
        return _plain_literal(term, notes)
    now = canonical_entity(term.value)
    if now == term.value:
        return term
    notes["legacy-entity", term.value] = now
    return NamedNode(now)


def _plain_literal(term: Literal, notes: Notes) -> Literal:
    value = term.value
    if term.datatype == _HEX and value.startswith("#"):
        notes["hex-binary", "xsd:hexBinary"] = "xsd:string"
        return Literal(value)
    bare = without_controls(value)
    if bare != value:
        notes["control-characters", f"{len(value) - len(bare)} characters"] = ""
    if term.direction is not None:
        notes["text-direction", str(term.direction)] = ""
    language = term.language
    if language == _UNDEFINED:
        notes["empty-language", language] = ""
        language = None
    if bare == value and language == term.language and term.direction is None:
        return term
    return Literal(bare, language=language) if term.language else Literal(bare, datatype=term.datatype)
