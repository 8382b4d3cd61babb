"""JSON-LD without surprises: no context is fetched, and no IRI is dropped in silence."""

import json
import re
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from rubricator.edm.clean import Cleaner, MakeCleaner
from rubricator.edm.jsontext import read_json
from rubricator.edm.record import RecordRejected
from rubricator.harvest.depth import DEEPEST
from rubricator.rdf import DC, DCTERMS, EBUCORE, EDM, FOAF, ORE, OWL, RDF, SKOS, SVCS, TYPE

_CHO = EDM["ProvidedCHO"]
_MORE = {
    "wgs84_pos": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "rdaGr2": "http://rdvocab.info/ElementsGr2/",
    "doap": "http://usefulinc.com/ns/doap#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "cc": "http://creativecommons.org/ns#",
    "oa": "http://www.w3.org/ns/oa#",
    "dqv": "http://www.w3.org/ns/dqv#",
}
RECORD_CONTEXT = {
    name.prefix: name.iri for name in (DC, DCTERMS, EBUCORE, EDM, FOAF, ORE, OWL, RDF, SKOS, SVCS)
} | _MORE
"""What Europeana's Record API means by ``…/record/v2/context.jsonld``: prefixes only."""

_RECORD = re.compile(r"https?://(?:api|www)\.europeana\.eu/(?:api/)?(?:record/)?(?:v2/)?(?:record/)?context\.jsonld")
_OTHER = re.compile(
    r"https?://(?:www\.europeana\.eu/(?:schemas/context/entity|annotation/context)\.jsonld"
    r"|www\.w3\.org/ns/anno\.jsonld|schema\.org/?.*)"
)
_HOST = "http://relative.invalid"
_BASE = f"{_HOST}/-/"
"""Below this the parser puts what is relative, so that it can be told afterwards."""
_ABSOLUTE = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:")
_WORD = re.compile(r"[^/#]")
"""What a relative reference that was meant as one does not begin with."""
_KEYWORDS = ("@", "http")


def read_jsonld(content: bytes, cleaner_for: MakeCleaner) -> tuple[list[Quad], Cleaner]:
    """The statements, with references absolute and legal, and language tags legal or gone.

    A strict parser drops what is no legal IRI in silence, so a lenient one reads, and every term is cleaned after it.
    Raises RecordRejected.
    """
    try:
        document, halves = _document(content)
        placed = json.dumps(_placed(document), ensure_ascii=False).encode()
        quads = list(parse(placed, format=RdfFormat.JSON_LD, base_iri=_BASE, lenient=True))
    except RecursionError as error:
        raise RecordRejected("json-malformed", "The record is nested too deeply to be read.") from error
    except (SyntaxError, ValueError) as error:
        raise RecordRejected("rdf-malformed", f"The record is not valid JSON-LD: {error}.") from error
    items = (quad.subject for quad in quads if quad.object == _CHO and quad.predicate == TYPE)
    cleaner = cleaner_for([_raw(item.value) for item in items if isinstance(item, NamedNode)])
    for text in halves:
        cleaner.note("half-character", text, "")
    return _clean(quads, cleaner), cleaner


def _document(content: bytes) -> tuple[dict[str, Any] | list[Any], list[str]]:
    """The document, and its texts with half characters. Raises RecordRejected for what is no JSON-LD."""
    document, halves = read_json(content)
    nodes = document if isinstance(document, list) else [document]
    if not any(isinstance(node, dict) and any(key.startswith(_KEYWORDS) for key in node) for node in nodes):
        raise RecordRejected("not-a-record", "The JSON is no JSON-LD record.")
    return document, halves


def _placed(value: Any, depth: int = 0) -> Any:
    """A copy with known contexts in place of their addresses. Raises RecursionError for what is nested too deeply."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, list):
        return [_placed(part, depth + 1) for part in value]
    if isinstance(value, dict):
        return {
            key: _context(part, depth + 1) if key == "@context" else _placed(part, depth + 1)
            for key, part in value.items()
        }
    return value


def _clean(quads: list[Quad], cleaner: Cleaner) -> list[Quad]:
    """Each term once. What is no IRI is a text as a value; a statement about it goes. Either is noted."""
    terms: dict[object, NamedNode | BlankNode | Literal | None] = {}
    clean = []
    for quad in quads:
        if unknown := _unknown_term(quad):
            cleaner.note("unknown-term", unknown, "")
            continue
        for term in (quad.subject, quad.predicate, quad.object):
            if term not in terms:
                terms[term] = _clean_term(term, cleaner)
        subject, predicate, value = terms[quad.subject], terms[quad.predicate], terms[quad.object]
        if value is None and isinstance(quad.object, NamedNode) and (text := _raw(quad.object.value)).strip():
            value = Literal(text)
        if subject is not None and predicate is not None and value is not None:
            clean.append(Quad(subject, predicate, value))  # type: ignore[arg-type]
    return clean


def _unknown_term(quad: Quad) -> str:
    """The key and value, or the class, that no context explains; a key that is no IRI must not become one of ours."""
    value = quad.object
    said = "[]" if isinstance(value, BlankNode) else str(value)
    if isinstance(value, NamedNode | Literal):
        said = _raw(value.value)
    key = _raw(quad.predicate.value)
    if not _ABSOLUTE.match(key):
        return f"{key} {said}"
    is_class = quad.predicate == TYPE and isinstance(value, NamedNode)
    return f"@type {said}" if is_class and _WORD.match(said) and not _ABSOLUTE.match(said) else ""


def _clean_term(term: object, cleaner: Cleaner) -> NamedNode | BlankNode | Literal | None:
    if isinstance(term, NamedNode):
        raw = _raw(term.value)
        if not raw.strip():
            cleaner.note("empty-about", "", "")
            return None
        now = cleaner.reference(raw)
        return NamedNode(now) if now is not None else None
    if isinstance(term, Literal):
        if term.language is not None:
            tag = cleaner.language(term.language)
            return Literal(term.value, language=tag) if tag else Literal(term.value)
        kind = _raw(term.datatype.value)
        if not _ABSOLUTE.match(kind):
            cleaner.note("unknown-term", f"@type {kind} {term.value}", "")
            return Literal(term.value)
        datatype = cleaner.datatype(kind)
        return Literal(term.value, datatype=NamedNode(datatype)) if datatype else Literal(term.value)
    return term if isinstance(term, BlankNode) else None


def _raw(iri: str) -> str:
    """What stood there before the parser made it absolute."""
    return iri.removeprefix(_BASE) if iri.startswith(_BASE) else iri.removeprefix(_HOST)


def _context(context: object, depth: int) -> object:
    """A context, with those of its terms, that needs nothing from elsewhere."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(context, list):
        return [_context(part, depth + 1) for part in context]
    if isinstance(context, dict):
        if "@import" in context:
            raise RecordRejected("remote-context", "The JSON-LD imports a context; write the context into the record.")
        return {key: _placed(term, depth + 1) for key, term in context.items()}
    if not isinstance(context, str):
        return context
    if _RECORD.fullmatch(context):
        return RECORD_CONTEXT
    if _OTHER.fullmatch(context):
        raise RecordRejected(
            "not-a-record", f"The JSON-LD is in the context {context!r}, which is not that of records."
        )
    raise RecordRejected(
        "remote-context", f"The JSON-LD needs the context {context!r}, which is not fetched; write it into the record."
    )
