"""The representations of a document or graph, and how triples become their bytes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import RdfFormat, Triple, serialize

from rubricator.rdf import PREFIXES
from rubricator.store import mediatypes
from rubricator.store.mediatypes import GRAPH_ALIASES, GRAPH_NAMES
from rubricator_service.documents.jsonld import compact


@dataclass(frozen=True, slots=True)
class Representation:
    """One form of a resource. ``suffix`` is what follows the dot in its address, and its name in ``?format=``."""

    suffix: str
    media_type: str
    title: str
    rdf: RdfFormat | None

    @property
    def is_json_ld(self) -> bool:
        return self.rdf == RdfFormat.JSON_LD


TURTLE = Representation("ttl", mediatypes.TURTLE, "Turtle", RdfFormat.TURTLE)
JSON_LD = Representation("jsonld", mediatypes.JSON_LD, "JSON-LD", RdfFormat.JSON_LD)
JSON = replace(JSON_LD, media_type="application/json")
"""The same bytes under the name that clients ask for who know of no JSON-LD. It has no address of its own."""
N_TRIPLES = Representation("nt", mediatypes.N_TRIPLES, "N-Triples", RdfFormat.N_TRIPLES)
RDF_XML = Representation("rdf", mediatypes.RDF_XML, "RDF/XML", RdfFormat.RDF_XML)
HTML = Representation("html", "text/html", "HTML", None)
TRIG = Representation("trig", mediatypes.TRIG, "TriG", RdfFormat.TRIG)
N_QUADS = Representation("nq", mediatypes.N_QUADS, "N-Quads", RdfFormat.N_QUADS)

DOCUMENT = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, HTML)
FOR_PEOPLE = (HTML, *(form for form in DOCUMENT if form is not HTML))
"""Of what is read by people first: they ask for nothing in particular."""
OF_ANNOTATIONS = (JSON_LD, *(form for form in DOCUMENT if form is not JSON_LD))
"""Of the Web Annotation Protocol, whose clients may leave Accept out and get JSON-LD (section 4.1)."""
GRAPH = (TRIG, N_QUADS, TURTLE, N_TRIPLES, HTML)
"""Forms that a graph of any size can be streamed in, a statement at a time: JSON-LD and RDF/XML are made of a whole."""

_NAMES = GRAPH_NAMES | GRAPH_ALIASES


def by_name(name: str, offered: Sequence[Representation]) -> Representation | None:
    """The offered representation that ``?format=`` or a suffix names."""
    written = as_written(name).lower()
    wanted = _NAMES.get(written, written)
    return next((form for form in offered if wanted in (form.suffix, form.media_type)), None)


def as_written(name: str) -> str:
    """A name as somebody typed it into an address, where a plus stands for a blank."""
    return name.replace(" ", "+")


def acceptable(offered: Sequence[Representation]) -> Mapping[str, Representation]:
    """What a client can ask for in Accept, the favourite first: JSON-LD is JSON, too."""
    forms = (*offered, JSON) if JSON_LD in offered else offered
    return {form.media_type: form for form in forms}


def write_triples(triples: Sequence[Triple], form: Representation) -> bytes:
    """The bytes of a document. Equal triples in equal order give equal bytes, so that an ETag holds."""
    if form.is_json_ld:
        return write_json(compact(triples))
    prefixes = _used_prefixes(triples) if form in (TURTLE, RDF_XML) else None
    return serialize(triples, format=form.rdf, prefixes=prefixes) or b""


def write_json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _used_prefixes(statements: Iterable[Triple]) -> dict[str, str]:
    text = "\n".join(map(str, statements))
    return {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in text}
