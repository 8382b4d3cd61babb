"""The application behind the front: WSGI, called in threads, none of which waits for a client.

A thread makes the head and the first piece of an answer, and each further piece when the client has taken the last.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, cast

from werkzeug.wsgi import FileWrapper

from rubricator.store.errors import QueueFull
from rubricator_service.front.messages import Fields, Reply, Request, fields_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_FILE_PIECE = 256 * 2**10
_CALLS_A_THREAD = 4  # of more than that, those who wait are better told to come back
_NOT_PREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


@dataclass(slots=True)
class _Begun:
    """An answer whose head and first piece are there; without ``rest`` that is all of it."""

    status: int
    headers: Fields
    first: bytes
    rest: Iterator[bytes] | None
    whole: Iterable[bytes]


class Threads:
    """Calls an application, at most ``count`` times at once."""

    def __init__(self, application: "WSGIApplication", count: int) -> None:
        self._application = application
        self._count = count
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="application")
        self.called = 0
        """Calls whose first piece is not there yet."""

    @property
    def busy(self) -> bool:
        """Whether whoever calls now has to wait for a thread."""
        return self.called >= self._count

    async def call(self, environ: "WSGIEnvironment", ended: Callable[[], object]) -> Reply:
        """The application's answer. Errors of the application before its first piece are raised.

        ``ended`` is called once no thread works for it any more, also where nobody waits for it. Raises QueueFull.
        """
        if self.called >= _CALLS_A_THREAD * self._count:
            ended()
            raise QueueFull("Too much is asked at once: ask again in a moment.")
        running = _Running(self._threads, ended)
        self.called += 1
        try:
            begun: _Begun = await running.step(_begin, self._application, environ)
        except BaseException:
            running.finish(None)
            running.then(self._has_begun)
            raise
        self._has_begun()
        reply = Reply(begun.status, begun.headers, begun.first)
        if begun.rest is None:
            reply.closing.append(ended)
        else:
            reply.body = running.pieces(begun.first, begun.rest)
            reply.closing.append(lambda: running.finish(begun.whole))
        return reply

    def _has_begun(self) -> None:
        self.called -= 1

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Running:
    """One answer in the making: its steps follow one another, in any thread and in one context."""

    def __init__(self, threads: ThreadPoolExecutor, ended: Callable[[], object]) -> None:
        self._threads = threads
        self._ended = ended
        self._context: Context = copy_context()
        self._step: asyncio.Future[Any] | None = None

    async def step(self, function: Any, *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        self._step = step = loop.run_in_executor(self._threads, self._context.run, function, *arguments)
        try:
            return await asyncio.shield(step)
        except asyncio.CancelledError:  # a thread cannot be stopped: what it makes is closed when it is done
            step.add_done_callback(self._put_away)
            raise

    async def pieces(self, first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
        yield first
        while (piece := await self.step(next, rest, None)) is not None:
            if piece:
                yield piece

    def finish(self, whole: Iterable[bytes] | None) -> None:
        """Have the answer closed, once no step is under way."""
        self.then(lambda: self._end(whole))

    def then(self, function: Callable[[], object]) -> None:
        """Call ``function``, once no step is under way."""
        if self._step is not None and not self._step.done():
            self._step.add_done_callback(lambda _: function())
        else:
            function()

    def _end(self, whole: Iterable[bytes] | None) -> None:
        self._close(whole)
        self._ended()

    def _close(self, whole: Iterable[bytes] | None) -> None:
        close = getattr(whole, "close", None)
        if close is None:
            return
        try:
            self._threads.submit(self._context.run, close)
        except RuntimeError:  # the server has stopped, and its threads with it
            self._context.run(close)

    def _put_away(self, step: "asyncio.Future[Any]") -> None:
        if not step.cancelled() and step.exception() is None and isinstance(step.result(), _Begun):
            self._close(step.result().whole)


def environ_of(request: Request, body: bytes, root: str) -> "WSGIEnvironment":
    """A request as WSGI has it (PEP 3333)."""
    server = request.scope.get("server") or ("localhost", None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": root,
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": request.peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _file,
    }
    for name, value in request.headers.items():
        environ[_NOT_PREFIXED.get(name) or f"HTTP_{name.upper().replace('-', '_')}"] = value
    if request.headers.get("transfer-encoding"):
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _file(file: IO[bytes], _size: int = 0) -> FileWrapper:
    return FileWrapper(file, _FILE_PIECE)


def _begin(application: "WSGIApplication", environ: "WSGIEnvironment") -> _Begun:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:  # noqa: ARG001
        started[:] = [(status, headers)]
        return _refuse_write

    whole = application(environ, cast("Any", start))
    close = getattr(whole, "close", lambda: None)
    try:
        pieces = iter(whole)
        first = next((piece for piece in pieces if piece), None)
        status = int(started[0][0][:3])
        headers = fields_of(started[0][1])
        headers.pop("date", None)  # which the server tells
    except BaseException:
        close()
        raise
    if first is None or str(len(first)) == headers.get("content-length"):
        close()
        return _Begun(status, headers, first or b"", None, whole)
    return _Begun(status, headers, first, pieces, whole)


def _refuse_write(_data: bytes) -> object:
    raise NotImplementedError("answers are returned, not written")
