"""Triples as compact JSON-LD that a person can read: prefixed names, one node per subject, no outside context."""

from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from rubricator.rdf import PREFIXES, TYPE, XSD

_STRING = XSD["string"]


def compact(triples: Iterable[Triple]) -> dict[str, Any]:
    """A JSON-LD document with these triples. Numbers stay strings with a type, so that no decimal is rounded."""
    nodes: dict[str, dict[str, Any]] = {}
    used: dict[str, str] = {}
    for triple in triples:
        identifier = _identifier(triple.subject)
        node = nodes.setdefault(identifier, {"@id": identifier})
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            node.setdefault("@type", []).append(_name(triple.object.value, used))
        else:
            node.setdefault(_name(triple.predicate.value, used), []).append(_value(triple.object, used))
    return {"@context": used, "@graph": [_unwrapped(node) for node in nodes.values()]}


def _unwrapped(node: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in node.items()}


def _identifier(term: Any) -> str:
    return f"_:{term.value}" if isinstance(term, BlankNode) else str(term.value)


def _value(term: Any, used: dict[str, str]) -> str | dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": _identifier(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype == _STRING:
        return term.value
    return {"@value": term.value, "@type": _name(term.datatype.value, used)}


def _name(iri: str, used: dict[str, str]) -> str:
    """``prefix:local`` where one of our prefixes fits, else the IRI; ``used`` collects the prefixes for the context."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local and "/" not in local and "#" not in local:
            used[prefix] = namespace
            return f"{prefix}:{local}"
    return iri
