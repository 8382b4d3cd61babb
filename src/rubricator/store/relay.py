"""A server on loopback that passes on what a reader asks of other servers, carefully, while the query runs."""

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from rubricator.errors import RubricatorError
from rubricator.settings import Settings
from rubricator.store.errors import ServiceFailed
from rubricator.store.mediatypes import JSON
from rubricator.store.protocol import SPARQL_QUERY
from rubricator.transfer.deadline import Deadline
from rubricator.transfer.errors import TransferError
from rubricator.transfer.get import Limits, Response, post
from rubricator.transfer.target import parse_target

MOST_REQUESTS = 32
_SILENCE = 10.0


class Visit:
    """One query's leave to ask certain servers, until it is closed. ``failure`` says what went wrong last.

    ``addresses`` stand for the servers, in their order; nobody else can guess them.
    """

    def __init__(self, relay: "Relay", endpoints: Sequence[str]) -> None:
        self.ticket = secrets.token_urlsafe(24)
        self.failure: ServiceFailed | None = None
        self.addresses = tuple(f"{relay.url}/{self.ticket}/{number}" for number in range(len(endpoints)))
        self._endpoints = dict(zip(self.addresses, endpoints, strict=True))
        self._relay = relay
        self._answers = dict[tuple[str, bytes], bytes]()
        self._deadline: Deadline | None = None
        self._closed = False
        self._lock = Lock()

    def ask(self, address: str, query: bytes) -> bytes:
        """The whole answer of the server behind an address, in JSON. Oxigraph may ask the same for each row: once is
        enough. Raises ServiceFailed.
        """
        endpoint = self._endpoints[address]
        if (endpoint, query) not in self._answers:
            try:
                self._answers[endpoint, query] = self._asked(endpoint, query)
            except (RubricatorError, ValueError, RecursionError) as error:
                self.failure = ServiceFailed(f"The query needs <{endpoint}>, which gave no whole answer: {error}")
                raise self.failure from error
        return self._answers[endpoint, query]

    def close(self) -> None:
        """Take the leave back, and hang up."""
        with self._lock:
            self._closed = True
            if self._deadline is not None:
                self._deadline.call_off()
        self._relay.forget(self)

    def _asked(self, endpoint: str, query: bytes) -> bytes:
        if len(self._answers) >= MOST_REQUESTS:
            raise ServiceFailed(f"one query may ask others {MOST_REQUESTS} times, so put SERVICE outside of FILTER.")
        with self._lock:
            if self._closed:
                raise ServiceFailed("the query has ended.")
            self._deadline = Deadline(self._relay.settings.service_timeout)
        room = self._relay.settings.service_max_bytes - sum(map(len, self._answers.values()))
        return fetch(endpoint, query, self._relay.settings, self._deadline, room)


class Relay:
    """Listens on a loopback port from the first visit on. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._visits = dict[str, Visit]()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.1,), name="relay", daemon=True).start()

    def open(self, endpoints: Sequence[str]) -> Visit:
        visit = Visit(self, endpoints)
        self._visits[visit.ticket] = visit
        return visit

    def forget(self, visit: Visit) -> None:
        self._visits.pop(visit.ticket, None)

    def visit(self, ticket: str) -> Visit | None:
        return self._visits.get(ticket)

    def close(self) -> None:
        for visit in list(self._visits.values()):
            visit.close()
        self._server.shutdown()
        self._server.server_close()


def fetch(endpoint: str, query: bytes, settings: Settings, deadline: Deadline, room: int) -> bytes:
    """Ask one server, for an answer of ``room`` bytes at the most.

    JSON has an end that can be seen, so what is cut is never taken for whole. The host is looked up once, and none of
    its addresses may be private, unless the settings name host and port. Raises TransferError or ServiceFailed;
    ValueError for what is no JSON, RecursionError for what nests too deeply to tell.
    """
    target = parse_target(endpoint)
    host = f"[{target.host}]" if ":" in target.host else target.host
    private = f"{host}:{target.port}".lower() in settings.service_private
    limits = Limits(min(_SILENCE, settings.service_timeout), room, 0, allow_private=private)
    try:
        with post(endpoint, query, limits, deadline, {"Content-Type": SPARQL_QUERY, "Accept": JSON}) as response:
            return _whole(response)
    except TransferError as error:
        if error.code == "private-address":
            raise ServiceFailed(f"{target.host} lies in a private network or on this machine.") from error
        raise


def _whole(response: Response) -> bytes:
    if response.status != HTTPStatus.OK:
        raise ServiceFailed(f"it answered with status {response.status}; redirects are not followed.")
    body = bytearray()
    response.copy(body.extend)
    answer = json.loads(body)
    if not isinstance(answer, dict) or not {"results", "boolean"} & answer.keys():
        raise ServiceFailed("its JSON holds no SPARQL results.")
    return bytes(body)


def _handler_of(relay: Relay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            visit = relay.visit(self.path.split("/")[1])
            address = f"{relay.url}{self.path}"
            if visit is None or address not in visit.addresses:
                self._reply(HTTPStatus.NOT_FOUND, b"")
                return
            try:
                self._reply(HTTPStatus.OK, visit.ask(address, query))
            except ServiceFailed:
                self._reply(HTTPStatus.BAD_GATEWAY, b"")

        def _reply(self, status: HTTPStatus, body: bytes) -> None:
            with suppress(OSError):  # the reader was killed
                self.send_response(status)
                self.send_header("Content-Type", JSON)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is logged: addresses are secret."""

    return Handler
