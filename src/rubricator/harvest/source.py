"""What every harvester is to the pipeline: a source with a name, and a stream of what was met there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from rubricator.harvest.record import Rejection, SourceRecord, Validators


@dataclass(frozen=True, slots=True)
class Source:
    """Something that is harvested again and again under one name.

    ``kind`` is that of the command (``europeana``, ``oai``, ``records``, ``edm``, ``csv``, ``folder``), ``address`` the
    URL, or a path that means the same in every working directory, ``selection`` what of it is wanted (query, set,
    metadata prefix, …). Two harvests are of the same source if and only if all three are equal.

    ``options`` are what the one who harvests says of all records (rights, provider, …), because the source does not.
    """

    kind: str
    address: str
    selection: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The record at the address ``source`` has not changed since it was harvested (HTTP 304)."""

    source: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """The source names the record at this address again, which is not asked for twice."""

    source: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The record that came from ``source`` is there no more. ``code`` says how we know."""

    source: str
    dataset: str
    identifier: str
    code: str
    retrieved: datetime


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything that came before is one complete page, and ``token`` leads to the next; empty where the list ends.

    ``datestamp`` is a moment by the source's own clock up to which the list is complete, ``expected`` the records in
    all pages, where the source tells.
    """

    token: str
    datestamp: str = ""
    expected: int | None = None


Harvested = SourceRecord | Rejection | Unchanged | Repeated | Gone | Checkpoint


class Memory(Protocol):
    """What the store knows of earlier harvests of the same source. To be asked in the thread that harvests."""

    def validators(self, records: Sequence[SourceRecord]) -> Mapping[str, Validators]:
        """By address, the validators of those of the records that we hold as they would be mapped today.

        The records given have no content: they say which would be asked for.
        """

    @property
    def datestamp(self) -> str:
        """Up to which moment, by the source's clock, an earlier harvest was complete; empty if none was."""


class Harvester(Protocol):
    """One harvest of one source.

    ``request`` says what of the source this harvest alone is limited to (``limit``, ``from``, ``until``): an
    interrupted harvest goes on if source and request are equal. ``whole`` says that it lists all that the source has
    in its selection, so that a record harvested earlier and not met has vanished.
    """

    @property
    def source(self) -> Source: ...
    @property
    def request(self) -> Mapping[str, str]: ...
    @property
    def whole(self) -> bool: ...

    def records(self, memory: Memory, token: str = "") -> Iterator[Harvested]:
        """Everything from the page that ``token`` leads to; pages end with a Checkpoint, files have none.

        Raises SourceError if the list itself cannot be read on; what was yielded before stays harvested.
        """

    def missing(self, records: Iterable[SourceRecord]) -> Iterator[Harvested]:
        """What became of records that were met in an earlier harvest and not in this one.

        They come without content, with address, dataset, identifier and media type as they were given, and with
        validators where they would be mapped the same today.
        """
