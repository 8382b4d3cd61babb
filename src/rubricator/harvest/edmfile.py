"""EDM in files: RDF/XML, Turtle, TriG, N-Triples, N-Quads and JSON-LD, told by content, one record or many a file."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from rubricator.harvest.archive import Found, find_files
from rubricator.harvest.record import RDF_XML, Rejection, SourceRecord
from rubricator.harvest.sniff import media_type
from rubricator.harvest.split import NotSplit, split_graph, split_xml
from rubricator.rdf import now

UNNAMED = "files"


def harvest_edm(paths: Iterable[Path], dataset: str | None = None) -> Iterator[SourceRecord | Rejection]:
    """Every record in the files, folders and zip archives, in sorted order.

    ``dataset`` holds for items without an identifier of Europeana; it defaults to the name of the folder or archive. A
    file without a record is yielded as a rejection. Raises UsageError if a path does not exist.
    """
    for found in find_files(list(paths)):
        yield from records_of(found, dataset or found.collection or UNNAMED)


def records_of(found: Found, dataset: str) -> Iterator[SourceRecord | Rejection]:
    """The records in one file; a file with several is split, and each is kept as the part that it was."""
    retrieved = now()
    if found.code:
        yield Rejection(found.name, dataset, None, found.code, found.message, None, retrieved)
        return
    kind = media_type(found.content[:4096], found.name)
    if kind is None:
        code, message = ("empty", "The file is empty.") if not found.content.strip() else _NOT_RDF
        yield Rejection(found.name, dataset, None, code, message, found.content, retrieved)
        return
    whole = SourceRecord(dataset, "", kind, found.content, found.name, retrieved)
    try:
        parts = split_xml(found.content) if kind == RDF_XML else split_graph(found.content, kind)
    except NotSplit as error:
        yield Rejection(found.name, dataset, None, error.code, str(error), found.content, retrieved)
        return
    if parts is None:
        yield whole
        return
    for number, part in enumerate(parts, 1):
        yield replace(whole, media_type=part.media_type, content=part.content, source=f"{found.name}#record={number}")


_NOT_RDF = ("not-rdf", "The file holds no RDF/XML, Turtle, N-Triples or JSON-LD.")
