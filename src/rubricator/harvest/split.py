"""Splits RDF/XML with several items: each part holds one and everything that is reachable from it."""

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator

from lxml import etree

from rubricator.harvest.part import NoRecord, Part, unreached
from rubricator.harvest.record import RDF_XML
from rubricator.harvest.xml import standalone
from rubricator.rdf import EDM, ORE, RDF

_R = f"{{{RDF}}}"
_ABOUT, _ID, _NODE, _RESOURCE, _TYPE, _PARSE = (
    _R + name for name in ("about", "ID", "nodeID", "resource", "type", "parseType")
)
_CHO = EDM["ProvidedCHO"].value
_POINTERS = (f"{{{EDM}}}aggregatedCHO", f"{{{ORE}}}proxyFor")
_INHERITED = tuple(f"{{http://www.w3.org/XML/1998/namespace}}{name}" for name in ("lang", "base"))


def split_rdf(rdf: etree._Element) -> Iterator[Part | NoRecord]:
    """The items of an rdf:RDF element, each as a document; as many records as there are items, and at least one.

    What belongs to none of several items comes last, as no record. The element is changed if there are several.
    """
    if has_several(rdf):
        _flatten(rdf)
        return _items(rdf)
    return iter([Part(RDF_XML, standalone(rdf))])


def has_several(rdf: etree._Element) -> bool:
    """Whether more than one provided object is named there."""
    return len(set(map(_name, _objects(_nodes(rdf))))) > 1


def _objects(nodes: Iterable[etree._Element]) -> Iterator[etree._Element]:
    return (node for node in nodes if node.get(_ABOUT) is not None and _is_cho(node))


def _is_cho(node: etree._Element) -> bool:
    return node.tag == f"{{{EDM}}}ProvidedCHO" or any(kind.get(_RESOURCE) == _CHO for kind in node.iterchildren(_TYPE))


def _name(node: etree._Element) -> str:
    """What a node is referred to by; empty if nothing can refer to it."""
    if _ID in node.attrib:
        return f"#{node.get(_ID)}"
    return f"_:{node.get(_NODE)}" if _NODE in node.attrib else (node.get(_ABOUT) or "").strip()


def _nodes(rdf: etree._Element) -> Iterator[etree._Element]:
    """The nodes of a document, and those that stand inside their properties, outer ones first."""
    waiting = list(reversed(list(rdf.iterchildren("*"))))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [inner for part in reversed(node) for inner in reversed(_values(part))]


def _values(part: etree._Element) -> list[etree._Element]:
    """The nodes that are the value of a property. A property without a node has properties, and no node to name."""
    parsed = part.get(_PARSE)
    if parsed in ("Literal", "Collection"):
        return []
    inside = list(part.iterchildren("*"))
    return [value for inner in inside for value in _values(inner)] if parsed == "Resource" else inside


def _flatten(rdf: etree._Element) -> None:
    """Leaves a reference in the place of every named node inside another, and puts the node beside the others."""
    for node in list(_nodes(rdf)):
        part = node.getparent()
        if part is None or part is rdf or not _name(node) or len(part) > 1 or (part.text or "").strip():
            continue
        for attribute in _INHERITED:
            around = next((outer for outer in node.iterancestors() if attribute in outer.attrib), None)
            if attribute not in node.attrib and around is not None:
                node.set(attribute, around.get(attribute, ""))
        if _NODE in node.attrib:
            part.set(_NODE, node.get(_NODE, ""))
        else:
            part.set(_RESOURCE, _name(node))
        node.tail = None
        part.text = None
        rdf.append(node)


def _items(rdf: etree._Element) -> Iterator[Part | NoRecord]:
    nodes: dict[str, list[int]] = defaultdict(list)
    pointing: dict[str, list[int]] = defaultdict(list)
    children = list(rdf.iterchildren("*"))
    for index, child in enumerate(children):
        if name := _name(child):
            nodes[name].append(index)
        for pointer in child.iterchildren(*_POINTERS):
            pointing[(pointer.get(_RESOURCE) or "").strip()].append(index)
    items = list(dict.fromkeys(map(_name, _objects(children))))
    owner: dict[int, str] = {index: item for item in items for index in nodes[item]}
    for item in items:
        for index in pointing[item]:
            owner.setdefault(index, item)
    owned: dict[str, list[int]] = defaultdict(list)
    for index, item in owner.items():
        owned[item].append(index)
    reached: set[int] = set()
    for item in items:
        kept: set[int] = set()
        waiting = owned[item]
        while waiting:
            index = waiting.pop()
            if index in kept:
                continue
            kept.add(index)
            for target in _targets(children[index]):
                waiting += [other for other in nodes.get(target, ()) if owner.get(other, item) == item]
        reached |= kept
        yield Part(RDF_XML, _document(rdf, [children[index] for index in sorted(kept)]))
    left = [child for index, child in enumerate(children) if index not in reached]
    if left:
        names = (f"{etree.QName(node).localname} {_name(node)}".strip() for node in left)
        yield unreached(names, _document(rdf, left))


def _targets(node: etree._Element) -> Iterator[str]:
    """What a node refers to."""
    for element in node.iter(etree.Element):
        if _RESOURCE in element.attrib:
            yield (element.get(_RESOURCE) or "").strip()
        elif _NODE in element.attrib:
            yield f"_:{element.get(_NODE)}"


def _document(rdf: etree._Element, nodes: list[etree._Element]) -> bytes:
    """The nodes, and the text that stands between nodes, which whoever reads the record takes note of."""
    part = etree.Element(rdf.tag, rdf.attrib, rdf.nsmap)  # type: ignore[arg-type] # a prefix may be None
    part.text = rdf.text
    part.extend(map(copy.deepcopy, nodes))
    return etree.tostring(part, encoding="UTF-8", xml_declaration=True)
