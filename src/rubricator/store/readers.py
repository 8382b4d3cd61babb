"""Answers the public's queries: from processes over snapshots, which can be killed, or from a foreign server.

``open_readers(settings)`` picks; both have ``run`` and ``close``. Open in the process that serves, not before a fork.
"""

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


@dataclass(eq=False, slots=True)
class _Turn:
    """One query's use of a reader."""

    reader: ReaderProcess
    deadline: float
    whole: bool = False


class ReaderPool:
    """``settings.readers`` processes that answer, and a spare that takes the place of a killed one at once.

    A query is stopped, by killing its process, at its deadline, at the largest size of an answer, and when its answer
    is closed early. The deadline covers waiting for a reader and handing over the answer, so a client that reads too
    slowly is cut as well. Thread-safe.
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
        turn = self._begin(monotonic() + min(timeout or longest, longest))
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
        if size > self._settings.query_max_bytes:
            largest = f"{self._settings.query_max_bytes:,}"
            turn.reader.kill(
                QueryTooLarge(f"The answer is larger than {largest} bytes: ask in parts by LIMIT and OFFSET.")
            )
            raise turn.reader.fate or AssertionError

    def _begin(self, deadline: float) -> _Turn:
        with self._changed:
            if len(self._busy) >= self._settings.readers:
                self._wait_for_reader(deadline)
            if self._closed.is_set():
                raise ReadersBusy("The service is stopping: ask again later.")
            reader = self._idle.pop()
            while not reader.alive():
                reader.bury()
                self._idle.appendleft(self._start())
                reader = self._idle.pop()
            turn = _Turn(reader, deadline)
            self._busy.add(turn)
        return turn

    def _wait_for_reader(self, deadline: float) -> None:
        if self._waiting >= LONGEST_QUEUE:
            raise ReadersBusy("Too many queries are waiting: ask again in a moment.")
        self._waiting += 1
        try:
            while len(self._busy) >= self._settings.readers and not self._closed.is_set():
                if not self._changed.wait(deadline - monotonic()):
                    raise ReadersBusy("All readers are at work: ask again in a moment.")
        finally:
            self._waiting -= 1

    def _end(self, turn: _Turn) -> None:
        """Give the reader back, or put a new one in its place if it is dead."""
        turn.whole = self._free(turn)
        if not turn.whole:
            turn.reader.bury()

    def _abandon(self, turn: _Turn) -> None:
        """Stop the query, unless it came to its end."""
        if not turn.whole:
            turn.reader.kill(AnswerBroken("its client went away."))
            self._end(turn)

    def _free(self, turn: _Turn) -> bool:
        """Let the next query begin. Returns whether the reader lives on."""
        with self._changed:
            lives = turn.reader.fate is None and turn.reader.alive()
            if turn in self._busy:
                self._busy.remove(turn)
                if lives:
                    self._idle.append(turn.reader)
                elif not self._closed.is_set():
                    self._idle.appendleft(self._start())
                self._changed.notify()
        return lives

    def _watch(self) -> None:
        """Kill what is over its deadline; its slot is free at once, even if its client never looks again."""
        while not self._closed.wait(WATCH_SECONDS):
            now = monotonic()
            with self._changed:
                late = [turn for turn in self._busy if turn.deadline < now]
            for turn in late:
                turn.reader.kill(QueryTimeout("The query was stopped at its deadline: ask for less, or in parts."))
                self._free(turn)

    def _start(self) -> ReaderProcess:
        return ReaderProcess(self._snapshots, self._settings.reader_memory)
