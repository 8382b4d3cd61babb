"""Splits RDF with several items: each part holds one and everything that is reachable from it."""

import re
from collections import defaultdict
from collections.abc import Iterator

from lxml import etree
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize

from rubricator.harvest.depth import too_deep
from rubricator.harvest.part import Part
from rubricator.harvest.record import JSON_LD, N_TRIPLES, RDF_XML
from rubricator.harvest.xml import standalone
from rubricator.rdf import EDM, ORE, RDF, TYPE

_CHO_ANYWHERE = re.compile(rb"ProvidedCHO\b")
_UNSAFE_ID = re.compile(rb'"@id"\s*:\s*"(?!(?:_:|[A-Za-z][\w+.-]*:)[^\s<>"{}|\\^`]*")')
"""A reference that a JSON-LD parser would drop in silence."""
_R = f"{{{RDF}}}"
_POINTERS = (f"{{{EDM}}}aggregatedCHO", f"{{{ORE}}}proxyFor")
_POINTING = (EDM["aggregatedCHO"], ORE["proxyFor"])


def split_rdf(rdf: etree._Element) -> Iterator[Part]:
    """The items of an rdf:RDF element, each as a document; as many records as there are items, and at least one."""
    if len(provided_objects(rdf)) > 1:
        return _items(rdf)
    return iter([Part(RDF_XML, standalone(rdf))])


def provided_objects(rdf: etree._Element) -> list[etree._Element]:
    """The provided objects that are named there."""
    return [element for element in rdf if _is_cho(element) and element.get(_R + "about") is not None]


def _is_cho(element: etree._Element) -> bool:
    if element.tag == f"{{{EDM}}}ProvidedCHO":
        return True
    types = element.iterfind(_R + "type")
    return any(kind.get(_R + "resource") == EDM["ProvidedCHO"].value for kind in types)


def _items(rdf: etree._Element) -> Iterator[Part]:
    nodes: dict[str, list[int]] = defaultdict(list)
    pointing: dict[str, list[int]] = defaultdict(list)
    children = [child for child in rdf if isinstance(child.tag, str)]
    for index, child in enumerate(children):
        nodes[child.get(_R + "about", "")].append(index)
        for pointer in child.iterfind("*"):
            if pointer.tag in _POINTERS:
                pointing[pointer.get(_R + "resource", "")].append(index)
    items = list(dict.fromkeys(element.get(_R + "about", "") for element in provided_objects(rdf)))
    owned = {index: item for item in items for index in nodes[item] + pointing[item]}
    for item in items:
        kept: set[int] = set()
        waiting = [index for index, owner in owned.items() if owner == item]
        while waiting:
            index = waiting.pop()
            if index in kept:
                continue
            kept.add(index)
            for element in children[index].iter():
                target = element.get(_R + "resource")
                if target:
                    waiting += [other for other in nodes.get(target, ()) if owned.get(other, item) == item]
        part = etree.Element(rdf.tag, rdf.attrib, rdf.nsmap)  # type: ignore[arg-type] # a prefix may be None
        for index in sorted(kept):
            part.append(etree.fromstring(etree.tostring(children[index], with_tail=False)))
        yield Part(RDF_XML, etree.tostring(part, encoding="UTF-8", xml_declaration=True))


def split_graph(content: bytes, media_type: str) -> Iterator[Part] | None:
    """The records of a file in another syntax, or None if it is one record (or cannot be parsed as it is)."""
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


def _reachable(triples: list[Triple], items: list[NamedNode | BlankNode | Triple]) -> Iterator[Part]:
    about: dict[object, list[int]] = defaultdict(list)
    owner: dict[object, object] = {item: item for item in items}
    for index, triple in enumerate(triples):
        about[triple.subject].append(index)
        if triple.predicate in _POINTING and triple.object in owner:
            owner.setdefault(triple.subject, triple.object)
    for item in items:
        kept: set[object] = set()
        waiting = [subject for subject, of in owner.items() if of == item]
        while waiting:
            subject = waiting.pop()
            if subject in kept:
                continue
            kept.add(subject)
            reached = (triples[index].object for index in about[subject])
            waiting += [term for term in reached if term in about and owner.get(term, item) == item]
        chosen = sorted(index for subject in kept for index in about[subject])
        yield Part(N_TRIPLES, _numbered([triples[index] for index in chosen]))


def _numbered(triples: list[Triple]) -> bytes:
    """N-Triples with blank nodes numbered in order, so that the same file always gives the same bytes."""
    names: dict[BlankNode, BlankNode] = {}

    def name(term: object) -> object:
        return names.setdefault(term, BlankNode(f"b{len(names)}")) if isinstance(term, BlankNode) else term

    renamed = [Triple(name(triple.subject), triple.predicate, name(triple.object)) for triple in triples]  # type: ignore[arg-type]
    return serialize(renamed, format=RdfFormat.N_TRIPLES) or b""
