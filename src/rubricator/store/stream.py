"""Turns a function that writes into chunks that are pulled, with the writer in a thread of its own.

Oxigraph pushes results into a file and wants them made and used in one thread; web servers pull chunks.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, Queue
from threading import Event, Thread
from typing import IO, cast

from werkzeug import Request, Response

from rubricator.store.negotiation import with_charset

CHUNK = 64 * 2**10
_WAITING_CHUNKS = 8

Writer = Callable[[Callable[[str], IO[bytes]]], None]


class Stream:
    """The media type and the chunks that ``write`` produces.

    ``write`` gets a function that opens the body under a media type. An error before the first chunk is raised here, a
    later one while iterating; ``close`` stops the writer at its next write.
    """

    def __init__(self, write: Writer) -> None:
        self.media_type = ""
        self._queue = Queue[bytes | BaseException | None](_WAITING_CHUNKS)
        self._closed = Event()
        Thread(target=self._produce, args=(write,), name="stream", daemon=True).start()
        self._first = self._next()

    def __iter__(self) -> Iterator[bytes]:
        chunk = self._first
        while chunk is not None:
            yield chunk
            chunk = self._next()

    def close(self) -> None:
        self._closed.set()
        with suppress(Empty):
            while True:
                self._queue.get_nowait()

    def _next(self) -> bytes | None:
        chunk = self._queue.get()
        if isinstance(chunk, BaseException):
            raise chunk
        return chunk

    def _produce(self, write: Writer) -> None:
        sink = _Sink(self._queue, self._closed)

        def open_body(media_type: str) -> IO[bytes]:
            self.media_type = media_type
            return cast("IO[bytes]", sink)

        end: BaseException | None = None
        try:
            write(open_body)
            sink.flush()
        except BaseException as error:  # noqa: BLE001 - a panic of Oxigraph too must reach the one who pulls
            end = error.with_traceback(None)  # whose frames hold results, which must die in this thread
        if not self._closed.is_set():
            self._queue.put(end)


class _Sink:
    """Gathers what is written into chunks."""

    def __init__(self, queue: "Queue[bytes | BaseException | None]", closed: Event) -> None:
        self._queue = queue
        self._closed = closed
        self._gathered = bytearray()

    def write(self, data: bytes) -> int:
        if self._closed.is_set():
            raise BrokenPipeError("nobody reads this answer any more")
        self._gathered += data
        if len(self._gathered) >= CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._gathered:
            self._queue.put(bytes(self._gathered))
            self._gathered.clear()


def streamed(request: Request, write: Writer) -> Response:
    """The HTTP response of what ``write`` produces: whole, or visibly broken.

    HTTP/1.0 has no way to break an answer visibly, so there it is sent only once it is whole.
    """
    stream = Stream(write)
    whole = request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0"
    body = b"".join(stream) if whole else stream
    response = Response(body, content_type=with_charset(stream.media_type))
    response.call_on_close(stream.close)
    return response
