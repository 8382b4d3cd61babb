"""One record of an OAI-PMH answer, and why it may be of no use."""

from dataclasses import dataclass

from lxml import etree

from rubricator.harvest.record import Repair
from rubricator.harvest.xml import Malformed, child_text, local_name, parse, standalone
from rubricator.rdf import RDF

_RDF_ROOT = f"{{{RDF}}}RDF"


@dataclass(frozen=True, slots=True)
class OaiRecord:
    """A record, or only its header.

    ``content`` is the rdf:RDF of its metadata as a document of its own where there is one (``rdf``), else the metadata
    as they are. ``format`` is the local name of the metadata's root element, empty without metadata. A record that is
    no XML has its text as content and says in ``malformed`` what is wrong.
    """

    identifier: str
    deleted: bool = False
    content: bytes = b""
    format: str = ""
    rdf: bool = False
    malformed: str = ""
    repairs: tuple[Repair, ...] = ()


def is_record(element: etree._Element) -> bool:
    """Whether the element is a record of OAI-PMH, whatever lies around it."""
    return element.find("{*}header/{*}identifier") is not None


def read_record(element: etree._Element, repairs: tuple[Repair, ...] = ()) -> OaiRecord:
    """A ``record`` element, or a ``header`` that stands alone."""
    inner = element.find("{*}header")
    header = element if inner is None else inner
    identifier = child_text(header, "identifier")
    if (header.get("status") or "").strip().lower() == "deleted":
        return OaiRecord(identifier, deleted=True)
    roots = [root for metadata in element.iterfind("{*}metadata") for root in _roots(metadata)]
    if not roots:
        return OaiRecord(identifier)
    root = next(filter(_has_rdf, roots), roots[0])
    repairs += tuple(Repair("oai-second-metadata", _shown(other), "") for other in roots if other is not root)
    repairs += tuple(Repair("oai-about", _shown(about), "") for about in element.iterfind("{*}about"))
    rdf = next(root.iter(_RDF_ROOT), None)
    content = standalone(root if rdf is None else rdf)
    return OaiRecord(identifier, False, content, local_name(root), rdf is not None, repairs=repairs)


def _roots(metadata: etree._Element) -> list[etree._Element]:
    """The root elements of the metadata, one by the rules. Some providers send it as text."""
    roots = list(metadata.iterchildren("{*}*"))
    if roots:
        return roots
    try:
        return [parse((metadata.text or "").strip())]
    except Malformed:
        return []


def _has_rdf(root: etree._Element) -> bool:
    return next(root.iter(_RDF_ROOT), None) is not None


def _shown(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)


def refusal(record: OaiRecord) -> tuple[str, str] | None:
    """The code and the sentence that say why there is no EDM in a record; None if there is."""
    if record.deleted:
        return "oai-deleted", "The provider has deleted the record."
    if record.malformed:
        return "xml-malformed", f"The record is not well-formed XML ({record.malformed})."
    if not record.format:
        return "oai-no-metadata", "There is a header without metadata; ask for ListRecords, not for ListIdentifiers."
    if not record.rdf:
        return "not-edm", (
            f"The metadata are {record.format!r}, not EDM; ask for EDM, as with --metadata-prefix edm "
            "(ListMetadataFormats tells what the provider calls it)."
        )
    return None
