"""Every request as one fact, once its answer has left: for the figures and for the access log."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from time import perf_counter
from typing import Literal

from rubricator_service.front.messages import Request

Outcome = Literal["whole", "broken", "left"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of its answer. Times are in seconds since the request came.

    ``outcome`` is ``broken`` where the answer was cut after it began, and ``left`` where its client went away; where it
    did so before the answer began, there is no ``status`` and no ``first_byte``.
    ``route`` names what answered, without anything of the address; ``problem`` is the slug of the error that was
    answered; ``query`` is the beginning of the SHA-256 of a query's text.
    """

    method: str
    route: str
    status: int | None
    outcome: Outcome
    first_byte: float | None
    seconds: float
    size: int
    problem: str | None = None
    query: str | None = None


class Watch:
    """Tells ``listeners`` of each request when its answer has ended, however it ended. Of one event loop."""

    def __init__(self, *listeners: Callable[[Exchange], None]) -> None:
        self._listeners = listeners
        self.open = 0
        """Requests whose answers have not ended."""

    def tell(self, exchange: Exchange) -> None:
        for listener in self._listeners:
            listener(exchange)

    def begin(self, request: Request) -> "Watched":
        self.open += 1
        return Watched(self, request)


class Watched:
    """A request under way."""

    def __init__(self, watch: Watch, request: Request) -> None:
        self._watch = watch
        self._request = request
        self._began = perf_counter()
        self._first_byte: float | None = None
        self._status: int | None = None
        self.size = 0
        """Bytes of the body that have left."""
        self.outcome: Outcome = "broken"

    def begun(self, status: int) -> None:
        """The answer begins."""
        self._status, self._first_byte = int(status), perf_counter() - self._began

    def end(self) -> None:
        """The answer has ended."""
        self._watch.open -= 1
        notes = {"route": "none", **self._request.notes}
        status, seconds = self._status, perf_counter() - self._began
        if status is None and self.outcome != "left":  # the server says so in our place
            status = int(HTTPStatus.INTERNAL_SERVER_ERROR)
        exchange = Exchange(
            self._request.method, status=status, outcome=self.outcome, size=self.size,
            first_byte=self._first_byte, seconds=seconds, **notes,
        )  # fmt: skip
        self._watch.tell(exchange)
