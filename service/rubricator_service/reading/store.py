"""Small answers from the readers, as terms. Every page and document is made of these; nothing here can write."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.errors import QueryTimeout, QueryTooHungry
from rubricator.store.mediatypes import JSON, N_TRIPLES
from rubricator.store.readers import QueryRequest, Readers

Term: TypeAlias = NamedNode | Literal
Row: TypeAlias = dict[str, Term]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """Asks the readers. ``base`` resolves relative IRIs; the usual prefixes go before every query."""

    readers: Readers
    base: str

    def select(self, query: str) -> list[Row]:
        """All solutions; a variable without a value is absent from its row."""
        results = parse_query_results(self._solutions(query), format=QueryResultsFormat.JSON)
        assert isinstance(results, QuerySolutions)  # noqa: S101 - the caller wrote SELECT
        names = [variable.value for variable in results.variables]
        return [{name: term for name in names if isinstance(term := row[name], NamedNode | Literal)} for row in results]

    def construct(self, query: str) -> list[Triple]:
        """All triples, each once, in the order of their N-Triples text, so that equal graphs give equal bytes."""
        return sorted({quad.triple for quad in self._quads(query)}, key=str)

    def count(self, query: str) -> int:
        """The one number that a query for ``?count`` gives."""
        return next((int(row["count"].value) for row in self.select(query)), 0)

    def revision(self) -> str:
        """Names the state of the store that answers now."""
        answer = self.readers.run(QueryRequest("ASK {}", self.base, solutions=JSON, graph=None))
        b"".join(answer.chunks)
        return answer.revision

    def _solutions(self, query: str) -> io.BytesIO:
        request = QueryRequest(SPARQL_PREFIXES + query, self.base, solutions=JSON, graph=None)
        return io.BytesIO(b"".join(self.readers.run(request).chunks))

    def _quads(self, query: str) -> Iterable[Quad]:
        request = QueryRequest(SPARQL_PREFIXES + query, self.base, solutions=None, graph=N_TRIPLES)
        return parse(b"".join(self.readers.run(request).chunks), format=RdfFormat.N_TRIPLES)


def in_time(read: Callable[[], T]) -> T | None:
    """What was read; None if the store needed more time or memory for it than a query has."""
    try:
        return read()
    except (QueryTimeout, QueryTooHungry):
        return None


def node(row: Row, name: str) -> NamedNode | None:
    """The IRI that a variable has in a row, if it has one."""
    term = row.get(name)
    return term if isinstance(term, NamedNode) else None


def text(row: Row, name: str) -> str | None:
    """The text of the literal that a variable has in a row, if it has one."""
    term = row.get(name)
    return term.value if isinstance(term, Literal) else None


def values(name: str, terms: Iterable[NamedNode]) -> str:
    """A VALUES block. Terms enter SPARQL only as pyoxigraph writes them, so nothing that a user sent can end one."""
    return f"VALUES ?{name} {{ {' '.join(map(str, terms))} }}"
