"""EDM in files, told by content: RDF in six syntaxes, saved answers of OAI-PMH and of Europeana's APIs; one record or
many a file."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from rubricator.harvest.apijson import split_json
from rubricator.harvest.archive import Found, find_files
from rubricator.harvest.envelope import split_xml
from rubricator.harvest.graph import split_graph
from rubricator.harvest.part import NoRecord, NotSplit, Part
from rubricator.harvest.record import JSON_LD, RDF_XML, Rejection, SourceRecord
from rubricator.harvest.redact import redact
from rubricator.harvest.sniff import is_page, media_type
from rubricator.rdf import now

UNNAMED = "files"


def harvest_edm(paths: Iterable[Path], dataset: str | None = None) -> Iterator[SourceRecord | Rejection]:
    """Every record in the files, folders and archives, in sorted order.

    ``dataset`` holds for items without an identifier of Europeana; it defaults to the name of the folder or archive. A
    file without a record is yielded as a rejection. Raises UsageError if a path does not exist.
    """
    for found in find_files(list(paths)):
        yield from records_of(found, dataset or found.collection or UNNAMED)


def records_of(found: Found, dataset: str) -> Iterator[SourceRecord | Rejection]:
    """The records in one file; a file with several is split, and each is kept as the part that it was.

    API keys that were echoed into the file are not kept.
    """
    retrieved = now()
    if found.code:
        yield Rejection(found.name, dataset, None, found.code, found.message, None, retrieved)
        return
    found = replace(found, content=redact(found.content))
    kind = media_type(found.content[:4096], found.name)
    try:
        parts = _parts(found.content, kind)
    except NotSplit as error:
        yield Rejection(found.name, dataset, None, error.code, str(error), found.content, retrieved)
        return
    if parts is None:
        yield SourceRecord(dataset, "", kind or "", found.content, found.name, retrieved)
        return
    for number, part in enumerate(parts, 1):
        source, name = f"{found.name}#record={number}", part.identifier
        if isinstance(part, NoRecord):
            yield Rejection(source, dataset, name or None, part.code, part.message, part.content or None, retrieved)
        else:
            yield SourceRecord(dataset, name, part.media_type, part.content, source, retrieved, repairs=part.repairs)


def _parts(content: bytes, kind: str | None) -> Iterator[Part | NoRecord] | None:
    """What the file is split into; None if it is one record. Raises NotSplit if it is none."""
    if not content.strip():
        raise NotSplit("empty", "The file is empty.")
    if kind is None:
        raise NotSplit("not-rdf", "The file holds no RDF/XML, Turtle, N-Triples or JSON-LD.")
    if kind == RDF_XML:
        if is_page(content):
            raise NotSplit("not-a-record", "The file is an HTML page, not a record.")
        return split_xml(content)
    return (split_json(content) if kind == JSON_LD else None) or split_graph(content, kind)
