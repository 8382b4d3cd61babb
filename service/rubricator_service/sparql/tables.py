"""An answer as a table for people, cut after so many rows and saying so."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from rubricator.store.mediatypes import N_TRIPLES
from rubricator.store.readers import QueryRequest, Readers

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Table:
    """``cut`` says that the answer has more rows. An ASK has one row and one column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    cut: bool


def read_table(readers: Readers, request: QueryRequest, timeout: float) -> Table:
    """Read no more of the answer than is shown. ``request`` asks for TSV and N-Triples, which have one line a row."""
    answer = readers.run(request, timeout)
    graph = answer.media_type == N_TRIPLES
    head = MOST_ROWS + 1 if graph else MOST_ROWS + 2
    try:
        content = io.BytesIO(b"".join(islice(_lines(answer.chunks), head)))
    finally:
        answer.close()
    if graph:
        triples = parse(content, format=RdfFormat.N_TRIPLES)
        return _table(("subject", "predicate", "object"), ((t.subject, t.predicate, t.object) for t in triples))
    results = parse_query_results(content, format=QueryResultsFormat.TSV)
    if isinstance(results, QueryBoolean):
        return Table(("answer",), ((Literal("yes" if results else "no"),),), cut=False)
    assert isinstance(results, QuerySolutions)  # noqa: S101 - TSV holds nothing else
    columns = tuple(variable.value for variable in results.variables)
    return _table(columns, (tuple(row[name] for name in columns) for row in results))


def _table(columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> Table:
    found = list(rows)
    return Table(columns, tuple(found[:MOST_ROWS]), len(found) > MOST_ROWS)


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chain(chunks, [b""]):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


def is_link(term: object) -> bool:
    """Only web addresses become links; ``javascript:`` is an IRI too."""
    return isinstance(term, NamedNode) and term.value.startswith(("http://", "https://"))
