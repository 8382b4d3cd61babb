"""Public queries through a foreign server, under the same bounds and the same promise: whole, or visibly broken."""

from collections.abc import Callable, Iterator
from threading import Timer
from time import monotonic, time_ns

import requests

from rubricator.errors import RubricatorError, StoreUnavailable
from rubricator.settings import Settings
from rubricator.store.answers import Answer, QueryRequest, admit
from rubricator.store.client import CONNECT_TIMEOUT, foreign_endpoints
from rubricator.store.errors import (
    AnswerBroken,
    NotAcceptable,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
)
from rubricator.store.failures import NO_ANSWER, refused
from rubricator.store.launch import bypass_proxies
from rubricator.store.negotiation import GRAPHS, SOLUTIONS
from rubricator.store.protocol import SPARQL_QUERY, media_type

_CHUNK = 64 * 2**10
_BAD_QUERY = (400, 422)
_TIMED_OUT = (408, 504)


class ForeignReader:
    """Asks ``settings.store_url``. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        bypass_proxies()
        self._settings = settings
        self._endpoint = foreign_endpoints(settings).query
        self._headers = {"Content-Type": SPARQL_QUERY}
        if settings.store_token is not None:
            self._headers["Authorization"] = f"Bearer {settings.store_token.get_secret_value()}"

    def run(self, request: QueryRequest, timeout: float | None = None) -> Answer:
        """Answer a query; see ReaderPool.run. The revision is new each time, as nobody tells it."""
        admit(request, self._settings.query_max_length)
        seconds = min(timeout or self._settings.query_timeout, self._settings.query_timeout)
        deadline = monotonic() + seconds
        response = self._ask(request, seconds)
        watchdog = Timer(max(0.0, deadline - monotonic()), response.raw.shutdown)
        watchdog.daemon = True
        watchdog.start()

        def stop() -> None:
            watchdog.cancel()
            response.close()

        try:
            chunks = self._whole_or_error(response, deadline)
            first = next(chunks, b"")
        except (RubricatorError, requests.RequestException, OSError) as error:
            stop()
            if monotonic() >= deadline:
                raise _timeout() from error
            if isinstance(error, RubricatorError):
                raise
            raise StoreUnavailable("The store ended its answer before it began: ask again.") from error
        kind = media_type(response.headers.get("Content-Type"))[0]
        return Answer(kind, str(time_ns()), self._chunks(first, chunks, stop), stop)

    def close(self) -> None:
        """Nothing is kept between queries."""

    def _ask(self, request: QueryRequest, seconds: float) -> requests.Response:
        accept = ", ".join(filter(None, (request.solutions, request.graph)))
        if not accept:
            raise NotAcceptable("This query is answered in media types that were not accepted.")
        try:
            return requests.post(
                self._endpoint,
                request.query.encode(),
                params={"default-graph-uri": request.default_graphs, "named-graph-uri": request.named_graphs},
                headers=self._headers | {"Accept": accept},
                stream=True,
                timeout=(min(CONNECT_TIMEOUT, seconds), seconds),
            )
        except requests.ReadTimeout as error:
            raise _timeout() from error
        except requests.RequestException as error:
            raise StoreUnavailable(NO_ANSWER) from error

    def _whole_or_error(self, response: requests.Response, deadline: float) -> Iterator[bytes]:
        if response.status_code in _BAD_QUERY:
            raise QuerySyntaxError(str(refused("the query", response.content)))
        if response.status_code == requests.codes.not_acceptable:
            raise NotAcceptable("This query is answered in media types that were not accepted.")
        if response.status_code in _TIMED_OUT:
            raise _timeout()
        if not response.ok:
            raise refused("the query", response.content or response.reason.encode())
        if media_type(response.headers.get("Content-Type"))[0] not in {*SOLUTIONS, *GRAPHS}:
            raise refused("the query", b"it answered in a media type that is none of SPARQL")
        size = 0
        for chunk in response.iter_content(_CHUNK):
            size += len(chunk)
            if size > self._settings.query_max_bytes:
                raise QueryTooLarge(f"The answer is larger than {self._settings.query_max_bytes:,} bytes.")
            yield chunk
        if monotonic() >= deadline:
            raise _timeout()

    def _chunks(self, first: bytes, rest: Iterator[bytes], stop: Callable[[], None]) -> Iterator[bytes]:
        try:
            yield first
            yield from rest
        except (RubricatorError, requests.RequestException, OSError) as error:
            reason = error if isinstance(error, RubricatorError) else "the store ended it early."
            raise AnswerBroken(f"The answer was cut: {reason}") from error
        finally:
            stop()


def _timeout() -> QueryTimeout:
    return QueryTimeout("The query was stopped at its deadline: ask for less, or in parts.")
