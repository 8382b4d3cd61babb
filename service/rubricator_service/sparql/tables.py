"""An answer as a table for people, cut after so many rows or bytes and saying so."""

from collections.abc import Iterator
from dataclasses import dataclass

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
MOST_BYTES = 2 * 2**20


@dataclass(frozen=True, slots=True)
class Table:
    """``cut`` says that the answer has more than a page can show. An ASK has one row and one column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    cut: bool


def read_table(readers: Readers, request: QueryRequest, timeout: float) -> Table:
    """Read no more of the answer than is shown. ``request`` asks for TSV and N-Triples, which have one line a row."""
    answer = readers.run(request, timeout)
    graph = answer.media_type == N_TRIPLES
    with answer:
        content, cut = _beginning(answer.chunks, MOST_ROWS if graph else MOST_ROWS + 1)
    if graph:
        triples = parse(content, format=RdfFormat.N_TRIPLES)
        return Table(
            ("subject", "predicate", "object"), tuple((t.subject, t.predicate, t.object) for t in triples), cut
        )
    results = parse_query_results(content, format=QueryResultsFormat.TSV)
    if isinstance(results, QueryBoolean):
        return Table(("answer",), ((Literal("yes" if results else "no"),),), cut=False)
    assert isinstance(results, QuerySolutions)  # noqa: S101 - TSV holds nothing else
    columns = tuple(variable.value for variable in results.variables)
    return Table(columns, tuple(tuple(row[name] for name in columns) for row in results), cut)


def _beginning(chunks: Iterator[bytes], lines: int) -> tuple[bytes, bool]:
    """No more than the first ``lines`` of an answer, whole ones, and whether there is more. One may be very large."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if content.count(b"\n") > lines or len(content) > MOST_BYTES:
            kept = b"".join(line + b"\n" for line in bytes(content).split(b"\n")[:-1][:lines])
            return kept, len(kept) < len(content) or next(chunks, b"") != b""
    return bytes(content), False


def is_link(term: object) -> bool:
    """Only web addresses become links; ``javascript:`` is an IRI too."""
    return isinstance(term, NamedNode) and term.value.startswith(("http://", "https://"))
