"""What terms of ours are called, as the ontology has it."""

from collections.abc import Mapping
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from rubricator.rdf import ENR, OA, RDFS
from rubricator.resources import resource
from rubricator_service.reading.labels import tail


def term_label(term: NamedNode) -> Literal | None:
    """``needs discussion`` for ``enr:needsDiscussion``; a motivation of Web Annotation is called by its own name."""
    if term.value.startswith(str(OA)):
        return Literal(tail(term.value), language="en")
    return _labels().get(term) if term.value.startswith(str(ENR)) else None


@lru_cache(maxsize=1)
def _labels() -> Mapping[NamedNode, Literal]:
    """Of all terms; none where the installation carries no ontology."""
    path = resource("ontology", "rubricator.ttl")
    statements = parse(path.read_bytes(), format=RdfFormat.TURTLE) if path.exists() else ()
    return {
        one.subject: one.object
        for one in statements
        if one.predicate == RDFS["label"] and isinstance(one.subject, NamedNode) and isinstance(one.object, Literal)
    }
