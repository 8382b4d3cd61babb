"""What one client may ask for, so that there is enough for the others: requests a second, at once, and errors."""

import math
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from time import monotonic
from typing import Self

from rubricator.settings import Settings
from rubricator.store.errors import TooManyAtOnce, TooManyErrors, TooManyRequests
from rubricator_service.front.clients import Clients
from rubricator_service.front.messages import Request

MOST_CLIENTS = 10_000
ERROR_SECONDS = 60.0
_QUERIES = "/sparql"
_FREE = ("/healthz", "/readyz", "/metrics", "/static/")
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

    def enter(self, client: str, *, asks: bool, cost: int = 1) -> None:
        """Take one request, of this ``cost``, from a client's budget; ``asks`` says that it is a query. ``leave`` must
        follow.

        Raises TooManyRequests, TooManyErrors or TooManyAtOnce, after which ``leave`` must not follow.
        """
        now = self._clock()
        with self._lock:
            account = self._of(client, now)
            account.left = min(self._burst, account.left + (now - account.seen) * self._rate)
            account.seen = now
            if account.left < cost:
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
            account.left -= cost
            account.open += 1

    def leave(self, client: str) -> None:
        """A request is answered, or its client gone."""
        with self._lock:
            account = self._accounts.get(client)
            if account is not None:
                account.open = max(0, account.open - 1)

    def give_back(self, client: str) -> None:
        """Take a request as never entered: it will come again."""
        with self._lock:
            account = self._accounts.get(client)
            if account is not None:
                account.open = max(0, account.open - 1)
                account.left += 1

    def failed(self, client: str) -> None:
        """A query of the client failed, by its own fault."""
        now = self._clock()
        with self._lock:
            self._of(client, now).errors.append(now)

    def _of(self, client: str, now: float) -> _Account:
        account = self._accounts.get(client)
        if account is None:
            if len(self._accounts) >= MOST_CLIENTS:
                self._forget_one()
            account = self._accounts[client] = _Account(self._burst, now, deque(maxlen=self._errors))
        self._accounts.move_to_end(client)
        return account

    def _forget_one(self) -> None:
        """Whoever asked longest ago; nobody whose requests are open, for these are to be counted when they end."""
        idle = next((client for client, account in self._accounts.items() if not account.open), None)
        if idle is not None:
            del self._accounts[idle]


@dataclass(frozen=True, slots=True)
class Gate:
    """Who asks, and what they may ask for."""

    clients: Clients
    budgets: Budgets

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(Clients(settings.trusted_proxies, settings.forwarded_header), Budgets(settings))

    def client(self, request: Request) -> str:
        """Names the client of a request."""
        return self.clients.of(request.peer, request.headers.get(self.clients.header.lower(), ""))

    def enter(self, request: Request, client: str) -> Callable[[], None]:
        """Take a request from its client's budget; the result is to be called once its reply has ended.

        Health, figures, style sheets and preflights are free, but not without end at once; they are counted apart, so
        that whoever asks too much still learns how the service fares. Raises TooManyRequests, TooManyErrors or
        TooManyAtOnce.
        """
        free = request.method == "OPTIONS" or request.path.startswith(_FREE)
        account = f"{client}, for free" if free else client
        self.budgets.enter(account, asks=request.path == _QUERIES, cost=0 if free else 1)
        return lambda: self.budgets.leave(account)

    def blame(self, request: Request, client: str, status: int) -> None:
        """Count a query that failed by its client's fault."""
        if request.path == _QUERIES and status >= HTTPStatus.BAD_REQUEST and status not in _NO_FAULT:
            self.budgets.failed(client)


def nothing_taken() -> None:
    """Nothing was taken, so nothing is to be given back."""
