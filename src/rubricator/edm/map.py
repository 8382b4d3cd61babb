"""From a source record to EDM: what a record is about, in which form, and under which graph. Pure: no I/O at all."""

import hashlib
from dataclasses import replace
from functools import lru_cache

from pyoxigraph import NamedNode, Quad, Triple

from rubricator.edm.clean import Cleaner
from rubricator.edm.codes import plain_codes
from rubricator.edm.identity import Identity, identify
from rubricator.edm.internal import internal
from rubricator.edm.parts import item_of, parts_of
from rubricator.edm.read import FORMATS, read_record
from rubricator.edm.record import EdmRecord, RecordRejected
from rubricator.edm.reserved import own_statements
from rubricator.edm.statements import Stated, reify, take_stated
from rubricator.edm.table import map_row
from rubricator.edm.tombstone import check_not_deleted
from rubricator.harvest.record import RECORD_JSON, SEARCH_ITEM, TABLE_ROW, Repair, SourceRecord
from rubricator.iris import Iris

MAPPING_VERSION = "4"
"""Changes with everything in this room that changes the triples of some record, so that it is mapped again."""
MAX_RECORD = 16 * 2**20
"""Largest record that is mapped, in bytes."""


def map_record(record: SourceRecord, iris: Iris) -> EdmRecord:
    """The record in the form that we store. Raises RecordRejected, and nothing else, whatever the bytes."""
    if len(record.content) > MAX_RECORD:
        raise RecordRejected("too-large", f"The record is larger than {MAX_RECORD} bytes.")
    if not record.content.strip():
        raise RecordRejected("empty", "The record is empty.")
    statements: list[Triple] = []
    repairs: tuple[Repair, ...] = ()
    if record.media_type == TABLE_ROW:
        identity, quads, cleaner = map_row(record, iris)
        quads = own_statements(quads, parts_of(quads), identity, record, iris, cleaner.notes)
    elif record.media_type in (*FORMATS, RECORD_JSON, SEARCH_ITEM):
        quads, statements, cleaner, repairs = _map_rdf(record, iris)
        identity = cleaner.identity
    else:
        raise RecordRejected("not-rdf", f"Records in {record.media_type!r} cannot be read.")
    return EdmRecord(
        identity.dataset,
        identity.identifier,
        NamedNode(identity.iri),
        iris.record_graph(identity.dataset, identity.identifier),
        tuple(quads),
        (*record.repairs, *repairs, *cleaner.repairs()),
        hashlib.sha256(record.content).hexdigest(),
        fingerprint(record, iris),
        record.source,
        record.retrieved,
        record.dataset,
        record.pictures,
        tuple(statements),
    )


def fingerprint(record: SourceRecord, iris: Iris) -> str:
    """Identifies everything besides the raw bytes that the triples depend on."""
    mapping = record.mapping.sha256 if record.mapping else ""
    pictures = (f"{picture.name} {picture.sha256 or picture.code}" for picture in record.pictures)
    return _fingerprint(iris.base, record.dataset, record.identifier, record.media_type, mapping, *pictures)


@lru_cache(maxsize=1024)
def _fingerprint(*given: str) -> str:
    """Remembered, as all records of a file mostly share theirs."""
    return hashlib.sha256("\n".join((MAPPING_VERSION, *given)).encode("utf-8", "replace")).hexdigest()[:16]


def _map_rdf(record: SourceRecord, iris: Iris) -> tuple[list[Quad], list[Triple], Cleaner, tuple[Repair, ...]]:
    """What the record says, what is known of single statements, and what was changed on the way."""
    read = read_record(record, iris)
    quads, notes, cleaner = read.quads, read.notes, read.cleaner
    stated: list[Stated] = []
    if cleaner is not None and cleaner.provenance:
        quads, stated = take_stated(quads, cleaner.provenance)
    parts = parts_of(quads)
    if plain := plain_codes(parts.coded, notes):
        quads = [plain.get(quad, quad) for quad in quads]
        parts = parts_of(quads)
    check_not_deleted(quads, parts, record.dataset, iris)
    item = item_of(parts)
    if read.unnamed and item.value.startswith(read.unnamed):
        raise RecordRejected("no-item-iri", "The edm:ProvidedCHO has no IRI; add rdf:about.")
    if cleaner is None or cleaner.identity.iri != item.value:
        cleaner = Cleaner("", _identity(item.value, record.dataset, iris), notes=notes)
    identity = cleaner.identity
    kept = own_statements(quads, parts, identity, record, iris, notes)
    if len(kept) < len(quads):
        quads, parts = kept, parts_of(kept)
    form = internal(quads, parts, item, identity, cleaner)
    if not stated:
        return form.quads, [], cleaner, read.repairs
    quads, statements = reify(form, stated, cleaner, iris.record_graph(identity.dataset, identity.identifier))
    return quads, statements, cleaner, read.repairs


def _identity(name: str, dataset: str, iris: Iris) -> Identity:
    """The identity of an item whose IRI stays as the record spells it."""
    identity = identify(name, dataset, iris)
    return identity if identity.iri == name else replace(identity, iri=name)
