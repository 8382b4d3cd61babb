"""Every request as one fact, once its answer has left: for the figures and for the access log."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOTES = "rubricator.notes"
"""Where in the environment the application notes what only it knows of a request."""

Outcome = Literal["whole", "broken", "left"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of its answer. Times are in seconds since the request came.

    ``outcome`` is ``broken`` where the answer was cut after it began, and ``left`` where its client went away.
    ``route`` names what answered, without anything of the address; ``problem`` is the slug of the error that was
    answered; ``query`` is the beginning of the SHA-256 of a query's text.
    """

    method: str
    route: str
    status: int
    outcome: Outcome
    first_byte: float
    seconds: float
    size: int
    problem: str | None = None
    query: str | None = None


def note(environ: "WSGIEnvironment", **what: str) -> None:
    """Add to what will be told of this request: ``route``, ``problem`` or ``query``."""
    environ.setdefault(NOTES, {}).update(what)


class Watched:
    """WSGI middleware that tells ``listeners`` of each request when its answer has ended, however it ended."""

    def __init__(self, application: "WSGIApplication", *listeners: Callable[[Exchange], None]) -> None:
        self._application = application
        self._listeners = listeners
        self._lock = Lock()
        self.open = 0
        """Requests whose answers have not ended."""

    def tell(self, exchange: Exchange) -> None:
        """Tell of a request that was answered without coming through here."""
        for listener in self._listeners:
            listener(exchange)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began, status, begun = perf_counter(), [int(HTTPStatus.INTERNAL_SERVER_ERROR)], [0.0]

        def start(line: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            status[0], begun[0] = int(line[:3]), perf_counter() - began
            return start_response(line, headers, error)

        def end(outcome: Outcome, size: int) -> None:
            with self._lock:
                self.open -= 1
            notes = {"route": "none", **environ.get(NOTES, {})}
            told = Exchange(
                environ["REQUEST_METHOD"], status=status[0], outcome=outcome, size=size,
                first_byte=begun[0], seconds=perf_counter() - began, **notes,
            )  # fmt: skip
            self.tell(told)

        with self._lock:
            self.open += 1
        try:
            body = self._application(environ, start)
        except BaseException:
            end("broken", 0)
            raise
        return _Body(body, end)


class _Body:
    """An answer's chunks; says once how they ended."""

    def __init__(self, chunks: Iterable[bytes], end: Callable[[Outcome, int], None]) -> None:
        self._chunks = chunks
        self._rest: Iterator[bytes] = iter(chunks)
        self._end = end
        self._outcome: Outcome = "left"
        self._size = 0

    def __iter__(self) -> "_Body":
        return self

    def __next__(self) -> bytes:
        try:
            chunk = next(self._rest)
        except StopIteration:
            self._outcome = "whole"
            raise
        except BaseException:
            self._outcome = "broken"
            raise
        self._size += len(chunk)
        return chunk

    def close(self) -> None:
        try:
            if hasattr(self._chunks, "close"):
                self._chunks.close()
        finally:
            self._end(self._outcome, self._size)
