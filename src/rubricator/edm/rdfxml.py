"""Cleans RDF/XML as it is met, so that a strict parser takes it and nothing that the record says is lost unseen."""

import re
from dataclasses import dataclass

from lxml import etree

from rubricator.edm.clean import Cleaner, Provenance, absolute, base_within
from rubricator.edm.record import RecordRejected
from rubricator.edm.xmltree import is_blank, is_markup, is_name, remove, shown, take, text_of
from rubricator.rdf import EDM, ORE, RDF

_R, _E = f"{{{RDF}}}", f"{{{EDM}}}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_SILENT = (_R, _XML, _XSI, "{http://www.w3.org/2005/11/its}")
"""Whose attributes on rdf:RDF state nothing."""
_LANGUAGE, _BASE = _XML + "lang", _XML + "base"
_ABOUT, _RESOURCE, _ID, _NODE, _TYPED, _PARSE, _TYPE = (
    _R + name for name in ("about", "resource", "ID", "nodeID", "datatype", "parseType", "type")
)
_SYNTAX_NAMES = """about resource ID nodeID datatype parseType RDF Description li bagID aboutEach aboutEachPrefix
    version annotation annotationNodeID"""
_SYNTAX = frozenset(_R + name for name in _SYNTAX_NAMES.split())
_VALUE = (_RESOURCE, _NODE, _TYPED, _PARSE)
"""What a property with a text of a language has none of."""
_AGENT, _CONFIDENCE = _E + "wasGeneratedBy", _E + "confidenceLevel"
_NONE = Provenance(None, None)
_PARSED = {"Literal": "", "Resource": "property", "Collection": "node"}
_MOST_ATTRIBUTES = 1000
"""On one element; the time to clean them grows with the square of their number."""
_NCNAME = re.compile(r"[A-Za-z_][\w.-]*")


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an element takes on from those around it: the base of its relative IRIs, and the language of its texts."""

    base: str = ""
    language: str | None = None

    def within(self, element: etree._Element, cleaner: Cleaner) -> "_Scope":
        """The scope inside an element, which then no longer says so itself."""
        language, base = take(element, _LANGUAGE), take(element, _BASE)
        if language is None and base is None:
            return self
        inner = base_within(self.base, base or "")
        if inner is None:
            cleaner.note("stray-attribute", f"base={base}", "")
        return _Scope(
            self.base if inner is None else inner,
            self.language if language is None else cleaner.language(language),
        )


def names_of_item(root: etree._Element) -> list[str]:
    """What the record calls its item: the provided objects, or else what aggregations and proxies are of."""
    described = [
        absolute(_base_of(element), element.get(_ABOUT) or f"#{element.get(_ID)}")
        for element in root.iter(_E + "ProvidedCHO")
        if element.get(_ABOUT) or element.get(_ID)
    ]
    pointed = [
        absolute(_base_of(element), name)
        for tag in (_E + "aggregatedCHO", f"{{{ORE}}}proxyFor")
        for element in root.iter(tag)
        if (name := element.get(_RESOURCE))
    ]
    return list(dict.fromkeys(described or pointed))


def _base_of(element: etree._Element) -> str:
    base = ""
    for around in (*reversed(list(element.iterancestors())), element):
        base = base_within(base, around.get(_BASE, "")) or base
    return base


def clean_rdfxml(root: etree._Element, cleaner: Cleaner) -> bytes:
    """Changes the tree in place and gives its bytes. Every change is noted with the cleaner.

    No element but a text has a language then, as the strict parser takes no xml:lang="", which would end another's.
    """
    clean = {"RDF": _clean_root, "node": _clean_node, "property": _clean_property}
    waiting = [(root, "RDF" if root.tag == _R + "RDF" else "node", _Scope())]
    while waiting:
        element, kind, scope = waiting.pop()
        if kind != "RDF" and not is_name(element.tag):
            _drop(element, kind, "no-namespace", cleaner)
            continue
        if len(element.attrib) > _MOST_ATTRIBUTES:
            raise RecordRejected("xml-malformed", f"The XML has an element with over {_MOST_ATTRIBUTES} attributes.")
        if element.attrib:
            scope = scope.within(element, cleaner)
        if kind != "property" or len(element) or element.attrib:  # anything but a text, in which nothing can be wrong
            cleaner.base = scope.base
            inside = _inside(element, kind) if clean[kind](element, cleaner) else ""
            if inside:
                waiting += [(child, inside, scope) for child in reversed(element)]
        if scope.language and kind == "property" and _is_text(element):
            element.set(_LANGUAGE, scope.language)
    return etree.tostring(root, encoding="UTF-8")


def _is_text(element: etree._Element) -> bool:
    return not len(element) and not any(name in element.attrib for name in _VALUE)


def _inside(element: etree._Element, kind: str) -> str:
    if kind == "node":
        return "property"
    return _PARSED.get(element.get(_PARSE, ""), "node") if kind == "property" else "node"


def _clean_root(root: etree._Element, cleaner: Cleaner) -> bool:
    for name in map(str, list(root.attrib)):
        value = take(root, name)
        if not name.startswith(_SILENT):
            _note_attribute(name, value, cleaner)
    _drop_text(root, cleaner)
    return True


def _clean_node(node: etree._Element, cleaner: Cleaner) -> bool:
    local = take(node, _ID)
    if local is not None and _ABOUT in node.attrib:
        _note_attribute(_ID, local, cleaner)
    elif local is not None:
        node.set(_ABOUT, f"#{local}")
    raw = node.get(_ABOUT)
    if raw is not None:
        if not raw.strip():
            return _drop(node, "node", "empty-about", cleaner)
        now = cleaner.reference(raw)
        if now is None:
            return _drop(node, "node", "unusable-iri", cleaner)
        node.set(_ABOUT, now)
    _drop_text(node, cleaner)
    _write_out(node, cleaner, keep=_NODE if raw is None else _ABOUT)
    return True


def _clean_property(element: etree._Element, cleaner: Cleaner) -> bool:
    if _RESOURCE in element.attrib and not element.get(_RESOURCE, "").strip():
        cleaner.note("empty-resource", shown(element), text_of(element).strip())
        take(element, _RESOURCE)
        if not len(element) and is_blank(element.text) and _NODE not in element.attrib:
            return remove(element)
    provenance = Provenance(take(element, _AGENT), take(element, _CONFIDENCE))
    empty = not len(element) and is_blank(element.text)
    place = _NODE if empty and _RESOURCE not in element.attrib else _RESOURCE
    _drop_attributes(element, cleaner, keep=(place, _TYPED, _PARSE))
    if provenance != _NONE:
        _reify(element, provenance, cleaner)
    _clean_parse_type(element, cleaner)
    _clean_datatype(element, cleaner)
    if _RESOURCE in element.attrib:
        return _clean_resource(element, cleaner)
    parsed = element.get(_PARSE)
    if len(element) and parsed is None and is_markup(element):
        raw = "".join(etree.tostring(child, encoding="unicode") for child in element)
        text = text_of(element)
        cleaner.note("markup-in-literal", raw, text)
        element[:] = []
        element.text = text
        return False
    if parsed in ("Resource", "Collection"):
        if len(element):
            _drop_text(element, cleaner)
        else:
            take(element, _PARSE)
    return parsed != "Literal"


def _clean_resource(element: etree._Element, cleaner: Cleaner) -> bool:
    """A property with rdf:resource is empty; what is beside that is noted, and goes."""
    raw = element.get(_RESOURCE, "")
    if len(element) or element.text is not None:
        beside = text_of(element).strip()
        if beside or len(element):
            cleaner.note("text-beside-resource", shown(element) if len(element) else beside, "")
        element[:] = []
        element.text = None
    parsed = take(element, _PARSE)
    if parsed is not None:
        _note_attribute(_PARSE, parsed, cleaner)
    now = cleaner.reference(raw)
    if now is None:
        take(element, _RESOURCE)
        element.text = raw
    else:
        element.set(_RESOURCE, now)
    return False


def _clean_parse_type(element: etree._Element, cleaner: Cleaner) -> None:
    """There are three. A strict parser drops all that has another, and takes no empty Literal."""
    raw = element.get(_PARSE)
    if raw is not None and raw not in _PARSED:
        _note_attribute(_PARSE, take(element, _PARSE), cleaner)
    elif raw == "Literal" and not len(element) and element.text is None:
        take(element, _PARSE)


def _clean_datatype(element: etree._Element, cleaner: Cleaner) -> None:
    """Only a text has a datatype, and that is an IRI."""
    raw = take(element, _TYPED)
    if raw is None:
        return
    if not _is_text(element):
        _note_attribute(_TYPED, raw, cleaner)
    elif datatype := cleaner.datatype(raw):
        element.set(_TYPED, datatype)


def _reify(element: etree._Element, provenance: Provenance, cleaner: Cleaner) -> None:
    """An rdf:ID gives the statement an IRI, so that its provenance can be told of it and not of its value."""
    value = element.get(_RESOURCE) or text_of(element).strip()
    said = (f"wasGeneratedBy={provenance.agent}", f"confidenceLevel={provenance.confidence}")
    known = [
        text for text, given in zip(said, (provenance.agent, provenance.confidence), strict=True) if given is not None
    ]
    cleaner.note("statement-provenance", " ".join((etree.QName(element).localname, value, *known)), value)
    name = f"statement-{len(cleaner.provenance)}"
    cleaner.provenance[f"{cleaner.identity.own}#{name}"] = provenance
    element.set(_BASE, cleaner.identity.own)
    element.set(_ID, name)


def _write_out(node: etree._Element, cleaner: Cleaner, keep: str) -> None:
    """Makes elements of the attributes that state something of a node; RDF's own go, but for ``keep``."""
    for name in map(str, list(node.attrib)):
        if name == keep:
            continue
        value = take(node, name) or ""
        if name == _TYPE:
            etree.SubElement(node, _TYPE).set(_RESOURCE, value)
        elif name in _SYNTAX or name.startswith(_SILENT[1:]) or not is_name(name):
            _note_attribute(name, value, cleaner)
        else:
            etree.SubElement(node, name).text = value
    _clean_label(node)


def _drop_attributes(element: etree._Element, cleaner: Cleaner, keep: tuple[str, ...]) -> None:
    for name in map(str, list(element.attrib)):
        if name not in keep:
            _note_attribute(name, take(element, name), cleaner)
    _clean_label(element)


def _clean_label(element: etree._Element) -> None:
    """The same label for a blank node in every place, and one that XML takes."""
    label = element.get(_NODE)
    if label is not None and not _NCNAME.fullmatch(label):
        element.set(_NODE, f"n{label.encode('utf-8', 'replace').hex()}")


def _drop_text(element: etree._Element, cleaner: Cleaner) -> None:
    """Text where RDF/XML has none: between the properties of a node, or between nodes."""
    for part in (element, *element):
        text = element.text if part is element else part.tail
        if text is not None and not is_blank(text):
            cleaner.note("stray-text", text.strip(), "")
            if part is element:
                element.text = None
            else:
                part.tail = None


def _drop(element: etree._Element, kind: str, code: str, cleaner: Cleaner) -> bool:
    """Takes out an element. A node takes the property with it that it was the value of."""
    parent = element.getparent()
    if parent is None:
        raise RecordRejected("rdf-malformed", "The document is one node without a usable IRI.")
    gone = parent if kind == "node" and parent.tag != _R + "RDF" else element
    cleaner.note(code, shown(gone), "")
    return remove(gone)


def _note_attribute(name: str, value: str | None, cleaner: Cleaner) -> None:
    cleaner.note("stray-attribute", f"{name.partition('}')[2] or name}={value}", "")
