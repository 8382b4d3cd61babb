"""XML files as records: OAI-PMH answers, other envelopes around rdf:RDF, and one rdf:RDF with several items."""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from rubricator.harvest.charset import decode
from rubricator.harvest.oai.answer import NotOai, OaiAnswer, read_answer
from rubricator.harvest.oai.record import OaiRecord, is_record, read_record, refusal
from rubricator.harvest.part import NoRecord, NotSplit, Part
from rubricator.harvest.record import RDF_XML, Repair
from rubricator.harvest.split import has_several, split_rdf
from rubricator.harvest.xml import Malformed, local_name, parse_mended
from rubricator.rdf import EDM, FOAF, RDF, SKOS

_ROOT = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->|\xef\xbb\xbf)*+<(?:[\w.-]+:)?RDF[\s>]", re.DOTALL)
_OBJECT = re.compile(rb"ProvidedCHO[\s/>\"']")
_BEFORE_OBJECT = re.compile(rb"(?:<(?:[\w.-]+:)?|schemas/edm/)\Z")
_LONGEST_PREFIX = 64
_START = 8192
_RDF_ROOT = f"{{{RDF}}}RDF"
_METIS = "{http://www.europeana.eu/schemas/metis}"
_CONTEXTUAL = {
    *(f"{{{EDM}}}{name}" for name in ("Agent", "Place", "TimeSpan")),
    *(f"{{{SKOS}}}{name}" for name in ("Concept", "ConceptScheme")),
    f"{{{FOAF}}}Organization",
}
_ENTITY = ("entity", "The file describes concepts, agents, places or times, not objects.")


def split_xml(content: bytes) -> Iterator[Part | NoRecord] | None:
    """The records of an XML file, or None if the file is one record (or too broken to be told apart).

    Raises NotSplit if there is no record in it.
    """
    if b"OAI-PMH" in content[:_START].replace(b"\x00", b""):
        try:
            return _answered(read_answer(content))
        except NotOai as error:
            if error.code != "source-not-oai":
                raise NotSplit("xml-malformed", f"The file is no whole OAI-PMH answer, but {error}.") from error
    bare, objects = _ROOT.match(content) is not None, _objects(content)
    if (bare and objects == 1) or b"<!DOCTYPE" in content:
        return None
    text, repair = decode(content)
    try:
        root, repairs = parse_mended(text)
    except Malformed:
        return None
    repairs = (repair, *repairs) if repair else repairs
    if root.tag == _RDF_ROOT:
        if _is_contextual(root):
            raise NotSplit(*_ENTITY)
        if not has_several(root):
            return None
    return _inside(root, repairs)


def _objects(content: bytes) -> int:
    """How many provided objects begin in the text, by element or by rdf:type."""
    starts = (match.start() for match in _OBJECT.finditer(content))
    return sum(_BEFORE_OBJECT.search(content, max(0, start - _LONGEST_PREFIX), start) is not None for start in starts)


def _answered(answer: OaiAnswer) -> Iterator[Part | NoRecord]:
    """The records of a saved OAI-PMH answer."""
    if answer.errors:
        error = answer.errors[0]
        words = f" ({error.message})" if error.message else ""
        raise NotSplit("oai-error", f"The file is an OAI-PMH answer that only holds the error {error.code}{words}.")
    if answer.verb not in ("GetRecord", "ListIdentifiers", "ListRecords"):
        raise NotSplit("not-a-record", f"The file is an OAI-PMH answer to {answer.verb or 'nothing'}, without records.")
    return (part for record in answer.records() for part in _part(record))


def _part(record: OaiRecord) -> Iterator[Part | NoRecord]:
    if refused := refusal(record):
        yield NoRecord(*refused, record.content, record.identifier)
        return
    for part in split_xml(record.content) or (Part(RDF_XML, record.content),):
        yield _with(replace(part, identifier=record.identifier), record.repairs)


def _with(part: Part | NoRecord, repairs: tuple[Repair, ...]) -> Part | NoRecord:
    return replace(part, repairs=(*repairs, *part.repairs)) if isinstance(part, Part) else part


def _inside(root: etree._Element, repairs: tuple[Repair, ...]) -> Iterator[Part | NoRecord] | None:
    records = [element for element in root.iter("{*}record") if is_record(element)]
    if records:
        return (part for element in records for part in _part(read_record(element, repairs)))
    inner = list(root.iter(_RDF_ROOT))
    if inner:
        return (_with(part, repairs) for rdf in inner for part in split_rdf(rdf))
    names = {str(element.tag) for element in root.iter(etree.Element)}
    if any(name.endswith("}ProvidedCHO") for name in names):
        return None
    if names & _CONTEXTUAL or root.tag == f"{_METIS}results":
        raise NotSplit(*_ENTITY)
    raise NotSplit("not-a-record", f"The XML is a {local_name(root)!r} without rdf:RDF, not a record.")


def _is_contextual(rdf: etree._Element) -> bool:
    """Whether there is something, and nothing but entities."""
    names = {str(child.tag) for child in rdf.iterchildren("*")}
    return bool(names) and names <= _CONTEXTUAL
