"""What the public asks and what it gets, whoever answers: readers of snapshots or a foreign server."""

import math
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from rubricator.store.errors import QueryTooLong
from rubricator.store.mediatypes import JSON, TURTLE


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A read-only query with all that its answer depends on.

    ``base`` resolves relative IRIs. The graphs are the dataset that the protocol gives, absolute IRIs; none at all mean
    that of the store. ``solutions`` is the media type for SELECT and ASK, ``graph`` that for CONSTRUCT and DESCRIBE;
    None means that the client accepts no such thing. ``services`` are the IRIs that it may call by SERVICE.
    """

    query: str
    base: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    solutions: str | None = JSON
    graph: str | None = TURTLE
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose first chunk is there. ``revision`` names the state of the store that it was read from.

    Iterating ``chunks`` raises AnswerBroken if the answer is cut. Who stops iterating early must call ``close``. The
    first chunk of a ``small`` answer is all of it. After its ``deadline``, on the monotonic clock, nothing more comes.
    """

    media_type: str
    revision: str
    chunks: Iterator[bytes]
    stop: Callable[[], None]
    small: bool = False
    deadline: float = math.inf

    def close(self) -> None:
        """Stop the query, if it still runs."""
        self.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class AsyncAnswer:
    """The same for an event loop. ``body`` is all of a small answer, or the chunks of a larger one."""

    media_type: str
    revision: str
    body: bytes | AsyncIterator[bytes]
    close: Callable[[], None]


class Readers(Protocol):
    """Answers queries; safe to use from many threads. ``client`` is who asks: nobody may keep others waiting.

    ``ask`` answers in an event loop what takes no thread to answer, and ``look_up``, of that loop's thread too, what
    takes no waiting at all; for all else they give None. ``figures`` are how many queries are being answered, and how
    many wait.
    """

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer: ...
    async def ask(
        self, request: QueryRequest, timeout: float | None = None, client: str = ""
    ) -> AsyncAnswer | None: ...
    def look_up(self, request: QueryRequest, revision: str | None) -> AsyncAnswer | None: ...
    def download(self, request: QueryRequest, client: str = "") -> Answer: ...
    def figures(self) -> tuple[int, int]: ...
    def close(self) -> None: ...


def refuse_long(request: QueryRequest, most: int) -> None:
    """Raise QueryTooLong for a query of more bytes than are read here."""
    if len(request.query.encode(errors="replace")) > most:
        raise QueryTooLong(f"The query is longer than {most:,} bytes: ask in parts.")
