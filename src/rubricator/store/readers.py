"""Answers the public's queries: from processes over snapshots, which can be killed, or from a foreign server.

``open_readers(settings)`` picks; both have ``run`` and ``close``. Open in the process that serves, not before a fork.
"""

import math
from collections import deque
from collections.abc import Iterator
from threading import Event, RLock, Thread
from time import monotonic

from rubricator.errors import RubricatorError
from rubricator.settings import Settings
from rubricator.store.answers import Answer, QueryRequest, Readers, refuse_long
from rubricator.store.directory import check_base
from rubricator.store.errors import (
    AnswerBroken,
    AnswerTooLarge,
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ReadersBusy,
)
from rubricator.store.hints import explained
from rubricator.store.process import ReaderProcess
from rubricator.store.turns import Bounds, Turn, Turns

__all__ = [
    "Answer",
    "AnswerBroken",
    "AnswerTooLarge",
    "NotAcceptable",
    "QueryRefused",
    "QueryRequest",
    "QuerySyntaxError",
    "QueryTimeout",
    "ReaderPool",
    "Readers",
    "ReadersBusy",
    "open_readers",
]

SPARES = 1
WATCH_SECONDS = 0.05


def open_readers(settings: Settings) -> Readers:
    """The readers that the settings ask for: of our own snapshots, or of ``store_url``.

    Raises UsageError if the store was made for other IRIs.
    """
    if settings.store_url is not None:
        from rubricator.store.foreign import ForeignReader

        return ForeignReader(settings)
    check_base(settings)
    pool = ReaderPool(settings)
    if not settings.service_allow:
        return pool
    from rubricator.store.federation import FederatedReaders

    return FederatedReaders(pool, settings)


class ReaderPool:
    """``settings.readers`` processes that answer, and a spare that takes the place of a killed one at once.

    As many again are started for queries that take long, and for downloads when there are any, so that these keep no
    quick query waiting; those that work for long yield at the processor too. A query is stopped, by killing its
    process, at its deadline, at the largest size of an answer, and when its answer is closed early. The deadline covers
    waiting for a reader and handing over the answer, so a client that reads too slowly is cut as well. Thread-safe.
    """

    def __init__(self, settings: Settings) -> None:
        self._snapshots = (settings.store_dir / "snapshots").absolute()
        self._settings = settings
        self._lock = RLock()
        self._closed = Event()
        self._turns = Turns(settings.readers, settings.query_queue, settings.client_queue)
        self._idle = deque(self._start() for _ in range(settings.readers + SPARES))
        self._watcher = Thread(target=self._watch, name="deadlines", daemon=True)
        self._watcher.start()

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        """Answer a query; returns when the first chunk is there.

        ``timeout`` may lower ``settings.query_timeout``, in seconds. Raises QuerySyntaxError, NotAcceptable,
        QueryRefused, QueryTimeout, QueryTooLarge, ReadersBusy, TooManyAtOnce or StoreUnavailable.
        """
        settings = self._settings
        refuse_long(request, settings.query_max_length)
        seconds = min(timeout or settings.query_timeout, settings.query_timeout)
        return self._answer(request, Bounds(seconds, settings.query_max_bytes, settings.query_max_rows, client=client))

    def download(self, request: QueryRequest, client: str = "") -> Answer:
        """Answer a query of our own for a whole graph: of any size, within ``settings.graph_timeout``."""
        return self._answer(request, Bounds(self._settings.graph_timeout, math.inf, download=True, client=client))

    def _answer(self, request: QueryRequest, bounds: Bounds) -> Answer:
        turn, reader = self._begin(bounds)
        try:
            media_type, revision = reader.ask(request, bounds.rows)
            chunk, last = reader.chunk()
            _check_size(reader, bounds, len(chunk))
        except RubricatorError as error:
            self._end(turn, reader)
            if isinstance(error, QuerySyntaxError):
                explained(error, request.query)
            raise
        if last:
            self._end(turn, reader)
            return Answer(media_type, revision, iter((chunk,)), lambda: None, small=True)
        chunks = self._chunks(turn, reader, chunk)
        return Answer(media_type, revision, chunks, lambda: self._abandon(turn, reader), deadline=turn.deadline)

    def close(self) -> None:
        """End all processes; answers that are not read to their end break."""
        with self._lock:
            self._closed.set()
            for reader in self._turns.readers():
                reader.kill(AnswerBroken("the service is stopping."))
        self._watcher.join()
        for reader in self.processes():
            reader.bury()

    def processes(self) -> list[ReaderProcess]:
        """The processes that answer or are ready to."""
        with self._lock:
            return [*self._idle, *self._turns.readers()]

    def _chunks(self, turn: Turn, reader: ReaderProcess, chunk: bytes) -> Iterator[bytes]:
        size, last = len(chunk), False
        try:
            yield chunk
            while not last:
                chunk, last = reader.chunk()
                size += len(chunk)
                _check_size(reader, turn.bounds, size)
                if last:
                    self._end(turn, reader)  # before the last chunk is handed over, which may take the client long
                yield chunk
        except RubricatorError as error:
            raise AnswerBroken(f"The answer was cut: {error}") from error
        finally:
            self._abandon(turn, reader)

    def _begin(self, bounds: Bounds) -> tuple[Turn, ReaderProcess]:
        """A reader for a query, once there is one. Raises ReadersBusy or TooManyAtOnce."""
        began = monotonic()
        turn = Turn(bounds, began + bounds.seconds)
        with self._lock:
            self._turns.enter(turn, began)
        until = began + min(bounds.seconds, self._settings.query_timeout)
        while not turn.called.wait(min(WATCH_SECONDS, max(0.0, until - monotonic()))):
            if self._closed.is_set() or monotonic() >= until:
                break
        with self._lock:
            if self._closed.is_set() or not turn.called.is_set():
                self._turns.leave(turn, monotonic())
                stopping = self._closed.is_set()
                raise ReadersBusy(
                    "The service is stopping: ask again later."
                    if stopping
                    else "All readers are at work: ask again in a moment."
                )
            turn.reader = self._take()
            return turn, turn.reader

    def _take(self) -> ReaderProcess:
        """A reader that lives."""
        while self._idle:
            reader = self._idle.pop()
            if reader.alive():
                return reader
            reader.bury()
        return self._start()

    def _end(self, turn: Turn, reader: ReaderProcess) -> None:
        """Give the reader back, or put a new one in its place if it is dead, or yields to others for good."""
        kept = False
        with self._lock:
            if turn in self._turns.busy:
                turn.whole = reader.fate is None and reader.alive()
                kept = turn.whole and not reader.yields
                if kept:
                    self._idle.append(reader)
                self._leave(turn)
        if not kept:
            reader.bury()

    def _abandon(self, turn: Turn, reader: ReaderProcess) -> None:
        """Stop the query, unless it came to its end."""
        with self._lock:
            if turn.whole:  # the reader may be at another query by now
                return
            reader.kill(AnswerBroken("its client went away."))
        self._end(turn, reader)

    def _leave(self, turn: Turn) -> None:
        """Let the next query begin, and keep as many readers ready as queries and spares need, no fewer and no more."""
        self._turns.leave(turn, monotonic())
        self._fill_up()

    def _fill_up(self) -> None:
        wanted = self._settings.readers + SPARES - self._turns.quick + self._turns.unserved
        while len(self._idle) < wanted and not self._closed.is_set():
            self._idle.appendleft(self._start())
        while len(self._idle) > wanted:
            self._idle.popleft().bury()

    def _watch(self) -> None:
        """Kill what is over its deadline, and give others the place of what takes long.

        A killed query's place is free at once, even if its client never looks again.
        """
        while not self._closed.wait(WATCH_SECONDS):
            now = monotonic()
            with self._lock:  # throughout: a reader that is handed on would die of another query's deadline
                for turn, reader in self._turns.late(now):
                    reader.kill(QueryTimeout("The query was stopped at its deadline: ask for less, or in parts."))
                    self._leave(turn)
                for turn in self._turns.busy:
                    if turn.reader is not None:
                        turn.look(turn.reader.worked())
                        if turn.hungry:
                            turn.reader.yield_to_others()
                if self._turns.grown_long(now):
                    self._fill_up()

    def _start(self) -> ReaderProcess:
        return ReaderProcess(self._snapshots, self._settings.reader_memory)


def _check_size(reader: ReaderProcess, bounds: Bounds, size: int) -> None:
    if size > bounds.size:
        fate = AnswerTooLarge(f"The answer is larger than {bounds.size:,} bytes: ask in parts by LIMIT and OFFSET.")
        reader.kill(fate)
        raise fate
