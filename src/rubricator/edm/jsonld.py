"""JSON-LD without surprises: no context is fetched, and no IRI is dropped in silence."""

import json
import re
from typing import Any

from rubricator.edm.clean import Cleaner
from rubricator.edm.record import RecordRejected
from rubricator.rdf import DC, DCTERMS, EBUCORE, EDM, FOAF, ORE, OWL, RDF, SKOS, SVCS

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
_CURIE = re.compile(r"([\w-]+):(?!//)")
_DEEPEST = 100


def load_json(content: bytes) -> dict[str, Any] | list[Any]:
    """The document, with known contexts put in their place. Raises RecordRejected for what is no record."""
    try:
        document = json.loads(content)
    except RecursionError as error:
        raise RecordRejected("json-malformed", "The record is nested too deeply to be read.") from error
    except ValueError as error:
        raise RecordRejected("json-malformed", f"The record is not JSON: {error}.") from error
    nodes = document if isinstance(document, list) else [document]
    first = nodes[0] if nodes and isinstance(nodes[0], dict) else {}
    if "@context" not in first and "@graph" not in first and not any(key.startswith(("@", "http")) for key in first):
        known = "object" in first and "success" in first
        hint = "a record in Europeana's own JSON; harvest it as RDF/XML or JSON-LD" if known else "no JSON-LD record"
        raise RecordRejected("unsupported-json" if known else "not-a-record", f"The JSON is {hint}.")
    return document  # type: ignore[no-any-return]


def names_of_item(document: object, depth: int = 0) -> list[str]:
    """What the record calls its item: every node of type edm:ProvidedCHO."""
    if depth > _DEEPEST:
        raise RecordRejected("json-malformed", "The record is nested too deeply to be read.")
    if isinstance(document, list):
        return [name for part in document for name in names_of_item(part, depth + 1)]
    if not isinstance(document, dict):
        return []
    types = document.get("@type", [])
    typed = {"edm:ProvidedCHO", EDM["ProvidedCHO"].value}.intersection(
        map(str, types if isinstance(types, list) else [types])
    )
    name = document.get("@id")
    own = [name] if typed and isinstance(name, str) else []
    return own + [found for part in document.values() for found in names_of_item(part, depth + 1)]


def clean_json(value: Any, cleaner: Cleaner) -> Any:
    """A copy with contexts in place, references absolute and legal, and language tags legal or gone."""
    if isinstance(value, list):
        return [clean_json(part, cleaner) for part in value]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for key, part in value.items():
        if key == "@context":
            result[key] = _context(part)
        elif key == "@id" and isinstance(part, str):
            now = _reference(part, cleaner)
            if now is not None:
                result[key] = now
        elif key == "@language":
            if isinstance(part, str) and (tag := cleaner.language(part)):
                result[key] = tag
        else:
            result[key] = clean_json(part, cleaner)
    return result


def _reference(raw: str, cleaner: Cleaner) -> str | None:
    """Blank nodes and prefixed names are the parser's to resolve."""
    prefix = _CURIE.match(raw)
    if raw.startswith("_:") or (prefix and prefix[1] in RECORD_CONTEXT):
        return raw
    return cleaner.reference(raw)


def _context(context: object) -> object:
    if isinstance(context, list):
        return [_context(part) for part in context]
    if isinstance(context, dict):
        if "@import" in context:
            raise RecordRejected("remote-context", "The JSON-LD imports a context; write the context into the record.")
        return {key: _context_term(term) for key, term in context.items()}
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


def _context_term(term: object) -> object:
    """A term may carry a context of its own."""
    if isinstance(term, dict) and "@context" in term:
        return term | {"@context": _context(term["@context"])}
    return term
