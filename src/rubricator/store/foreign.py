"""Public queries through a foreign server, under the same bounds and the same promise: whole, or visibly broken."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from threading import Timer
from time import monotonic, time_ns

import requests

from rubricator.errors import RubricatorError, StoreError, StoreUnavailable
from rubricator.settings import Settings
from rubricator.store import virtuoso
from rubricator.store.answers import Answer, QueryRequest, refuse_long
from rubricator.store.client import CONNECT_TIMEOUT, foreign_endpoints
from rubricator.store.counting import counted
from rubricator.store.errors import (
    AnswerBroken,
    AnswerTooLarge,
    NotAcceptable,
    QuerySyntaxError,
    QueryTimeout,
)
from rubricator.store.failures import NO_ANSWER, refused
from rubricator.store.guard import BY_HAND, refuse_remote
from rubricator.store.hints import explained
from rubricator.store.launch import bypass_proxies
from rubricator.store.negotiation import GRAPHS, SOLUTIONS
from rubricator.store.places import Places
from rubricator.store.protocol import media_type
from rubricator.store.turns import Bounds, Turn

REVISION_SECONDS = 30.0
_CHUNK = 64 * 2**10
_BAD_QUERY = (400, 422)
_TIMED_OUT = (408, 504)


class ForeignReader:
    """Asks ``settings.store_url``. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        bypass_proxies()
        self._settings = settings
        self._endpoint = foreign_endpoints(settings).query
        # A packed body that ends early may look whole.
        self._headers = {"Accept-Encoding": "identity"}
        self._seen, self._seen_until = "", -math.inf
        self._is_virtuoso = False
        self._virtuoso_limit = virtuoso.RowLimit(self._probe)
        self._places = Places(settings)
        if settings.store_token is not None:
            self._headers["Authorization"] = f"Bearer {settings.store_token.get_secret_value()}"

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        """Answer a query; see ReaderPool.run."""
        settings = self._settings
        refuse_long(request, settings.query_max_length)
        refuse_remote(request.query, advice=BY_HAND)
        seconds = min(timeout or settings.query_timeout, settings.query_timeout)
        return self._answer(request, Bounds(seconds, settings.query_max_bytes, settings.query_max_rows, client=client))

    async def ask(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> None:
        """Nothing: each query takes a thread here."""

    def look_up(self, request: QueryRequest, revision: str | None) -> None:
        """Nothing: each query goes to the other server."""

    def download(self, request: QueryRequest, client: str = "") -> Answer:
        """Answer a query of our own for a whole graph; see ReaderPool.download."""
        return self._answer(request, Bounds(self._settings.graph_timeout, math.inf, download=True, client=client))

    def figures(self) -> tuple[int, int]:
        """How many queries are being answered, and how many wait."""
        return self._places.figures()

    def _answer(self, request: QueryRequest, bounds: Bounds) -> Answer:
        turn = self._places.enter(bounds)
        try:
            return self._answer_in(turn, request)
        except BaseException:
            self._places.leave(turn)
            raise

    def _answer_in(self, turn: Turn, request: QueryRequest) -> Answer:
        response = self._ask(request, turn.deadline - monotonic())
        if virtuoso.is_virtuoso(response.headers) and not self._is_virtuoso:
            self._is_virtuoso = True
            response.close()
            response = self._ask(request, turn.deadline - monotonic())
        transfer = _Transfer(response, turn, lambda: self._places.leave(turn))
        try:
            _check(response, request.query)
            chunks = transfer.chunks()
            kind = media_type(response.headers.get("Content-Type"))[0]
            if turn.bounds.rows is not None:
                chunks = counted(chunks, kind, turn.bounds.rows, request.base)
            if self._is_virtuoso:
                return self._written_anew(b"".join(chunks), kind, request, turn.deadline)
            first = next(chunks, b"")
        except RubricatorError:
            transfer.stop(AnswerBroken("its answer was none."))
            raise

        def stop() -> None:
            transfer.stop(AnswerBroken("its client went away."))

        pieces = _broken_if_cut(first, chunks, stop)
        return Answer(kind, self._revision(), pieces, stop, deadline=turn.deadline)

    def _written_anew(self, body: bytes, kind: str, request: QueryRequest, deadline: float) -> Answer:
        wanted, written = virtuoso.written_anew(body, kind, request, self._virtuoso_limit)
        return Answer(wanted, self._revision(), iter((written,)), lambda: None, deadline=deadline)

    def _probe(self, query: str) -> Mapping[str, str]:
        """The headers of the answer to a query of our own."""
        response = self._ask(QueryRequest(query, ""), self._settings.query_timeout)
        with response:
            return response.headers

    def _revision(self) -> str:
        """A new one now and then: nobody tells when a foreign store changes, and counting it all takes long."""
        now = monotonic()
        if now >= self._seen_until:
            self._seen, self._seen_until = str(time_ns()), now + REVISION_SECONDS
        return self._seen

    def close(self) -> None:
        """Nothing is kept between queries."""

    def _ask(self, request: QueryRequest, seconds: float) -> requests.Response:
        if self._is_virtuoso:
            accept = virtuoso.accepted(request)
        else:
            accept = ", ".join(filter(None, (request.solutions, request.graph)))
        if not accept:
            raise NotAcceptable("This query is answered in media types that were not accepted.")
        if seconds <= 0:
            raise _timeout()
        try:
            return requests.post(
                self._endpoint,
                {
                    "query": request.query.encode(),
                    "default-graph-uri": request.default_graphs,
                    "named-graph-uri": request.named_graphs,
                },
                headers=self._headers | {"Accept": accept},
                stream=True,
                timeout=(min(CONNECT_TIMEOUT, seconds), seconds),
            )
        except requests.ReadTimeout as error:
            raise _timeout() from error
        except requests.RequestException as error:
            raise StoreUnavailable(NO_ANSWER) from error


class _Transfer:
    """The body of one answer on its way, which is cut at the deadline of its turn. ``_fate`` says why, once it is.

    ``leave`` is called, perhaps more than once, as soon as the store has no more to do for it.
    """

    def __init__(self, response: requests.Response, turn: Turn, leave: Callable[[], None]) -> None:
        self._response = response
        self._max_bytes = turn.bounds.size
        self._leave = leave
        self._fate: RubricatorError | None = None
        self._timer = Timer(max(0.0, turn.deadline - monotonic()), self._cut, (_timeout(),))
        self._timer.daemon = True
        self._timer.start()

    def chunks(self) -> Iterator[bytes]:
        """The chunks; raises why the transfer was cut, if it was."""
        size = 0
        try:
            for chunk in self._response.iter_content(_CHUNK):
                size += len(chunk)
                if size > self._max_bytes:
                    raise AnswerTooLarge(f"The answer is larger than {self._max_bytes:,} bytes: ask in parts.")
                yield chunk
        except (requests.RequestException, OSError) as error:
            raise self._fate or StoreError("the store ended it early.") from error
        finally:
            self._end()
        if self._fate is not None:  # a body without chunks or length ends cleanly however it is cut
            raise self._fate

    def stop(self, fate: RubricatorError) -> None:
        self._cut(fate)
        self._end()

    def _cut(self, fate: RubricatorError) -> None:
        self._fate = self._fate or fate
        self._leave()
        with suppress(RuntimeError, ValueError, OSError):  # it has come to its end already
            self._response.raw.shutdown()

    def _end(self) -> None:
        self._timer.cancel()
        self._response.close()
        self._leave()


def _check(response: requests.Response, query: str) -> None:
    """Raise what a response that is no answer means."""
    if response.status_code in _BAD_QUERY:
        raise explained(QuerySyntaxError(str(refused("the query", response.content))), query)
    if response.status_code == requests.codes.not_acceptable:
        raise NotAcceptable("This query is answered in media types that were not accepted.")
    if response.status_code in _TIMED_OUT:
        raise _timeout()
    if not response.ok:
        raise refused("the query", response.content or response.reason.encode())
    if media_type(response.headers.get("Content-Type"))[0] not in {*SOLUTIONS, *GRAPHS}:
        raise refused("the query", b"it answered in a media type that is none of SPARQL")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise refused("the query", b"it packed its answer, which nobody had asked for")
    if response.raw.length_remaining is None and not response.raw.chunked:
        raise refused("the query", b"its answers come without a length, so that nobody could tell whether one is whole")
    virtuoso.refuse_partial(response.headers)


def _broken_if_cut(first: bytes, rest: Iterator[bytes], stop: Callable[[], None]) -> Iterator[bytes]:
    try:
        yield first
        yield from rest
    except RubricatorError as error:
        raise AnswerBroken(f"The answer was cut: {error}") from error
    finally:
        stop()


def _timeout() -> QueryTimeout:
    return QueryTimeout("The query was stopped at its deadline: ask for less, or in parts.")
