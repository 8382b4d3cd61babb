"""A web server on loopback that sends exactly the bytes it is told to, or fewer, or none, or slowly."""

import gzip
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.fakes.serving import running

Behaviour = Callable[["WebServer"], Iterator[bytes]]
"""What goes over the wire, piece by piece; then the connection is closed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in; ``path`` has the query, ``at`` is in seconds on a clock of its own."""

    path: str
    headers: Message
    at: float


@dataclass
class WebServer:
    """``url`` has no slash at its end. ``asked`` are all requests so far, ``most_at_once`` how many of them waited for
    an answer at the same time at most.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    _at_once: int = 0
    _scripts: dict[str, list[Behaviour]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answers(self, path: str, *behaviours: bytes | Behaviour) -> str:
        """Script what is sent for a path, request after request, the last one again and again. Returns its address."""
        self._scripts[path] = [_sending(each) if isinstance(each, bytes) else each for each in behaviours]
        return self.url + path

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def answer(self, request: Asked) -> Iterator[bytes]:
        """What is sent for one request, by its script."""
        with self._lock:
            self.asked.append(request)
            script = self._scripts[request.path] or [_sending(reply(b"", 404))]
            behaviour = script.pop(0) if len(script) > 1 else script[0]
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        pieces = behaviour(self)
        first = next(pieces, b"")
        with self._lock:
            self._at_once -= 1
        yield first
        yield from pieces


def reply(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """A whole answer with its length, unless ``headers`` have another or say that it comes in chunks."""
    lines = {"Content-Length": str(len(body)), **(headers or {})}
    if "Transfer-Encoding" in lines:
        del lines["Content-Length"]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode() + body


def redirect(location: str) -> bytes:
    return reply(b"", 302, {"Location": location})


def silence(server: WebServer) -> Iterator[bytes]:
    """Takes the request, and never says anything."""
    server.stopping.wait()
    yield from ()


def slowly(content: bytes, seconds: float) -> Behaviour:
    """Sends it after a while."""

    def wait(server: WebServer) -> Iterator[bytes]:
        server.stopping.wait(seconds)
        yield content

    return wait


def dripping(start: bytes) -> Behaviour:
    """Sends ``start``, then a byte now and then: no single read ever takes long."""

    def drip(server: WebServer) -> Iterator[bytes]:
        yield start
        while not server.stopping.wait(0.02):
            yield b"x"

    return drip


def gzip_bomb(megabytes: int) -> bytes:
    """An answer that is a thousand times as large once unpacked."""
    packed = gzip.compress(bytes(megabytes * 2**20))
    return reply(packed, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})


def _sending(content: bytes) -> Behaviour:
    return lambda _server: iter([content])


@contextmanager
def web_server(certificate: tuple[str, str] | None = None) -> Iterator[WebServer]:
    """Serve until the block ends; over https with a ``certificate`` file and its key file."""
    fake = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(OSError):
                for piece in fake.answer(Asked(self.path, self.headers, time.monotonic())):
                    self.wfile.write(piece)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Clients that hang up, or trust no certificate, are what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    fake.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    with running(server, fake.stopping):
        yield fake


@dataclass
class Internet:
    """Names and addresses of the open internet that lead to loopback; ``connected`` are the addresses asked for."""

    names: dict[str, list[str]] = field(default_factory=dict)
    servers: dict[str, int] = field(default_factory=dict)
    connected: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)

    def host(self, name: str, address: str, server: WebServer) -> None:
        """``http://{name}`` is at this address, which the server listens on."""
        self.names[name] = [address]
        self.servers[address] = int(server.url.rpartition(":")[2])


@contextmanager
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """Pretends, below the sockets, that servers on loopback are somewhere else."""
    fake = Internet()
    real_lookup, real_connect = socket.getaddrinfo, socket.socket.connect

    def lookup(host: str, *rest: Any, **named: Any) -> list[Any]:
        fake.looked_up.append(host)
        addresses = fake.names.get(host, [host])
        return [found for address in addresses for found in real_lookup(address, *rest, **named)]

    def connect(sock: socket.socket, address: tuple[str, int]) -> None:
        fake.connected.append(address[0])
        port = fake.servers.get(address[0])
        real_connect(sock, ("127.0.0.1", port) if port else address)

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lookup)
        patch.setattr(socket.socket, "connect", connect)
        yield fake
