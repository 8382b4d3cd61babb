"""Statements as elements of RDF/XML, in the order of the schema. What has no place there is counted."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import Literal, NamedNode

from rubricator.pipeline.exporting.external.order import MORE_PREFIXES, Element, Form, elements
from rubricator.rdf import DC, DCTERMS, EDM, FOAF, ORE, OWL, PREFIXES, RDF, SCHEMA, SKOS, SVCS

_NAMESPACES = {one.prefix: one.iri for one in (RDF, EDM, ORE, DC, DCTERMS, SKOS, OWL, FOAF, SVCS, SCHEMA)}
_ROOT = " ".join(f"xmlns:{prefix}={quoteattr(iri)}" for prefix, iri in (_NAMESPACES | MORE_PREFIXES).items())
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_FLAG = PREFIXES["edm"] + "ugc"


@dataclass(frozen=True, slots=True)
class Value:
    """What is said; ``agent`` (SoftwareAgent or Person) and ``confidence`` where it bears its own provenance."""

    term: NamedNode | Literal
    agent: str | None = None
    confidence: str | None = None


Said = Mapping[str, Sequence[Value]]
"""The values by property."""


def document(parts: Sequence[str]) -> bytes:
    """A record of these parts."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF {_ROOT}>\n'
    return f"{head}{''.join(parts)}</rdf:RDF>\n".encode()


def written(kind: str, iri: str, said: Said, left_out: Counter[str]) -> str:
    """One thing of a class. ``left_out`` counts, by property, the values for which the class has no place."""
    lines = [f"  <{kind} rdf:about={quoteattr(iri)}>\n"]
    for element in elements()[kind]:
        fitting = [line for value in said.get(element.iri, ()) if (line := _line(element, value))]
        kept = fitting[: element.most]
        left_out[element.iri] += len(said.get(element.iri, ())) - len(kept)
        lines += kept
    known = {element.iri for element in elements()[kind]}
    left_out.update({name: len(values) for name, values in said.items() if name not in known})
    lines.append(f"  </{kind}>\n")
    return "".join(lines)


def _line(element: Element, value: Value) -> str:
    """Nothing if the element cannot hold this."""
    term, form = value.term, element.form
    attributes = f" edm:wasGeneratedBy={quoteattr(value.agent)}" if value.agent else ""
    attributes += f" edm:confidenceLevel={quoteattr(value.confidence)}" if value.confidence else ""
    if isinstance(term, NamedNode):
        if form not in (Form.reference, Form.either):
            return ""
        return f"    <{element.name} rdf:resource={quoteattr(term.value)}{attributes}/>\n"
    if form is Form.reference:
        return ""
    text = term.value
    if form is Form.number and not _NUMBER.fullmatch(text.strip()):
        return ""
    if form in (Form.word, Form.number):
        text = text.strip().lower() if element.iri == _FLAG else text.strip()
        return f"    <{element.name}>{escape(text)}</{element.name}>\n" if text else ""
    language = f" xml:lang={quoteattr(term.language)}" if term.language else ""
    return f"    <{element.name}{language}{attributes}>{escape(text)}</{element.name}>\n"
