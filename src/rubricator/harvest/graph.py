"""Splits RDF in other syntaxes than XML: each part holds one item and everything that is reachable from it."""

import re
from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize

from rubricator.harvest.depth import too_deep
from rubricator.harvest.part import NoRecord, Part, unreached
from rubricator.harvest.record import JSON_LD, N_TRIPLES
from rubricator.rdf import EDM, ORE, TYPE

_CHO_ANYWHERE = re.compile(rb"ProvidedCHO\b")
_UNSAFE_ID = re.compile(rb'"@id"\s*:\s*"(?!(?:_:|[A-Za-z][\w+.-]*:)[^\s<>"{}|\\^`]*")')
"""A reference that a JSON-LD parser would drop in silence."""
_POINTING = (EDM["aggregatedCHO"], ORE["proxyFor"])

Subject = NamedNode | BlankNode | Triple


def split_graph(content: bytes, media_type: str) -> Iterator[Part | NoRecord] | None:
    """The records of a file, or None if it is one record (or cannot be parsed as it is).

    What belongs to none of several items comes last, as no record.
    """
    if len(_CHO_ANYWHERE.findall(content)) < 2 or (media_type == JSON_LD and _UNSAFE_ID.search(content)):
        return None
    if too_deep(content, media_type):
        return None
    try:
        quads = list(parse(content, format=RdfFormat.from_media_type(media_type)))
    except (SyntaxError, ValueError):
        return None
    triples = [quad.triple for quad in quads]
    items = {
        triple.subject: None for triple in triples if triple.predicate == TYPE and triple.object == EDM["ProvidedCHO"]
    }
    return _reachable(triples, list(items)) if len(items) > 1 else None


def _reachable(triples: list[Triple], items: list[Subject]) -> Iterator[Part | NoRecord]:
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
        yield Part(N_TRIPLES, _numbered([triples[index] for index in chosen]))
    left = [triple for triple in triples if triple.subject not in reached]
    if left:
        yield unreached(dict.fromkeys(str(triple.subject) for triple in left), _numbered(left))


def _numbered(triples: list[Triple]) -> bytes:
    """N-Triples with blank nodes numbered in order, so that the same file always gives the same bytes."""
    names: dict[BlankNode, BlankNode] = {}

    def name(term: object) -> object:
        return names.setdefault(term, BlankNode(f"b{len(names)}")) if isinstance(term, BlankNode) else term

    renamed = [Triple(name(triple.subject), triple.predicate, name(triple.object)) for triple in triples]  # type: ignore[arg-type]
    return serialize(renamed, format=RdfFormat.N_TRIPLES) or b""
