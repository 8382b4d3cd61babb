"""Streams SPARQL results in TSV as terms, a block of whole rows at a time."""

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from rubricator.errors import StoreError

Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[Term | None, ...]


def rows(chunks: Iterable[bytes]) -> Iterator[Row]:
    """The rows of a TSV body (SPARQL 1.1 Query Results CSV and TSV Formats), None for what is unbound.

    Memory holds one chunk's rows at a time. Raises StoreError for a body that is cut inside a row or is no TSV.
    """
    header, left = b"", b""
    for chunk in chunks:
        head, newline, tail = (left + chunk).rpartition(b"\n")
        left = tail
        if not newline:
            continue
        block = head + newline
        if not header:
            first, _, block = block.partition(b"\n")
            header = first.rstrip(b"\r") + b"\n"
        if block:
            yield from _block(header, block.replace(b"\r\n", b"\n"))
    if left or not header:
        raise StoreError("The store's answer was cut inside a row; ask again.")


def _block(header: bytes, block: bytes) -> list[Row]:
    try:
        solutions = parse_query_results(header + block, QueryResultsFormat.TSV)
        if not isinstance(solutions, QuerySolutions):
            raise StoreError("The store answered with a boolean where rows were asked for.")
        return [tuple(solution) for solution in solutions]
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"The store's rows cannot be read: {error}.") from error


def as_iri(term: Term | None) -> NamedNode:
    """The term, which the query binds to IRIs only."""
    if not isinstance(term, NamedNode):
        raise TypeError(f"{term} is no IRI")
    return term


def as_literal(term: Term | None) -> Literal:
    """The term, which the query binds to literals only."""
    if not isinstance(term, Literal):
        raise TypeError(f"{term} is no literal")
    return term
