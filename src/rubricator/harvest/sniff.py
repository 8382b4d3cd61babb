"""Tells what a file holds by its first bytes; its name only decides between the line-based syntaxes."""

import re
from pathlib import PurePosixPath

from rubricator.harvest.charset import decode
from rubricator.harvest.record import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE

_XML = re.compile(rb"<(?:[?!]|[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?[\s/>])")
_HTML = re.compile(rb"(?>\s+|<!--.*?-->)*+<(?:!doctype\s+)?html\b", re.DOTALL | re.IGNORECASE)
_JSON = re.compile(rb'\{\s*["}]|\[\s*[{\["\]]')
_COMMENTS = re.compile(rb"(?:\s*#[^\n]*(?:\n|\Z))*\s*")
_TURTLE = re.compile(rb'(?i:@?prefix\s|@?base\s)|<[^<>"{}|^`\\]*>\s|_:|\[|[\w-]*:[\w-]*\s')
_BY_SUFFIX = {".nt": N_TRIPLES, ".nq": N_QUADS, ".trig": TRIG}


def media_type(start: bytes, name: str) -> str | None:
    """The media type of a file from its first bytes, or None if it holds no RDF in a syntax that we read."""
    text = decode(start)[0].encode("utf-8", "replace").lstrip()
    if _XML.match(text):
        return RDF_XML
    if _JSON.match(text):
        return JSON_LD
    if _TURTLE.match(_COMMENTS.sub(b"", text, count=1)):
        return _BY_SUFFIX.get(PurePosixPath(name.lower().removesuffix(".gz")).suffix, TURTLE)
    return None


def is_page(content: bytes) -> bool:
    """Whether a file is an HTML page without RDF/XML in it, as servers and proxies send it in place of an answer."""
    return _HTML.match(decode(content[:4096])[0].encode("utf-8", "replace")) is not None and b"RDF" not in content
