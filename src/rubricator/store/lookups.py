"""What the store says of one thing, read by whoever is asked: no process, no turn and no deadline are needed for that.

Only queries of one pattern whose subject is known come here. All that they may read lies side by side in one index, and
each row leaves as soon as it is read, so the largest answer bounds the work: about a millisecond. DISTINCT drops rows
unless all that differs between them is asked for. Everything else, and every error, is the readers', which can be
killed.
"""

import re
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import IO, cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions

from rubricator.store.answers import AsyncAnswer, QueryRequest
from rubricator.store.newest import Newest, Opened
from rubricator.store.rows import TooMany, watch

LARGEST = 16 * 2**10
"""Bytes of an answer."""
LONGEST = 2048
"""Characters of a query."""
LOOK_SECONDS = 0.5
"""So often a newer snapshot is looked for, also where nobody asks."""
SLOW_SECONDS = 0.005
"""For lookups in a row to take, as they do where each has to wait for a disk: readers wait without keeping others."""
REST_SECONDS = 1.0
REST_SHARE = 50
"""After the last of slow lookups, a rest is so many times as long: a value may be as large as memory."""
_LAST = 10  # lookups, about, that the mean is of

# A backslash could be the escape of any character, and undone before the query is read.
_BLANK = r"(?:\s|\#[^\r\n\\]*+(?![^\r\n]))*+"
_SPACE = rf"(?:\s|\#[^\r\n\\]*+[\r\n]){_BLANK}"
_IRI = r'<[^<>"{}|^`\\\x00-\x20]*+>'
_NAME = r"(?:[A-Za-z][\w-]*+)?:[\w-]*+(?:\.[\w-]++)*+"
_VARIABLE = r"[?$]\w++"
_PROLOGUE = rf"(?:prefix{_SPACE}(?:[A-Za-z][\w-]*+)?:{_BLANK}{_IRI}{_BLANK})*+"
_PATTERN = (
    rf"\{{{_BLANK}(?:{_IRI}{_BLANK}|{_NAME}{_SPACE})"
    rf"(?:{_IRI}{_BLANK}|{_NAME}{_SPACE}|a{_SPACE}|(?P<predicate>{_VARIABLE}){_SPACE})"
    rf"(?:{_IRI}|{_NAME}|(?P<object>{_VARIABLE})){_BLANK}(?:\.{_BLANK})?\}}"
)
_LOOKUP = re.compile(
    rf"{_BLANK}{_PROLOGUE}(?:select{_SPACE}(?:(?:distinct{_SPACE})?\*{_BLANK}|(?:{_VARIABLE}{_SPACE})++)(?:where{_BLANK})?"
    rf"|ask{_BLANK}(?:where{_BLANK})?){_PATTERN}{_BLANK}(?:limit{_SPACE}\d{{1,9}}{_BLANK})?",
    re.IGNORECASE | re.ASCII,
)


def is_lookup(query: str) -> bool:
    """Whether a query, if it is one, asks what is said of one subject: ``SELECT ?p ?o { <subject> ?p ?o }``."""
    found = _LOOKUP.fullmatch(query) if len(query) <= LONGEST else None
    return found is not None and (found["object"] is None or found["predicate"] is None or not _same(found))


class Lookups:
    """Answers lookups from the newest snapshot, which a thread of its own opens. Used by one thread."""

    def __init__(self, snapshots: Path, most_rows: int | None) -> None:
        self._snapshots = snapshots
        self._most_rows = most_rows
        self._opened: Opened | None = None
        self._mean = self._rests_until = 0.0
        self._closed = False
        self._wake = Event()
        self._thread = Thread(target=self._follow, name="lookups", daemon=True)
        self._thread.start()

    def find(self, request: QueryRequest, revision: str | None) -> AsyncAnswer | None:
        """The answer at ``revision``, the newest; None for what is no lookup, is too much for one, fails, or comes
        before that snapshot is open or while lookups are slow.
        """
        if request.solutions is None or request.default_graphs or request.named_graphs or not is_lookup(request.query):
            return None
        opened = self._opened
        if opened is None or opened.revision != revision:
            self._wake.set()
            return None
        began = monotonic()
        if began < self._rests_until:
            return None
        try:
            body = self._read(opened, request, request.solutions)
        except (_TooLarge, TooMany, SyntaxError, ValueError, OSError, RuntimeError):  # a reader tells
            return None
        finally:
            self._pace(began, monotonic())
        return AsyncAnswer(request.solutions, opened.revision, body, lambda: None)

    def close(self) -> None:
        """Let go of the snapshot; nothing is found from now on."""
        self._closed = True
        self._wake.set()
        self._thread.join()

    def _read(self, opened: Opened, request: QueryRequest, media_type: str) -> bytes:
        results = cast("QuerySolutions | QueryBoolean", opened.store.query(request.query, base_iri=request.base))
        body = _Body()
        results.serialize(cast("IO[bytes]", body), QueryResultsFormat.from_media_type(media_type))
        if self._most_rows is not None and self._most_rows < len(body.text):  # a row has a byte at least
            watch(media_type, self._most_rows)(bytes(body.text))
        return bytes(body.text)

    def _pace(self, began: float, ended: float) -> None:
        self._mean += (ended - began - self._mean) / _LAST
        if self._mean > SLOW_SECONDS:
            self._mean, self._rests_until = 0.0, ended + max(REST_SECONDS, REST_SHARE * (ended - began))

    def _follow(self) -> None:
        newest = Newest(self._snapshots)
        while not self._closed:
            with suppress(OSError):
                self._opened = newest.turn()
            self._wake.wait(LOOK_SECONDS)
            self._wake.clear()
        self._opened = None
        newest.close()


class _TooLarge(Exception):
    """The answer is more than a lookup may have."""


class _Body:
    """Takes what is written, as far as it may go. Stopping there ends the evaluation too."""

    def __init__(self) -> None:
        self.text = bytearray()

    def write(self, data: bytes) -> int:
        self.text += data
        if len(self.text) > LARGEST:
            raise _TooLarge
        return len(data)

    def flush(self) -> None:
        """Nothing: all of it is in memory."""


def _same(found: re.Match[str]) -> bool:
    """Whether predicate and object have to be equal: then rows may be read without end, and none leave."""
    return found["predicate"][1:] == found["object"][1:]
