"""Triples as compact JSON-LD that a person can read: prefixed names, one node per subject, no outside context."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from rubricator.rdf import PREFIXES, RDF, TYPE, XSD

_STRING = XSD["string"]
_FIRST, _REST, _NIL = RDF["first"], RDF["rest"], RDF["nil"]


def compact(triples: Collection[Triple]) -> dict[str, Any]:
    """A JSON-LD document with these triples. Numbers stay strings with a type, so that no decimal is rounded."""
    nodes: dict[str, dict[str, Any]] = {}
    used: dict[str, str] = {}
    lists, cells = _lists(triples)
    for triple in triples:
        if triple.subject in cells:
            continue
        identifier = _identifier(triple.subject)
        node = nodes.setdefault(identifier, {"@id": identifier})
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            node.setdefault("@type", []).append(_name(triple.object.value, used))
        else:
            node.setdefault(_name(triple.predicate.value, used), []).append(_value(triple.object, used, lists))
    return {"@context": used, "@graph": [_unwrapped(node) for node in nodes.values()]}


def _unwrapped(node: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in node.items()}


def _identifier(term: Any) -> str:
    return f"_:{term.value}" if isinstance(term, BlankNode) else str(term.value)


def _lists(triples: Collection[Triple]) -> tuple[dict[Any, Sequence[Any]], set[Any]]:
    """The members of each list by its first cell, and all cells: blank nodes that are nothing else, and named once."""
    named = Counter(triple.object for triple in triples)
    about: defaultdict[Any, dict[Any, Any]] = defaultdict(dict)
    said = Counter(triple.subject for triple in triples)
    for triple in triples:
        about[triple.subject][triple.predicate] = triple.object
    links = {
        node: values
        for node, values in about.items()
        if isinstance(node, BlankNode) and values.keys() == {_FIRST, _REST} and said[node] == 2 and named[node] == 1
    }
    lists: dict[Any, Sequence[Any]] = {}
    cells = set[Any]()
    for head in links.keys() - {values[_REST] for values in links.values()}:
        chain, cell = list[Any](), head
        while cell in links:
            chain.append(cell)
            cell = links[cell][_REST]
        if cell == _NIL:
            lists[head] = [links[one][_FIRST] for one in chain]
            cells.update(chain)
    return lists, cells


def _value(term: Any, used: dict[str, str], lists: Mapping[Any, Sequence[Any]]) -> str | dict[str, Any]:
    if term in lists or term == _NIL:
        return {"@list": [_value(member, used, lists) for member in lists.get(term, ())]}
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
