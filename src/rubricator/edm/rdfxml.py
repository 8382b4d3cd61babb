"""Cleans RDF/XML as it is met, so that a strict parser takes it. Comes into play only where that parser failed."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree
from pyoxigraph import NamedNode

from rubricator.edm.clean import Cleaner, Provenance
from rubricator.edm.record import RecordRejected
from rubricator.rdf import EDM, ORE, RDF

_R, _E = f"{{{RDF}}}", f"{{{EDM}}}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGE, _BASE = _XML + "lang", _XML + "base"
_ABOUT, _RESOURCE, _ID, _NODE, _TYPED, _PARSE = (
    _R + name for name in ("about", "resource", "ID", "nodeID", "datatype", "parseType")
)
_AGENT, _CONFIDENCE = _E + "wasGeneratedBy", _E + "confidenceLevel"
_NONE = Provenance(None, None)
_PARSED = {"Literal": "", "Resource": "property", "Collection": "node"}
_BLANK = " \t\r\n"
"""What XML takes for blank, which is less than Unicode does."""
_MOST_ATTRIBUTES = 1000
"""On one element; the time to clean them grows with the square of their number."""
_NCNAME = re.compile(r"[A-Za-z_][\w.-]*")


def parse_xml(content: bytes) -> etree._Element:
    """The root of an XML document, with nothing expanded and nothing fetched. Raises RecordRejected."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RecordRejected("xml-malformed", f"The record is not well-formed XML: {error}.") from error
    return root


def names_of_item(root: etree._Element) -> list[str]:
    """What the record calls its item: the provided objects, or else what aggregations and proxies are of."""
    described = [
        element.get(_ABOUT) or f"#{element.get(_ID)}"
        for element in root.iter(_E + "ProvidedCHO")
        if element.get(_ABOUT) or element.get(_ID)
    ]
    pointed = [
        name
        for tag in (_E + "aggregatedCHO", f"{{{ORE}}}proxyFor")
        for element in root.iter(tag)
        if (name := element.get(_RESOURCE))
    ]
    return list(dict.fromkeys(described or pointed))


def clean_rdfxml(root: etree._Element, cleaner: Cleaner) -> bytes:
    """Changes the tree in place and gives its bytes. Every change is noted with the cleaner."""
    cleaner.base = _take(root, _BASE) or ""
    waiting = [(root, "RDF" if root.tag == _R + "RDF" else "node")]
    while waiting:
        element, kind = waiting.pop()
        if kind != "RDF" and not is_name(element.tag):
            cleaner.note("no-namespace", element.tag, "")
            _drop_node(element) if kind == "node" else _remove(element)
            continue
        stays = {"RDF": _clean_root, "node": _clean_node, "property": _clean_property}[kind](element, cleaner)
        if stays:
            inside = _inside(element, kind)
            if inside:
                waiting += [(child, inside) for child in reversed(element)]
    return etree.tostring(root, encoding="UTF-8")


def _inside(element: etree._Element, kind: str) -> str:
    if kind == "node":
        return "property"
    return _PARSED.get(element.get(_PARSE, ""), "node") if kind == "property" else "node"


@lru_cache(maxsize=1024)
def is_name(tag: str) -> bool:
    """Whether the name of an element is an IRI: with a namespace, and that no nonsense."""
    try:
        NamedNode("".join(tag[1:].split("}", 1)) if tag.startswith("{") else "")
    except ValueError:
        return False
    return True


def _clean_root(root: etree._Element, cleaner: Cleaner) -> bool:
    for name in list(root.attrib):
        if name != _LANGUAGE:
            del root.attrib[name]
    _clean_language(root, cleaner)
    _drop_text(root, cleaner)
    return True


def _clean_node(node: etree._Element, cleaner: Cleaner) -> bool:
    local = _take(node, _ID)
    if local is not None:
        node.set(_ABOUT, f"#{local}")
    if _ABOUT in node.attrib:
        raw = node.get(_ABOUT, "")
        if not raw.strip():
            cleaner.note("empty-about", etree.QName(node).localname, "")
            return _drop_node(node)
        now = cleaner.reference(raw)
        if now is None:
            return _drop_node(node)
        node.set(_ABOUT, now)
    _clean_attributes(node, cleaner, keep=(_ABOUT,) if _ABOUT in node.attrib else (_NODE,))
    _drop_text(node, cleaner)
    return True


def _clean_property(element: etree._Element, cleaner: Cleaner) -> bool:
    provenance = Provenance(_take(element, _AGENT), _take(element, _CONFIDENCE))
    empty = not len(element) and not (element.text or "").strip(_BLANK)
    place = _NODE if empty and _RESOURCE not in element.attrib else _RESOURCE
    _clean_attributes(element, cleaner, keep=(place, _TYPED, _PARSE))
    if provenance != _NONE:
        _reify(element, provenance, cleaner)
    if _TYPED in element.attrib:
        datatype = cleaner.reference(element.get(_TYPED, ""))
        _take(element, _TYPED)
        if datatype and not len(element):
            element.set(_TYPED, datatype)
    if _RESOURCE in element.attrib:
        return _clean_resource(element, cleaner)
    if len(element) and element.get(_PARSE) is None and _is_markup(element):
        raw = "".join(etree.tostring(child, encoding="unicode") for child in element)
        text = "".join(_texts(element))
        cleaner.note("markup-in-literal", raw, text)
        element[:] = []
        element.text = text
        return False
    parsed = element.get(_PARSE)
    if parsed in ("Resource", "Collection"):
        if len(element):
            _drop_text(element, cleaner)
        else:
            _take(element, _PARSE)
    return parsed != "Literal"


def _clean_resource(element: etree._Element, cleaner: Cleaner) -> bool:
    """A property with rdf:resource is empty, and points somewhere; text beside it is noted, and goes."""
    raw = element.get(_RESOURCE, "")
    beside = "".join(_texts(element)).strip()
    element[:] = []
    element.text = None
    for name in (_PARSE, _TYPED):
        _take(element, name)
    if not raw.strip():
        cleaner.note("empty-resource", etree.QName(element).localname, beside)
        _take(element, _RESOURCE)
        element.text = beside
        return False if beside else _remove(element)
    if beside:
        cleaner.note("text-beside-resource", beside, "")
    now = cleaner.reference(raw)
    if now is None:
        _take(element, _RESOURCE)
        _take(element, _NODE)
        element.text = raw
    else:
        element.set(_RESOURCE, now)
    return False


def _reify(element: etree._Element, provenance: Provenance, cleaner: Cleaner) -> None:
    """An rdf:ID gives the statement an IRI, so that its provenance can be told of it and not of its value."""
    value = element.get(_RESOURCE) or "".join(_texts(element)).strip()
    said = (f"wasGeneratedBy={provenance.agent}", f"confidenceLevel={provenance.confidence}")
    known = [
        text for text, given in zip(said, (provenance.agent, provenance.confidence), strict=True) if given is not None
    ]
    cleaner.note("statement-provenance", " ".join((etree.QName(element).localname, value, *known)), value)
    name = f"statement-{len(cleaner.provenance)}"
    cleaner.provenance[f"{cleaner.identity.own}#{name}"] = provenance
    element.set(_BASE, cleaner.identity.own)
    element.set(_ID, name)


def _clean_attributes(element: etree._Element, cleaner: Cleaner, keep: tuple[str, ...]) -> None:
    """Of RDF's own attributes those in ``keep`` stay; literal attributes of a node stay; the rest is noted and goes."""
    if len(element.attrib) > _MOST_ATTRIBUTES:
        raise RecordRejected("xml-malformed", f"The XML has an element with over {_MOST_ATTRIBUTES} attributes.")
    for name in map(str, list(element.attrib)):
        if name in keep or name == _LANGUAGE:
            continue
        own = is_name(name) and not name.startswith((_R, _XML))
        if not own or _ABOUT not in keep or "XMLSchema-instance" in name:
            cleaner.note("stray-attribute", f"{name.partition('}')[2] or name}={_take(element, name)}", "")
    node = element.get(_NODE)
    if node is not None and not _NCNAME.fullmatch(node):
        element.set(_NODE, f"n{node.encode('utf-8', 'replace').hex()}")
    _clean_language(element, cleaner)


def _clean_language(element: etree._Element, cleaner: Cleaner) -> None:
    raw = _take(element, _LANGUAGE)
    tag = cleaner.language(raw) if raw is not None else None
    if tag:
        element.set(_LANGUAGE, tag)


def _take(element: etree._Element, name: str) -> str | None:
    value = element.get(name)
    if value is not None:
        del element.attrib[name]
    return value


def _is_markup(element: etree._Element) -> bool:
    """HTML in a text: elements without a namespace, or of XHTML, or text around them."""
    first = element[0]
    mixed = any(text and text.strip(_BLANK) for text in (element.text, *(child.tail for child in element)))
    return mixed or not first.tag.startswith("{") or "1999/xhtml" in first.tag


def _texts(element: etree._Element) -> Iterator[str]:
    return (str(text) for text in element.itertext())


def _drop_text(element: etree._Element, cleaner: Cleaner) -> None:
    """Text where RDF/XML has none: between the properties of a node, or between nodes."""
    for part in (element, *element):
        text = element.text if part is element else part.tail
        if text and text.strip(_BLANK):
            cleaner.note("stray-text", text.strip(), "")
            if part is element:
                element.text = None
            else:
                part.tail = None


def _drop_node(node: etree._Element) -> bool:
    """A node that goes takes the property with it that it was the value of."""
    parent = node.getparent()
    if parent is None:
        raise RecordRejected("rdf-malformed", "The document is one node without a usable IRI.")
    return _remove(node if parent.tag == _R + "RDF" else parent)


def _remove(element: etree._Element) -> bool:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
    return False
