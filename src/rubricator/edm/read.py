"""RDF of a record as strict triples. The bytes go to the parser as they are; cleaning starts where that fails."""

import json
import re
from collections.abc import Callable

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from rubricator.edm import jsonld, rdfxml, turtle
from rubricator.edm.clean import Cleaner, Notes
from rubricator.edm.record import RecordRejected
from rubricator.harvest.record import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
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
_DOCTYPE = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*<!DOCTYPE", re.DOTALL)
_HEX = XSD["hexBinary"]
_STATEMENT_ATTRIBUTES = (b"wasGeneratedBy", b"confidenceLevel")

MakeCleaner = Callable[[list[str]], Cleaner]
"""Makes the cleaner of a record from the names it has for its item."""


def read_triples(content: bytes, media_type: str, cleaner_for: MakeCleaner) -> tuple[list[Quad], Cleaner | None]:
    """The statements of a record in UTF-8, and the cleaner if one had to be called. Raises RecordRejected."""
    if media_type == JSON_LD:
        return _read_json(content, cleaner_for)
    if media_type == RDF_XML and _DOCTYPE.match(content):
        raise RecordRejected("xml-doctype", "The XML has a document type, which may hide anything; remove it.")
    if media_type != RDF_XML or not any(name in content for name in _STATEMENT_ATTRIBUTES):
        try:
            return list(parse(content, format=FORMATS[media_type])), None
        except (SyntaxError, ValueError):
            pass
    return _read_cleaned(content, media_type, cleaner_for)


def _read_cleaned(content: bytes, media_type: str, cleaner_for: MakeCleaner) -> tuple[list[Quad], Cleaner]:
    if media_type == RDF_XML:
        root = rdfxml.parse_xml(content)
        if not root.tag.startswith("{"):
            raise RecordRejected("not-a-record", f"The XML is a {root.tag!r} without namespace, not RDF.")
        cleaner = cleaner_for(rdfxml.names_of_item(root))
        clean = rdfxml.clean_rdfxml(root, cleaner)
    else:
        text = content.decode()
        cleaner = cleaner_for(turtle.names_of_item(text))
        clean = turtle.clean_turtle(text, cleaner).encode("utf-8", "replace")
    try:
        return list(parse(clean, format=FORMATS[media_type])), cleaner
    except (SyntaxError, ValueError) as error:
        raise RecordRejected("rdf-malformed", f"The record is not valid RDF, cleaning included: {error}.") from error


def _read_json(content: bytes, cleaner_for: MakeCleaner) -> tuple[list[Quad], Cleaner]:
    """The parser drops relative IRIs of JSON-LD in silence, so every document is cleaned first."""
    document = jsonld.load_json(content)
    cleaner = cleaner_for(jsonld.names_of_item(document))
    try:
        clean = json.dumps(jsonld.clean_json(document, cleaner))
        return list(parse(clean, format=RdfFormat.JSON_LD)), cleaner
    except (SyntaxError, ValueError, RecursionError) as error:
        raise RecordRejected("rdf-malformed", f"The record is not valid JSON-LD: {error}.") from error


def plain_triples(quads: list[Quad], content: bytes, notes: Notes, genid: Callable[[int], NamedNode]) -> list[Triple]:
    """Triples without blank nodes and triple terms; entities have their one spelling and colours are plain strings."""
    legacy, colours = b"/base/" in content or b"https://data.europeana.eu/" in content, b"hexBinary" in content
    names: dict[BlankNode, NamedNode] = {}
    odd = {BlankNode, Triple}
    triples: list[Triple] = []
    for quad in quads:
        subject, value = quad.subject, quad.object
        if not legacy and not colours and type(subject) is NamedNode and type(value) not in odd:
            triples.append(quad.triple)
            continue
        if isinstance(subject, Triple) or isinstance(value, Triple):
            notes["triple-term", str(quad.triple)] = ""
            continue
        if isinstance(subject, BlankNode):
            subject = names.get(subject) or names.setdefault(subject, genid(len(names)))
        if isinstance(value, BlankNode):
            value = names.get(value) or names.setdefault(value, genid(len(names)))
        if legacy:
            subject = _canonical(subject, notes)
            value = value if isinstance(value, Literal) else _canonical(value, notes)
        if colours and isinstance(value, Literal) and value.datatype == _HEX and value.value.startswith("#"):
            notes["hex-binary", "xsd:hexBinary"] = "xsd:string"
            value = Literal(value.value)
        triples.append(Triple(subject, quad.predicate, value))
    return triples


def _canonical(term: NamedNode, notes: Notes) -> NamedNode:
    if "data.europeana.eu/" not in term.value:
        return term
    now = canonical_entity(term.value)
    if now == term.value:
        return term
    notes["legacy-entity", term.value] = now
    return NamedNode(now)
