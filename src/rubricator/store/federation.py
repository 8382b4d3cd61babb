"""SERVICE, for servers on the operator's list only: queries that call others are evaluated through a relay of ours.

Oxigraph does HTTP by itself, to any address, without a deadline or a size, and takes a cut answer for a whole one. So
a reader never gets to see the address of another server: each call is rewritten to one of the relay on loopback, and
the guard refuses whatever else would call out.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote

from rubricator.errors import StoreError
from rubricator.settings import Settings
from rubricator.store.answers import Answer, AsyncAnswer, QueryRequest, Readers
from rubricator.store.errors import QuerySyntaxError, QueryTooLong
from rubricator.store.guard import BY_HAND, PLAINLY, ServiceCall, refusal, refuse_all_but, service_calls
from rubricator.store.hints import explained
from rubricator.store.relay import Relay, Visit
from rubricator.store.tokens import place
from rubricator.transfer.errors import TransferError
from rubricator.transfer.target import parse_target

LONGEST_QUERY = 50_000
"""Characters of a query that calls others, which is read where the web is served: more would keep others waiting."""

_BLANK = r"(?:\s|\#[^\r\n]*)*+"
_PLAIN_CALL = re.compile(rf"service{_BLANK}(?:silent{_BLANK})?<", re.IGNORECASE | re.ASCII)


class FederatedReaders:
    """Readers of our snapshots that may also ask the servers of ``settings.service_allow``. Thread-safe."""

    def __init__(self, readers: Readers, settings: Settings) -> None:
        self._readers = readers
        self._settings = settings
        self._relay = Relay(settings)

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        """Answer a query; see ReaderPool.run. Raises ServiceFailed where another server gave no whole answer."""
        if not _may_call(request.query):
            return self._readers.run(request, timeout, client)
        if len(request.query) > LONGEST_QUERY:
            raise QueryTooLong(f"A query that calls SERVICE may have {LONGEST_QUERY:,} characters: ask in parts.")
        calls = service_calls(request.query)
        for call in calls:
            self._check(request.query, call)
        refuse_all_but(calls, request.query, PLAINLY)
        if not calls:
            return self._readers.run(request, timeout, client)
        visit = self._relay.open([call.endpoint for call in calls])
        asked = replace(request, query=_rewritten(request.query, calls, visit), services=visit.addresses)
        try:
            answer = self._readers.run(asked, timeout, client)
        except QuerySyntaxError as error:
            visit.close()
            raise _as_it_was_asked(error, request.query, calls, visit) from error
        except StoreError as error:
            visit.close()
            raise visit.failure or error from error
        except BaseException:
            visit.close()
            raise
        # What others said may change while our revision stays, so the answer must not be kept for that revision.
        return replace(answer, revision="", chunks=_until_end(answer, visit), stop=_both(answer, visit), small=False)

    async def ask(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> AsyncAnswer | None:
        """Answer a query that calls nobody; see ReaderPool.ask."""
        return None if "service" in request.query.lower() else await self._readers.ask(request, timeout, client)

    def look_up(self, request: QueryRequest, revision: str | None) -> AsyncAnswer | None:
        """Answer a lookup, which calls nobody; see ReaderPool.look_up."""
        return self._readers.look_up(request, revision)

    def download(self, request: QueryRequest, client: str = "") -> Answer:
        """Answer a query of our own for a whole graph; see ReaderPool.download."""
        return self._readers.download(request, client)

    def figures(self) -> tuple[int, int]:
        """How many queries are being answered, and how many wait."""
        return self._readers.figures()

    def close(self) -> None:
        self._readers.close()
        self._relay.close()

    def _check(self, query: str, call: ServiceCall) -> None:
        if not is_listed(call.endpoint, self._settings.service_allow):
            listed = ", ".join(self._settings.service_allow)
            advice = f"{BY_HAND} (operators add it to the setting service_allow, which has {listed})"
            raise refusal("SERVICE", query, call.keyword, advice)


def _may_call(query: str) -> bool:
    """A cheap look, so that long queries which call nobody cost nothing here. What it misses the readers refuse."""
    if "service" not in query.lower():
        return False
    return len(query) <= LONGEST_QUERY or _PLAIN_CALL.search(query) is not None


def is_listed(endpoint: str, starts: tuple[str, ...]) -> bool:
    """Whether an IRI begins with one of ``starts``, on the same host and port, and does not climb out again."""
    try:
        target = parse_target(endpoint)
    except TransferError:
        return False
    if {".", ".."} & set(unquote(target.path.partition("?")[0]).split("/")):
        return False
    listed = map(parse_target, starts)
    return any(target.origin == start.origin and target.path.startswith(start.path) for start in listed)


def _rewritten(query: str, calls: tuple[ServiceCall, ...], visit: Visit) -> str:
    parts, copied = list[str](), 0
    for call, address in zip(calls, visit.addresses, strict=True):
        parts.append(f"{query[copied : call.start]}<{address}>")
        copied = call.end
    return "".join(parts) + query[copied:]


def _as_it_was_asked(
    error: QuerySyntaxError, query: str, calls: tuple[ServiceCall, ...], visit: Visit
) -> QuerySyntaxError:
    """The same error, told of the query before it was rewritten: the relay's addresses are nobody's to see."""
    if error.line is None or error.column is None:
        return explained(QuerySyntaxError(str(error)), query)
    longer = 0
    for call, address in zip(calls, visit.addresses, strict=True):
        line, column = place(query, call.start)
        if line == error.line and column + longer < error.column:
            longer += len(f"<{address}>") - (call.end - call.start)
    column = error.column - longer
    message = str(error).replace(f"column {error.column}", f"column {column}", 1)
    return explained(QuerySyntaxError(message, error.line, column), query)


def _until_end(answer: Answer, visit: Visit) -> Iterator[bytes]:
    try:
        yield from answer.chunks
    finally:
        visit.close()


def _both(answer: Answer, visit: Visit) -> Callable[[], None]:
    def stop() -> None:
        visit.close()
        answer.close()

    return stop
