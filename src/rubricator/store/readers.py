"""Answers the public's queries: from processes over snapshots, which can be killed, or from a foreign server.

``open_readers(settings)`` picks. Open in the process that serves, not before a fork.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from threading import Event, get_ident
from time import monotonic

from rubricator.errors import RubricatorError
from rubricator.settings import Settings
from rubricator.store.answers import Answer, AsyncAnswer, QueryRequest, Readers, refuse_long
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
from rubricator.store.line import LONGEST_QUERY, Line
from rubricator.store.lookups import Lookups
from rubricator.store.pool import Pool, refuse_large
from rubricator.store.process import ReaderProcess
from rubricator.store.turns import SLOW_SECONDS, Bounds, Turn

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
    """Answers from the newest snapshot, by processes that can be killed; see ``Pool``.

    A query is stopped at its deadline, at the largest size of an answer, and when its answer is closed early. The
    deadline covers waiting for a reader and handing over the answer, so a client that reads too slowly is cut as well.
    Thread-safe.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool = Pool(settings)
        self._lookups = Lookups(settings.store_dir / "snapshots", settings.query_max_rows)
        self._leaving = set[asyncio.Task[None]]()

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        """Answer a query; returns when the first chunk is there.

        ``timeout`` may lower ``settings.query_timeout``, in seconds. Raises QuerySyntaxError, NotAcceptable,
        QueryRefused, QueryTimeout, QueryTooLarge, ReadersBusy, TooManyAtOnce or StoreUnavailable.
        """
        refuse_long(request, self._settings.query_max_length)
        try:
            return self._answer(request, self._bounds(timeout, client))
        except QuerySyntaxError as error:
            raise explained(error, request.query) from None

    async def ask(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> AsyncAnswer | None:
        """The same for an event loop, which waits for nothing here; None for a query that is long to hand over.

        Syntax errors come without a hint: to find one takes a while, which a thread may have; see ``explained``.
        """
        if len(request.query) * 4 > LONGEST_QUERY:
            return None
        bounds = self._bounds(timeout, client)
        turn = await self._turn(bounds)
        reader = self._pool.take(turn)
        line = Line(reader)
        try:
            reader.send(request, bounds.rows)
            head = await line.head()
            chunk, last = await line.chunk()
            refuse_large(turn, len(chunk))
        except RubricatorError:
            line.close()
            self._pool.end(turn)
            raise
        except asyncio.CancelledError:
            self._leaving.add(leaving := asyncio.create_task(self._leave(line, turn)))
            leaving.add_done_callback(self._leaving.discard)
            raise
        except BaseException:
            self._hang_up(line, turn)
            raise
        if last:
            self._pool.end(turn)
            return AsyncAnswer(head["media_type"], head["revision"], chunk, lambda: None)
        rest = self._rest(line, turn, chunk)
        return AsyncAnswer(head["media_type"], head["revision"], rest, lambda: self._hang_up(line, turn))

    def look_up(self, request: QueryRequest, revision: str | None) -> AsyncAnswer | None:
        """What the newest snapshot, of ``revision``, says of one thing, read here and now; None for all else."""
        return self._lookups.find(request, revision)

    def download(self, request: QueryRequest, client: str = "") -> Answer:
        """Answer a query of our own for a whole graph: of any size, within ``settings.graph_timeout``."""
        return self._answer(request, Bounds(self._settings.graph_timeout, math.inf, download=True, client=client))

    def close(self) -> None:
        """End all processes; answers that are not read to their end break."""
        self._lookups.close()
        self._pool.close()

    def processes(self) -> list[ReaderProcess]:
        """The processes that answer or are ready to."""
        return self._pool.processes()

    def figures(self) -> tuple[int, int]:
        """How many queries are being answered, and how many wait."""
        return self._pool.figures()

    def _bounds(self, timeout: float | None, client: str) -> Bounds:
        settings = self._settings
        seconds = min(timeout or settings.query_timeout, settings.query_timeout)
        return Bounds(seconds, settings.query_max_bytes, settings.query_max_rows, client=client)

    def _answer(self, request: QueryRequest, bounds: Bounds) -> Answer:
        called = Event()
        turn = self._pool.enter(bounds, called.set)
        if not turn.called:
            called.wait(max(0.0, self._pool.latest(turn) - monotonic()))
        reader = self._pool.take(turn)
        try:
            reader.send(request, bounds.rows)
            head = reader.head()
            chunk, last = reader.chunk()
            refuse_large(turn, len(chunk))
        except RubricatorError:
            self._pool.end(turn)
            raise
        except BaseException:
            self._pool.abandon(turn)
            raise
        media_type, revision = head["media_type"], head["revision"]
        if last:
            self._pool.end(turn)
            return Answer(media_type, revision, iter((chunk,)), lambda: None, small=True)
        chunks = self._chunks(turn, reader, chunk)
        return Answer(media_type, revision, chunks, lambda: self._pool.abandon(turn), deadline=turn.deadline)

    def _chunks(self, turn: Turn, reader: ReaderProcess, chunk: bytes) -> Iterator[bytes]:
        size, last = len(chunk), False
        try:
            yield chunk
            while not last:
                chunk, last = reader.chunk()
                size += len(chunk)
                refuse_large(turn, size)
                if last:
                    self._pool.end(turn)  # before the last chunk is handed over, which may take the client long
                yield chunk
        except RubricatorError as error:
            raise AnswerBroken(f"The answer was cut: {error}") from error
        finally:
            self._pool.abandon(turn)

    async def _turn(self, bounds: Bounds) -> Turn:
        """A turn whose time has come, or that waited as long as makes sense."""
        loop = asyncio.get_running_loop()
        called: asyncio.Future[None] = loop.create_future()
        here = get_ident()

        def call() -> None:
            if get_ident() == here:
                _finish(called)
            else:
                loop.call_soon_threadsafe(_finish, called)

        turn = self._pool.enter(bounds, call)
        if not turn.called:
            until = loop.call_later(max(0.0, self._pool.latest(turn) - monotonic()), _finish, called)
            try:
                await called
            except BaseException:
                self._pool.leave(turn)
                raise
            finally:
                until.cancel()
        return turn

    async def _rest(self, line: Line, turn: Turn, chunk: bytes) -> AsyncIterator[bytes]:
        size, last = len(chunk), False
        try:
            yield chunk
            while not last:
                chunk, last = await line.chunk()
                size += len(chunk)
                refuse_large(turn, size)
                if last:
                    self._pool.end(turn)  # before the last chunk is handed over, which may take the client long
                yield chunk
        except RubricatorError as error:
            raise AnswerBroken(f"The answer was cut: {error}") from error
        finally:
            self._hang_up(line, turn)

    async def _leave(self, line: Line, turn: Turn) -> None:
        """Nobody wants an answer any more. One that is there soon costs less than another process."""
        with suppress(RubricatorError, TimeoutError):
            try:
                async with asyncio.timeout(SLOW_SECONDS):
                    while not (await line.chunk())[1]:
                        pass
                self._pool.end(turn)
            finally:
                self._hang_up(line, turn)

    def _hang_up(self, line: Line, turn: Turn) -> None:
        line.close()
        self._pool.abandon(turn)


def _finish(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
