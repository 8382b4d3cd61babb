"""What a harvest has met so far, on disk, so that memory does not grow with the harvest."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from enum import Enum, auto
from types import TracebackType
from typing import Self

from rubricator.harvest.record import SourceRecord, Validators
from rubricator.rdf import now

_TABLES = """
    PRAGMA journal_mode = OFF;
    CREATE TABLE met (graph TEXT PRIMARY KEY, place TEXT, open INTEGER) WITHOUT ROWID;
    CREATE TABLE refused (name TEXT PRIMARY KEY, place TEXT, open INTEGER) WITHOUT ROWID;
    CREATE INDEX refused_places ON refused (place);
    CREATE TABLE missing (
        graph TEXT PRIMARY KEY, place TEXT, dataset TEXT, identifier TEXT, media_type TEXT, etag TEXT, modified TEXT
    ) WITHOUT ROWID;
    CREATE INDEX missing_places ON missing (place);
"""


class Meeting(Enum):
    """How a record graph was met: for the first time; again at the same place; again at another; or once more as part
    of a page in the middle of which the harvest was interrupted."""

    FIRST = auto()
    REPEATED = auto()
    ELSEWHERE = auto()
    RESUMED = auto()


class Seen:
    """Record graphs that were met, places where something was refused, and records of earlier harvests that are
    missing, in a temporary database that goes when the harvest ends.

    A place is an address, a file, a member of an archive, or one of these with ``#`` and a part of it.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(_TABLES)

    def meet(self, graph: str, place: str) -> Meeting:
        """Note that a record graph was met at a place, and say whether it had been."""
        if self._database.execute("INSERT OR IGNORE INTO met VALUES (?, ?, 0)", (graph, place)).rowcount:
            return Meeting.FIRST
        ((before, is_open),) = self._database.execute("SELECT place, open FROM met WHERE graph = ?", (graph,))
        if is_open:
            self._database.execute("UPDATE met SET open = 0 WHERE graph = ?", (graph,))
            return Meeting.RESUMED
        return Meeting.REPEATED if before == place else Meeting.ELSEWHERE

    def refuse(self, name: str, place: str) -> Meeting:
        """Note a refusal, by the name that it always has, and say whether there was the same."""
        if self._database.execute("INSERT OR IGNORE INTO refused VALUES (?, ?, 0)", (name, _whole(place))).rowcount:
            return Meeting.FIRST
        is_open = self._database.execute("UPDATE refused SET open = 0 WHERE name = ? AND open", (name,)).rowcount
        return Meeting.RESUMED if is_open else Meeting.REPEATED

    def recall(self, graphs: Iterable[tuple[str, str, bool]], refusals: Iterable[tuple[str, str, bool]]) -> None:
        """Take over what an interrupted harvest met and refused: name, place, and whether its page is still open."""
        whole = ((name, _whole(place), is_open) for name, place, is_open in refusals)
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR IGNORE INTO met VALUES (?, ?, ?)", graphs)
        self._database.executemany("INSERT OR IGNORE INTO refused VALUES (?, ?, ?)", whole)
        self._database.execute("COMMIT")

    def miss(self, records: Iterable[tuple[str, SourceRecord]]) -> None:
        """Note records, without content, that an earlier harvest met and this one did not, by their graphs."""
        rows = (
            (graph, one.source, one.dataset, one.identifier, one.media_type, *_texts(one.validators))
            for graph, one in records
        )
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR IGNORE INTO missing VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def missing(self) -> Iterator[SourceRecord]:
        """Those of the missing, by graph, that cannot be behind what was refused."""
        query = "SELECT dataset, identifier, media_type, place, etag, modified FROM missing ORDER BY graph"
        with closing(self._database.execute(query)) as rows:
            for dataset, identifier, media_type, place, etag, modified in rows:
                if not self._refused_at(place):
                    validators = Validators(etag, modified)
                    yield SourceRecord(dataset, identifier, media_type, b"", place, now(), validators=validators)

    def missing_at(self, place: str) -> list[str]:
        """The graphs of the missing that came from a place."""
        return [graph for (graph,) in self._database.execute("SELECT graph FROM missing WHERE place = ?", (place,))]

    def settle(self, graph: str) -> None:
        """Note that a record is known to be gone."""
        self._database.execute("UPDATE missing SET place = '' WHERE graph = ?", (graph,))

    def undecided(self) -> Iterator[str]:
        """The graphs of those of the missing that were neither met since nor are known to be gone."""
        query = "SELECT graph FROM missing WHERE place <> '' AND graph NOT IN (SELECT graph FROM met) ORDER BY graph"
        with closing(self._database.execute(query)) as rows:
            yield from (graph for (graph,) in rows)

    def _refused_at(self, place: str) -> bool:
        file = _whole(place)
        query = "SELECT 1 FROM refused WHERE place IN (?, ?) LIMIT 1"
        return self._database.execute(query, (file, file.partition("!")[0])).fetchone() is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()


def _texts(validators: Validators) -> tuple[str, str]:
    return validators.etag, validators.last_modified


def _whole(place: str) -> str:
    """The file that a place is in: where one part was refused, nobody knows which record it was."""
    return place.partition("#")[0]
