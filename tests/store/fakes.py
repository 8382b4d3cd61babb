"""A SPARQL server that answers as a test tells it, and can cut its answers."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.fakes.serving import running


@dataclass
class Script:
    """``answer`` gets method, path and body, and returns status and body. ``heard`` collects Authorization headers.

    An unframed answer has no length and no chunks: it ends with its connection. A cut answer ends before its last
    chunk, or before its Content-Length. A stalled one stops without ending until ``stalled`` is set.
    """

    answer: Callable[[str, str, bytes], tuple[int, bytes]]
    media_type: str = "text/tab-separated-values"
    cut: bool = False
    chunked: bool = False
    stalled: threading.Event | None = None
    heard: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    unframed: bool = False
    protocol: str = "HTTP/1.1"


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """The URL of a server that plays the script."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def play(self) -> None:
            script.heard.append(self.headers.get("Authorization", ""))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.protocol_version = script.protocol
            status, answer = script.answer(self.command, self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", script.media_type)
            for name, value in script.headers.items():
                self.send_header(name, value)
            if script.unframed:
                self.send_header("Connection", "close")
            elif script.chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(len(answer) + 10 * script.cut))
            self.end_headers()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(answer), answer) if script.chunked else answer)
            if script.chunked and not script.cut:
                self.wfile.write(b"0\r\n\r\n")
            if script.stalled is not None:
                self.wfile.flush()
                script.stalled.wait(20)
            self.close_connection = script.cut

        do_GET = do_POST = do_PUT = do_DELETE = play  # noqa: N815 - http.server's own names

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Nothing is told of clients that go away."""

    server = Server(("127.0.0.1", 0), Handler)
    with running(server, script.stalled or threading.Event()):
        yield f"http://127.0.0.1:{server.server_port}"
