"""What OpenLink Virtuoso does otherwise than the protocol says, held against its version 7.2.5.

It cuts what has more rows than its ``ResultSetMaxRows``: solutions with a header that says so, graphs without. It
answers ASK with a table, CONSTRUCT too where JSON is accepted, and its TSV does not tell IRIs from strings. So it is
asked for JSON or N-Triples, and these are written anew.
"""

from collections.abc import Callable, Mapping
from math import isqrt

from pyoxigraph import Literal, QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results, serialize

from rubricator.errors import StoreError
from rubricator.store.answers import QueryRequest
from rubricator.store.errors import AnswerTooLarge, QueryTimeout
from rubricator.store.mediatypes import JSON, N_TRIPLES
from rubricator.store.tokens import tokens

_MOST_ROWS, _STATE = "X-SPARQL-MaxRows", "X-SQL-State"
_ASK_RETVAL = "__ASK_RETVAL"
_PROLOGUE = ("BASE", "PREFIX", "VERSION")
_SIDE = 101  # squared, more than the default of ResultSetMaxRows


def is_virtuoso(headers: Mapping[str, str]) -> bool:
    return headers.get("Server", "").startswith("Virtuoso")


def refuse_partial(headers: Mapping[str, str]) -> None:
    """Raise AnswerTooLarge or QueryTimeout where a server says that its answer, of status 200, is a part only."""
    most = headers.get(_MOST_ROWS)
    if most is not None:
        raise AnswerTooLarge(f"The store cuts answers after {most} rows: ask in parts by ORDER BY, LIMIT and OFFSET.")
    if _STATE in headers:
        raise QueryTimeout("The store answered in part only, because its own time was over: ask for less, or in parts.")


def accepted(request: QueryRequest) -> str | None:
    """The media type to ask for, whatever the client wants to have in the end; None if it takes no such answer."""
    words = (token.text.upper() for token in tokens(request.query) if token.kind == "word")
    form = next((word for word in words if word not in _PROLOGUE), "")
    if form in ("CONSTRUCT", "DESCRIBE"):
        return request.graph and N_TRIPLES
    return request.solutions and JSON


def truth(results: QuerySolutions) -> bool | None:
    """What the table that answers an ASK says; None if it is an answer to something else."""
    if [variable.value for variable in results.variables] != [_ASK_RETVAL]:
        return None
    return any(isinstance(row[0], Literal) and row[0].value == "1" for row in results)


class RowLimit:
    """How many triples a server gives at most, which it does not say. ``probe`` asks it a query, for the headers."""

    def __init__(self, probe: Callable[[str], Mapping[str, str]]) -> None:
        self._probe = probe
        self._limit: int | None = None
        self._whole = 0

    def reached(self, count: int) -> bool:
        """Whether so many may be all that the server gives, and not all that there are."""
        if self._limit is None and count >= self._whole:
            side = max(_SIDE, isqrt(count) + 1)
            numbers = " ".join(map(str, range(side)))
            headers = self._probe(f"SELECT (1 AS ?row) {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} }}")
            most = headers.get(_MOST_ROWS, "")
            self._limit = int(most) if most.isdecimal() else None
            self._whole = side * side
        return self._limit is not None and count >= self._limit


def written_anew(body: bytes, kind: str, request: QueryRequest, limit: RowLimit) -> tuple[str, bytes]:
    """The media type and the bytes of an answer as the client wants to have it.

    Raises AnswerTooLarge for a graph that may have been cut, StoreError for what cannot be read.
    """
    try:
        if kind == JSON and request.solutions:
            return request.solutions, _solutions(body, request.solutions)
        if kind == N_TRIPLES and request.graph:
            triples = [quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)]
            if limit.reached(len(triples)):
                raise AnswerTooLarge(
                    f"The answer has {len(triples):,} triples, after which the store cuts graphs: ask in parts."
                )
            return request.graph, serialize(triples, format=RdfFormat.from_media_type(request.graph)) or b""
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"The store's answer cannot be read: {error}.") from error
    raise StoreError(f"The store answered in {kind or 'no media type'}, which it was not asked for.")


def _solutions(body: bytes, kind: str) -> bytes:
    results = parse_query_results(body, QueryResultsFormat.JSON)
    said = truth(results) if isinstance(results, QuerySolutions) else None
    if said is not None:
        boolean = b'{"head":{},"boolean":%s}' % (b"true" if said else b"false")
        results = parse_query_results(boolean, QueryResultsFormat.JSON)
    return results.serialize(format=QueryResultsFormat.from_media_type(kind)) or b""
