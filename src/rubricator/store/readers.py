"""Answers the public's queries: from processes over snapshots, which can be killed, or from a foreign server.

``open_readers(settings)`` picks; both have ``run`` and ``close``. Open in the process that serves, not before a fork.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Condition, Event, Thread
from time import monotonic

from rubricator.errors import RubricatorError
from rubricator.settings import Settings
from rubricator.store.answers import Answer, QueryRequest, Readers, admit
from rubricator.store.directory import check_base
from rubricator.store.errors import (
    AnswerBroken,
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    ReadersBusy,
)
from rubricator.store.process import ReaderProcess

__all__ = [
    "Answer",
    "AnswerBroken",
    "NotAcceptable",
    "QueryRefused",
    "QueryRequest",
    "QuerySyntaxError",
    "QueryTimeout",
    "QueryTooLarge",
    "ReaderPool",
    "Readers",
    "ReadersBusy",
    "open_readers",
]

SPARES = 1
LONGEST_QUEUE = 64
WATCH_SECONDS = 0.05


def open_readers(settings: Settings) -> Readers:
    """The readers that the settings ask for: of our own snapshots, or of ``store_url``.

    Raises UsageError if the store was made for other IRIs.
    """
    if settings.store_url is not None:
        from rubricator.store.foreign import ForeignReader

        return ForeignReader(settings)
    check_base(settings)
    return ReaderPool(settings)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What a query may take: ``seconds`` in all, and ``size`` bytes of answer. ``download`` has readers of its own."""

    seconds: float
    size: float
    download: bool = False


@dataclass(eq=False, slots=True)
class _Turn:
    """One query's use of a reader."""

    reader: ReaderProcess
    deadline: float
    bounds: _Bounds
    whole: bool = False


class ReaderPool:
    """``settings.readers`` processes that answer, and a spare that takes the place of a killed one at once.

    As many again are started for downloads when there are any, so that these keep no query waiting. A query is stopped,
    by killing its process, at its deadline, at the largest size of an answer, and when its answer is closed early. The
    deadline covers waiting for a reader and handing over the answer, so a client that reads too slowly is cut as well.
    Thread-safe.
    """

    def __init__(self, settings: Settings) -> None:
        self._snapshots = (settings.store_dir / "snapshots").absolute()
        self._settings = settings
        self._changed = Condition()
        self._closed = Event()
        self._waiting = 0
        self._busy = set[_Turn]()
        self._idle = deque(self._start() for _ in range(settings.readers + SPARES))
        self._watcher = Thread(target=self._watch, name="deadlines", daemon=True)
        self._watcher.start()

    def run(self, request: QueryRequest, timeout: float | None = None) -> Answer:
        """Answer a query; returns when the first chunk is there.

        ``timeout`` may lower ``settings.query_timeout``, in seconds. Raises QuerySyntaxError, NotAcceptable,
        QueryRefused, QueryTimeout, QueryTooLarge, ReadersBusy or StoreUnavailable.
        """
        longest = self._settings.query_timeout
        admit(request, self._settings.query_max_length)
        return self._answer(request, _Bounds(min(timeout or longest, longest), self._settings.query_max_bytes))

    def download(self, request: QueryRequest) -> Answer:
        """Answer a query of our own for a whole graph: of any size, within ``settings.graph_timeout``."""
        return self._answer(request, _Bounds(self._settings.graph_timeout, math.inf, download=True))

    def _answer(self, request: QueryRequest, bounds: _Bounds) -> Answer:
        turn = self._begin(bounds)
        try:
            media_type, revision = turn.reader.ask(request)
            chunk, last = turn.reader.chunk()
            self._check_size(turn, len(chunk))
        except RubricatorError:
            self._end(turn)
            raise
        if last:
            self._end(turn)
            return Answer(media_type, revision, iter((chunk,)), lambda: None)
        return Answer(media_type, revision, self._chunks(turn, chunk), lambda: self._abandon(turn))

    def close(self) -> None:
        """End all processes; answers that are not read to their end break."""
        with self._changed:
            self._closed.set()
            for turn in self._busy:
                turn.reader.kill(AnswerBroken("the service is stopping."))
            self._changed.notify_all()
        self._watcher.join()
        for reader in self.processes():
            reader.bury()

    def processes(self) -> list[ReaderProcess]:
        """The processes that answer or are ready to."""
        with self._changed:
            return [*self._idle, *(turn.reader for turn in self._busy)]

    def _chunks(self, turn: _Turn, chunk: bytes) -> Iterator[bytes]:
        size, last = len(chunk), False
        try:
            yield chunk
            while not last:
                chunk, last = turn.reader.chunk()
                size += len(chunk)
                self._check_size(turn, size)
                if last:
                    self._end(turn)  # before the last chunk is handed over, which may take the client long
                yield chunk
        except RubricatorError as error:
            raise AnswerBroken(f"The answer was cut: {error}") from error
        finally:
            self._abandon(turn)

    def _check_size(self, turn: _Turn, size: int) -> None:
        if size > turn.bounds.size:
            largest = f"{turn.bounds.size:,}"
            turn.reader.kill(
                QueryTooLarge(f"The answer is larger than {largest} bytes: ask in parts by LIMIT and OFFSET.")
            )
            raise turn.reader.fate or AssertionError

    def _begin(self, bounds: _Bounds) -> _Turn:
        deadline = monotonic() + bounds.seconds
        with self._changed:
            if self._is_full(bounds):
                self._wait_for_reader(bounds)
            if self._closed.is_set():
                raise ReadersBusy("The service is stopping: ask again later.")
            reader = self._idle.pop() if self._idle else self._start()
            while not reader.alive():
                reader.bury()
                reader = self._idle.pop() if self._idle else self._start()
            turn = _Turn(reader, deadline, bounds)
            self._busy.add(turn)
        return turn

    def _is_full(self, bounds: _Bounds) -> bool:
        return sum(turn.bounds.download == bounds.download for turn in self._busy) >= self._settings.readers

    def _wait_for_reader(self, bounds: _Bounds) -> None:
        if self._waiting >= LONGEST_QUEUE:
            raise ReadersBusy("Too many queries are waiting: ask again in a moment.")
        until = monotonic() + min(bounds.seconds, self._settings.query_timeout)
        self._waiting += 1
        try:
            while self._is_full(bounds) and not self._closed.is_set():
                if not self._changed.wait(until - monotonic()):
                    raise ReadersBusy("All readers are at work: ask again in a moment.")
        finally:
            self._waiting -= 1

    def _end(self, turn: _Turn) -> None:
        """Give the reader back, or put a new one in its place if it is dead."""
        if not self._free(turn):
            turn.reader.bury()

    def _abandon(self, turn: _Turn) -> None:
        """Stop the query, unless it came to its end."""
        with self._changed:
            if turn.whole:  # the reader may be at another query by now
                return
            turn.reader.kill(AnswerBroken("its client went away."))
        self._end(turn)

    def _free(self, turn: _Turn) -> bool:
        """Let the next query begin. Returns whether the query came to its end and its reader lives on."""
        with self._changed:
            if turn in self._busy:
                self._busy.remove(turn)
                turn.whole = turn.reader.fate is None and turn.reader.alive()
                if turn.whole:
                    self._idle.append(turn.reader)
                self._fill_up()
                self._changed.notify_all()
            return turn.whole

    def _fill_up(self) -> None:
        """Keep as many readers ready as queries and spares need, no fewer and no more."""
        wanted = self._settings.readers + SPARES - sum(not turn.bounds.download for turn in self._busy)
        while len(self._idle) < wanted and not self._closed.is_set():
            self._idle.appendleft(self._start())
        while len(self._idle) > wanted:
            self._idle.popleft().bury()

    def _watch(self) -> None:
        """Kill what is over its deadline; its slot is free at once, even if its client never looks again."""
        while not self._closed.wait(WATCH_SECONDS):
            now = monotonic()
            with self._changed:  # throughout: a reader that is handed on would die of another query's deadline
                for turn in [turn for turn in self._busy if turn.deadline < now]:
                    turn.reader.kill(QueryTimeout("The query was stopped at its deadline: ask for less, or in parts."))
                    self._free(turn)

    def _start(self) -> ReaderProcess:
        return ReaderProcess(self._snapshots, self._settings.reader_memory)
