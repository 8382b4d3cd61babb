"""HTTP by hand: requests byte by byte, and answers as they stand on the wire."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from time import sleep
from types import TracebackType
from typing import Self

PIECE = 128 * 2**10
"""Bytes that are read of a body at once."""


class Cut(Exception):
    """The connection ended in the middle of an answer. ``got`` is what had come of its body."""

    def __init__(self, got: bytes) -> None:
        super().__init__(f"after {len(got)} bytes of the body")
        self.got = got


@dataclass(frozen=True, slots=True)
class Told:
    """An answer. ``headers`` are by their names in lower case; ``body`` is without chunks, and still coded."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """One connection. ``narrow`` is that of a client which takes little before it has read."""

    def __init__(self, port: int, *, source: str = "127.0.0.1", narrow: bool = False) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(20)
        if narrow:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", port))
        self._stream = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._stream.close()
        self.socket.close()

    def send(self, request: bytes) -> None:
        self.socket.sendall(request)

    def ask(self, request: bytes) -> Told:
        """Send a whole request, and read its answer."""
        self.send(request)
        return self.read("HEAD" if request.startswith(b"HEAD ") else "GET")

    def read(self, method: str = "GET", pause: float = 0.0) -> Told:
        """The next answer, to a request of that method. Raises Cut where it ends early.

        A slow reader makes a ``pause``, in seconds, before each piece of a body.
        """
        status = int(self._line(b"").split()[1])
        headers = dict[str, str]()
        while line := self._line(b"").decode("latin-1"):
            name, _, value = line.partition(":")
            assert name.lower() not in headers, f"{name} came twice"
            headers[name.lower()] = value.strip()
        if method == "HEAD" or status in (100, 204, 304):
            return Told(status, headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            return Told(status, headers, self._chunks())
        left, got = int(headers["content-length"]), b""
        while left:
            sleep(pause)
            got += self._bytes(min(left, PIECE), got)
            left -= min(left, PIECE)
        return Told(status, headers, got)

    def ended(self) -> bool:
        """Whether the other side has closed the connection, without another byte; waits for it."""
        try:
            return self._stream.read(1) == b""
        except ConnectionError:
            return True

    def _chunks(self) -> bytes:
        got = b""
        while size := int(self._line(got), 16):
            got += self._bytes(size, got)
            self._line(got)
        self._line(got)
        return got

    def _line(self, got: bytes) -> bytes:
        line = self._read(self._stream.readline, got)
        if not line.endswith(b"\r\n"):
            raise Cut(got)
        return line[:-2]

    def _bytes(self, size: int, got: bytes) -> bytes:
        read = self._read(lambda: self._stream.read(size), got)
        if len(read) < size:
            raise Cut(got + read)
        return read

    @staticmethod
    def _read(read: Callable[[], bytes], got: bytes) -> bytes:
        try:
            return read()
        except ConnectionError:
            raise Cut(got) from None


def request(path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> bytes:
    """The bytes of a request; underscores in names of headers stand for hyphens."""
    fields = {"Host": "x"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        fields["Content-Length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + (body or b"")
