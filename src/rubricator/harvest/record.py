"""What every source yields: a record as it came, or a refusal that says why there is none."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rubricator.harvest.mapping import TableMapping

RDF_XML = "application/rdf+xml"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"
N_QUADS = "application/n-quads"
TRIG = "application/trig"
JSON_LD = "application/ld+json"
TABLE_ROW = "application/vnd.rubricator.row+json"
SEARCH_ITEM = "application/vnd.europeana.search-item+json"
"""One item of an answer of Europeana's Search API."""
RECORD_JSON = "application/vnd.europeana.record+json"
"""The ``object`` of an answer of Europeana's Record API, in its own JSON."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One change without which the record could not be used: its code, what stood there, what stands there now."""

    code: str
    raw: str
    now: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a record, as its source names it.

    ``name`` is relative to the harvested folder, or the address of a picture on the web. A local picture that lies in
    the image cache has a ``sha256``; one that could not be used has the ``code`` of the reason.
    """

    name: str
    sha256: str | None = None
    media_type: str = ""
    byte_size: int = 0
    width: int = 0
    height: int = 0
    code: str | None = None

    @property
    def remote(self) -> bool:
        return self.sha256 is None and self.code is None


@dataclass(frozen=True, slots=True)
class Validators:
    """What an HTTP server gave with an answer, to be asked later whether it still holds (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record as it came.

    ``content`` holds its raw bytes and ``source`` where they were, for the reader of a report: an address, or a path
    that starts at what the user named. ``dataset`` and ``identifier`` are what the source calls it; the identifier is
    empty where only the content knows it. ``mapping``, ``pictures`` and ``repairs`` come with rows and folders,
    ``validators`` with what was fetched over HTTP.
    """

    dataset: str
    identifier: str
    media_type: str
    content: bytes
    source: str
    retrieved: datetime
    mapping: TableMapping | None = None
    pictures: tuple[Picture, ...] = ()
    repairs: tuple[Repair, ...] = ()
    validators: Validators = NO_VALIDATORS


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something that was found in place of a record, with the reason code under which it is reported."""

    source: str
    dataset: str
    identifier: str | None
    code: str
    message: str
    content: bytes | None
    retrieved: datetime


class Capture(Protocol):
    """What the image cache says of a picture that it took in."""

    @property
    def sha256(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def byte_size(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


class PictureStore(Protocol):
    """Takes local pictures into the image cache; raises RubricatorError with a ``code`` for one that is no picture."""

    def ingest(self, path: Path) -> Capture: ...
