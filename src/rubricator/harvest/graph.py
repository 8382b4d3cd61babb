"""Splits RDF in other syntaxes than XML: each part holds one item and everything that is reachable from it."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from rubricator.harvest.depth import too_deep
from rubricator.harvest.part import NoRecord, Part, unreached
from rubricator.harvest.record import JSON_LD, N_TRIPLES
from rubricator.rdf import EDM, ORE, TYPE

_CHO_ANYWHERE = re.compile(rb"ProvidedCHO\b")
_HOST = "http://relative.invalid"
_BASE = f"{_HOST}/-/"
"""Below this a parser puts what is relative, so that it can be told afterwards."""
_POINTING = (EDM["aggregatedCHO"], ORE["proxyFor"])

Subject = NamedNode | BlankNode | Triple


def split_graph(content: bytes, media_type: str) -> Iterator[Part | NoRecord] | None:
    """The records of a file, or None if it is one record (or cannot be parsed).

    What belongs to none of several items comes last, as no record.
    """
    if len(_CHO_ANYWHERE.findall(content)) < 2 or too_deep(content, media_type):
        return None
    strict = None if media_type == JSON_LD else _triples(content, media_type)  # or it drops bad IRIs in silence
    triples = strict or _triples(content, media_type, base_iri=_BASE, lenient=True) or []
    items = {
        triple.subject: None for triple in triples if triple.predicate == TYPE and triple.object == EDM["ProvidedCHO"]
    }
    if len(items) < 2:
        return None
    return _reachable(triples, list(items), _lines if strict else _nodes)


def _triples(content: bytes, media_type: str, base_iri: str | None = None, lenient: bool = False) -> list[Triple]:
    """The statements; none if they cannot be parsed."""
    try:
        quads = parse(content, format=RdfFormat.from_media_type(media_type), base_iri=base_iri, lenient=lenient)
        return [quad.triple for quad in quads]
    except (SyntaxError, ValueError):
        return []


def _reachable(
    triples: list[Triple], items: list[Subject], write: Callable[[list[Triple]], Part]
) -> Iterator[Part | NoRecord]:
    about: dict[object, list[int]] = defaultdict(list)
    owner: dict[object, object] = {item: item for item in items}
    for index, triple in enumerate(triples):
        about[triple.subject].append(index)
        if triple.predicate in _POINTING and triple.object in owner:
            owner.setdefault(triple.subject, triple.object)
    owned: dict[object, list[object]] = defaultdict(list)
    for subject, item in owner.items():
        owned[item].append(subject)
    reached: set[object] = set()
    for item in items:
        kept: set[object] = set()
        waiting = owned[item]
        while waiting:
            subject = waiting.pop()
            if subject in kept:
                continue
            kept.add(subject)
            objects = (triples[index].object for index in about[subject])
            waiting += [term for term in objects if term in about and owner.get(term, item) == item]
        reached |= kept
        chosen = sorted(index for subject in kept for index in about[subject])
        yield write(_numbered([triples[index] for index in chosen]))
    left = [triple for triple in triples if triple.subject not in reached]
    if left:
        yield unreached(dict.fromkeys(str(triple.subject) for triple in left), write(_numbered(left)).content)


def _numbered(triples: list[Triple]) -> list[Triple]:
    """The same with blank nodes numbered in order, so that the same file always gives the same bytes."""
    names: dict[BlankNode, BlankNode] = {}

    def name(term: object) -> object:
        return names.setdefault(term, BlankNode(f"b{len(names)}")) if isinstance(term, BlankNode) else term

    return [Triple(name(triple.subject), triple.predicate, name(triple.object)) for triple in triples]  # type: ignore[arg-type]


def _lines(triples: list[Triple]) -> Part:
    return Part(N_TRIPLES, serialize(triples, format=RdfFormat.N_TRIPLES) or b"")


def _nodes(triples: list[Triple]) -> Part:
    """JSON-LD, in which IRIs and languages that are not legal can be told as they came."""
    nodes: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        nodes[_reference(triple.subject)][_reference(triple.predicate)].append(_value(triple.object))
    document = [{"@id": name, **node} for name, node in nodes.items()]
    return Part(JSON_LD, json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


def _reference(term: object) -> str:
    """An IRI as it came, before the parser made it absolute."""
    if not isinstance(term, NamedNode):
        return str(term)
    return term.value.removeprefix(_BASE if term.value.startswith(_BASE) else _HOST)


def _value(term: object) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": _reference(term)}
    value = {"@value": term.value}
    if term.language is None:
        return value | {"@type": _reference(term.datatype)}
    direction = {} if term.direction is None else {"@direction": str(term.direction).lower()}
    return value | {"@language": term.language} | direction
