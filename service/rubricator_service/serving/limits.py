"""What one client may ask for, so that there is enough for the others: requests a second, at once, and errors."""

import math
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Self

from flask import Flask, Response, g, has_request_context, request
from werkzeug.wsgi import ClosingIterator

from rubricator.errors import RubricatorError
from rubricator.settings import Settings
from rubricator.store.answers import Answer, QueryRequest, Readers
from rubricator.store.errors import TooManyAtOnce, TooManyErrors, TooManyRequests
from rubricator_service.serving.clients import Clients
from rubricator_service.serving.patience import wait_for_client

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_CLIENTS = 10_000
ERROR_SECONDS = 60.0
_QUERIES = "sparql.endpoint"
_FREE = frozenset({"operations.alive", "operations.ready", "operations.figures", "static"})
# What is not the asker's fault, and what this budget itself brings about.
_NO_FAULT = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(slots=True)
class _Account:
    """What is known of one client: ``left`` requests at the time ``seen``, and the times of its last ``errors``."""

    left: float
    seen: float
    errors: deque[float]
    open: int = 0


class Budgets:
    """Accounts of the clients that asked last: a token bucket, requests that are open, and errors of the last minute.

    Thread-safe. Who was forgotten begins anew, so memory stays bounded however many ask. ``clock`` gives seconds.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = monotonic) -> None:
        self._rate = settings.client_rate
        self._burst = settings.client_burst
        self._at_once = settings.client_requests
        self._errors = settings.client_errors
        self._clock = clock
        self._lock = Lock()
        self._accounts = OrderedDict[str, _Account]()

    def __len__(self) -> int:
        return len(self._accounts)

    def enter(self, client: str, *, asks: bool) -> None:
        """Take one request from a client's budget; ``asks`` says that it is a query. ``leave`` must follow.

        Raises TooManyRequests, TooManyErrors or TooManyAtOnce, after which ``leave`` must not follow.
        """
        now = self._clock()
        with self._lock:
            account = self._of(client, now)
            account.left = min(self._burst, account.left + (now - account.seen) * self._rate)
            account.seen = now
            if account.left < 1:
                wait = math.ceil((1 - account.left) / self._rate)
                raise TooManyRequests(
                    f"More than {self._rate:g} requests a second came from your address: ask again in {wait} s.", wait
                )
            if asks and len(account.errors) == self._errors and now - account.errors[0] < ERROR_SECONDS:
                wait = math.ceil(ERROR_SECONDS - (now - account.errors[0]))
                raise TooManyErrors(
                    f"{self._errors} queries from your address failed within a minute: correct them, and ask again in "
                    f"{wait} s.",
                    wait,
                )
            if account.open >= self._at_once:
                raise TooManyAtOnce(f"{self._at_once} requests from your address are open: wait for their answers.")
            account.left -= 1
            account.open += 1

    def leave(self, client: str) -> None:
        """A request is answered, or its client gone."""
        with self._lock:
            account = self._accounts.get(client)
            if account is not None:
                account.open = max(0, account.open - 1)

    def failed(self, client: str) -> None:
        """A query of the client failed, by its own fault."""
        now = self._clock()
        with self._lock:
            self._of(client, now).errors.append(now)

    def _of(self, client: str, now: float) -> _Account:
        account = self._accounts.get(client)
        if account is None:
            account = self._accounts[client] = _Account(self._burst, now, deque(maxlen=self._errors))
            if len(self._accounts) > MOST_CLIENTS:
                self._accounts.popitem(last=False)
        self._accounts.move_to_end(client)
        return account


@dataclass(frozen=True, slots=True)
class InTheNameOfClients:
    """Asks the readers in the name of whoever made the current request, so that each gets a share of them."""

    readers: Readers

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        return self.readers.run(request, timeout, client or _client())

    def download(self, request: QueryRequest, client: str = "") -> Answer:
        return self.readers.download(request, client or _client())

    def close(self) -> None:
        self.readers.close()


ENTERED = "rubricator.entered"
"""In the environment of a request that was let in before the application had it: the client whose it is."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Who asks, what they may ask for, and how many seconds they have for it."""

    clients: Clients
    budgets: Budgets
    patience: float

    @classmethod
    def of(cls, settings: Settings) -> Self:
        clients = Clients(settings.trusted_proxies, settings.forwarded_header)
        return cls(clients, Budgets(settings), settings.graph_timeout)

    def client(self, environ: "WSGIEnvironment") -> str:
        """Names the client of a request."""
        header = f"HTTP_{self.clients.header.upper().replace('-', '_')}"
        return self.clients.of(environ.get("REMOTE_ADDR", ""), environ.get(header, ""))


def limit(app: Flask, gate: Gate) -> None:
    """Hold every client of the application to its budgets, but for health, figures, style sheets and preflights."""
    budgets = gate.budgets

    @app.before_request
    def enter() -> None:
        wait_for_client(request.environ, gate.patience)
        g.client = request.environ.get(ENTERED) or gate.client(request.environ)
        if request.endpoint not in _FREE and request.method != "OPTIONS":
            if ENTERED not in request.environ:
                budgets.enter(g.client, asks=request.endpoint == _QUERIES)
            g.entered = True

    @app.after_request
    def leave(response: Response) -> Response:
        if not g.pop("entered", False):
            return response
        client, asks = _client(), request.endpoint == _QUERIES
        if asks and response.status_code >= HTTPStatus.BAD_REQUEST and response.status_code not in _NO_FAULT:
            budgets.failed(client)
        if response.is_sequence:
            budgets.leave(client)
        elif response.direct_passthrough:
            # Werkzeug hands a file to the server as it is, and what is to be called on close would never be.
            file = response.response
            response.response = ClosingIterator(file, [lambda: budgets.leave(client)])  # type: ignore[arg-type]
        else:
            stream = _Open(response.iter_encoded(), client, budgets)
            response.response = iter(stream)
            response.call_on_close(stream.leave)
        return response


class _Open:
    """A body on its way, whose request stays open until its end, or until its client is gone."""

    def __init__(self, body: Iterable[bytes], client: str, budgets: Budgets) -> None:
        self._body = body
        self._client = client
        self._budgets = budgets
        self._left = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._body
        except RubricatorError:
            self._budgets.failed(self._client)
            raise
        finally:
            self.leave()

    def leave(self) -> None:
        if not self._left:
            self._left = True
            self._budgets.leave(self._client)


def _client() -> str:
    return str(g.get("client", "")) if has_request_context() else ""
