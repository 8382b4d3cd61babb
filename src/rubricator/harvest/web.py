"""The web as a source of records: asked politely and again, never more often than allowed, and no secret kept."""

import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import islice
from types import TracebackType
from typing import Self, cast
from urllib.parse import urlsplit

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential, wait_random

from rubricator.errors import SourceError, UsageError
from rubricator.harvest.answer import Answer, Request, StatusError, content_type, meaning, validators_of
from rubricator.harvest.courtesy import Notices, Pause, rest_asked_for
from rubricator.harvest.record import NO_VALIDATORS
from rubricator.harvest.redact import redact
from rubricator.rdf import now
from rubricator.settings import Settings
from rubricator.transfer import Deadline, Limits, Response, TransferError, get
from rubricator.transfer.errors import Code

__all__ = ["Answer", "Request", "StatusError", "Web"]

_REDIRECTS = 5
_TRIES = 7
_TRIES_TO_REACH = 3
"""Of a source that has never answered: its address is more likely wrong than the network is to heal."""
_LONGEST_WAIT = 60
"""In first waits."""
_NOTABLE_WAIT = 2
"""In first waits: longer ones are told."""
_PATIENCE = 0.25
"""The share of a request's time that one silence may last, so that there is some left to ask again."""
_PASSING = frozenset({"source-busy", "source-server-error", "source-timeout", "source-truncated", "source-unreachable"})
_CODES: Mapping[Code, str] = {
    "bad-url": "source-bad-url",
    "private-address": "source-private-address",
    "unreachable": "source-unreachable",
    "server-error": "source-server-error",
    "timeout": "source-timeout",
    "too-large": "source-too-large",
    "too-many-redirects": "source-too-many-redirects",
    "truncated": "source-truncated",
}
_SETTINGS = {"timeout": "source_timeout", "too-large": "source_max_bytes"}


class Web:
    """Asks one source. Threads may share it; it is closed at the end of its ``with`` block, and whatever still runs
    then is called off.

    At most ``settings.source_requests`` requests are on their way at a time. Each may be tried several times: while the
    source is busy, faulty or silent, with growing waits, the first about ``first_wait`` seconds long, and as late as
    ``Retry-After`` wants it; all within ``settings.source_timeout``. If one request is told to wait, all do, so after
    ``source-busy`` there is no sense in asking for the next record.

    Long waits are told as ``notices``, also to those who wait before they ask it once more.

    ``headers`` go to the origin of each request's own address and nowhere else, whatever it redirects to. ``secrets``,
    and keys that are echoed, are not in any body or message that comes out.
    """

    def __init__(
        self,
        settings: Settings,
        headers: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
        first_wait: float = 1.0,
    ) -> None:
        self._headers = dict(headers or {})
        for name, value in self._headers.items():
            if not (value.isascii() and value.isprintable()):
                raise UsageError(f"The value for the header {name} has characters that cannot be sent; correct it.")
        self._secrets = tuple(secrets)
        self._seconds = settings.source_timeout
        self._limits = Limits(
            settings.source_timeout * _PATIENCE, settings.source_max_bytes, _REDIRECTS, settings.allow_private_addresses
        )
        self._requests = settings.source_requests
        self._turns = threading.Semaphore(settings.source_requests)
        self._threads = ThreadPoolExecutor(settings.source_requests, "source")
        self._growing = wait_exponential(first_wait, first_wait * _LONGEST_WAIT) + wait_random(0, first_wait)
        self._pause = Pause()
        self.notices = Notices(first_wait * _NOTABLE_WAIT)
        self._answered = False
        self._lock = threading.Lock()
        self._open: set[Deadline] = set()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Call off what still runs, and wait until it has ended."""
        with self._lock:
            self._closed = True
            still_open = list(self._open)
        for deadline in still_open:
            deadline.call_off()
        self._threads.shutdown(cancel_futures=True)

    def get(self, request: Request) -> Answer:
        """The answer to one request. Raises SourceError; StatusError, with what it said, if the source did answer."""
        return self._ask(request, Deadline(self._seconds))

    def get_all(self, requests: Iterable[Request]) -> Generator[Answer | SourceError, None, None]:
        """The answers in the order of the requests, several on their way at a time.

        Requests are taken only as they are needed, ``settings.source_requests`` ahead. Closing the generator calls off
        what is on its way.
        """
        waiting = iter(requests)
        ahead: deque[tuple[Future[Answer | SourceError], Deadline]] = deque()

        def send() -> None:
            for request in islice(waiting, self._requests - len(ahead)):
                deadline = Deadline(self._seconds)
                ahead.append((self._threads.submit(self._answer_or_error, request, deadline), deadline))

        try:
            send()
            while ahead:
                answer = ahead[0][0].result()
                ahead.popleft()
                send()
                yield answer
        finally:
            for future, deadline in ahead:
                future.cancel()
                deadline.call_off()

    def _answer_or_error(self, request: Request, deadline: Deadline) -> Answer | SourceError:
        try:
            return self._ask(request, deadline)
        except SourceError as error:
            return error

    def _ask(self, request: Request, deadline: Deadline) -> Answer:
        def wait(state: RetryCallState) -> float:
            return self._growing(state) + self._pause.left()

        def stop(state: RetryCallState) -> bool:
            return state.attempt_number >= self._tries(state) or state.upcoming_sleep >= deadline.remaining()

        def tell(state: RetryCallState) -> None:
            self.notices.tell(_why(request, state), state.upcoming_sleep, state.attempt_number + 1, self._tries(state))

        again = Retrying(
            retry=retry_if_exception(_is_passing),
            wait=wait,
            stop=stop,
            before_sleep=tell,
            sleep=deadline.sleep,
            reraise=True,
        )
        with self._running(deadline):
            return again(self._try, request, deadline)

    def _tries(self, state: RetryCallState) -> int:
        unreached = _error(state).code == "source-unreachable" and not self._answered
        return _TRIES_TO_REACH if unreached else _TRIES

    @contextmanager
    def _running(self, deadline: Deadline) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise RuntimeError("A Web was asked after it was closed.")
            self._open.add(deadline)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(deadline)

    def _try(self, request: Request, deadline: Deadline) -> Answer:
        while rest := self._pause.left():
            if rest > deadline.remaining():
                raise SourceError("source-busy", self._safe(f"{request.url} is not asked now: {_come_back(rest)}."))
            deadline.sleep(rest)
        try:
            with (
                self._turn(deadline, request),
                get(request.url, self._limits, deadline, request.headers, self._headers) as response,
            ):
                self._answered = True
                return self._answer(request, response)
        except TransferError as error:
            setting = _SETTINGS.get(error.code)
            more = f" The setting {setting} allows more." if setting else ""
            raise SourceError(_CODES[error.code], self._safe(f"{error}{more}")) from None

    @contextmanager
    def _turn(self, deadline: Deadline, request: Request) -> Iterator[None]:
        while not self._turns.acquire(timeout=deadline.remaining()):
            deadline.check(request.url)
        try:
            yield
        finally:
            self._turns.release()

    def _answer(self, request: Request, response: Response) -> Answer:
        not_modified = response.status == 304 and request.validators != NO_VALIDATORS
        if response.status != 200 and not not_modified:
            raise self._status_error(response)
        body = bytearray()
        if not not_modified:
            response.copy(body.extend)
        media_type, charset = content_type(response.headers.get("Content-Type", ""))
        validators = validators_of(response.headers)
        if not_modified and validators == NO_VALIDATORS:
            validators = request.validators
        return Answer(
            self._safe(response.url),
            not_modified,
            redact(bytes(body), self._secrets),
            media_type,
            charset,
            validators,
            now(),
        )

    def _status_error(self, response: Response) -> StatusError:
        rest = rest_asked_for(response.headers.get("Retry-After", ""), response.headers.get("Date", ""), now())
        code, advice = meaning(response.status, rest is not None)
        if code == "source-busy" and rest is not None:
            self._pause.ask_for(rest)
            advice = _come_back(rest)
        body = bytearray()
        with suppress(TransferError):
            response.copy(body.extend)
        message = f"{response.url} answers with HTTP {response.status}: {advice}."
        return StatusError(code, self._safe(message), response.status, redact(bytes(body), self._secrets))

    def _safe(self, text: str) -> str:
        return redact(text.encode("utf-8", "replace"), self._secrets).decode("utf-8", "replace")


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, SourceError) and error.code in _PASSING


def _error(state: RetryCallState) -> SourceError:
    """Of the last try; nothing else is tried again."""
    return cast("SourceError", state.outcome and state.outcome.exception())


def _why(request: Request, state: RetryCallState) -> str:
    """Why there is a wait before the next try, and how long it is, without the end of the sentence."""
    error, host, seconds = _error(state), urlsplit(request.url).hostname, f"{state.upcoming_sleep:.0f} s"
    if isinstance(error, StatusError) and error.code == "source-busy":
        return f"{host} asks to wait {seconds} (HTTP {error.http_status}); going on then"
    if isinstance(error, StatusError):
        return f"{host} answers with HTTP {error.http_status}; asked again in {seconds}"
    return f"{error} Asked again in {seconds}"


def _come_back(rest: float) -> str:
    return (
        f"the source wants to be left alone until {now() + timedelta(seconds=rest):%Y-%m-%d %H:%M:%S} UTC; ask it then"
    )
