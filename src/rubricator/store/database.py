"""The Oxigraph directory in the hands of its one writer. Every write is whole, and on disk when it returns."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import IO

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)

from rubricator.store.depth import refuse_deep_query, refuse_deep_update
from rubricator.store.errors import BadRequest, NotAcceptable, QuerySyntaxError
from rubricator.store.guard import BY_HAND, refuse_remote
from rubricator.store.hints import explained
from rubricator.store.quads import n_triples, quad_data
from rubricator.store.snapshots import Unsettled
from rubricator.store.syntax import sentence

# A transaction is quicker up to about here, loading in bulk above. Both are whole or nothing.
LARGEST_TRANSACTION = 2**20

GraphName = NamedNode | DefaultGraph
QueryResults = QuerySolutions | QueryTriples | QueryBoolean


@dataclass(frozen=True, slots=True)
class Payload:
    """RDF as it came: a file or bytes, its format, and the IRI that relative IRIs resolve against."""

    content: bytes | Path
    format: RdfFormat
    base: str

    def open(self) -> IO[bytes]:
        return self.content.open("rb") if isinstance(self.content, Path) else BytesIO(self.content)


class Database:
    """``on_commit`` is called after each write."""

    def __init__(self, path: Path, on_commit: Callable[[], None]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._store = Store(path)
        self._on_commit = on_commit
        self._writing = Lock()

    def query(self, query: str, base: str, default_graphs: Iterable[str], named_graphs: Iterable[str]) -> QueryResults:
        """Evaluate; use and drop the results in the thread that called. No graphs at all mean the store's own."""
        refuse_remote(query, advice=BY_HAND)
        refuse_deep_query(query)
        default: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(iri) for iri in default_graphs]
        named: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in named_graphs]
        dataset = bool(default or named)
        try:
            return self._store.query(
                query,
                base_iri=base,
                default_graph=default if dataset else None,
                named_graphs=named if dataset else None,
            )
        except SyntaxError as error:
            raise explained(QuerySyntaxError(*sentence("query", str(error))), query) from error

    def update(self, update: str, base: str) -> None:
        """Run an update request as one transaction."""
        refuse_remote(update, advice=BY_HAND)
        refuse_deep_update(update)
        with self._writing:
            try:
                self._store.update(update, base_iri=base)
            except SyntaxError as error:
                raise QuerySyntaxError(*sentence("update", str(error))) from error
            self._commit()

    def load(self, payload: Payload, graph: GraphName | None = None) -> None:
        """Add RDF: triples to ``graph``, quads to their own graphs (None). A parse error leaves nothing behind."""
        target = graph or DefaultGraph()
        with self._writing, _readable(payload):
            if isinstance(payload.content, Path):
                self._store.bulk_load(
                    path=payload.content, format=payload.format, base_iri=payload.base, to_graph=target
                )
            else:
                load = self._store.load if len(payload.content) <= LARGEST_TRANSACTION else self._store.bulk_load
                load(payload.content, payload.format, base_iri=payload.base, to_graph=target)
            if graph is not None:
                self._store.add_graph(graph)
            self._commit()

    def put_graph(self, payload: Payload, graph: GraphName) -> None:
        """Replace one graph as one transaction; it passes through memory."""
        with payload.open() as source, _readable(payload):
            quads = parse(source, payload.format, base_iri=payload.base, without_named_graphs=True)
            triples = n_triples(quads).decode()
        if isinstance(graph, DefaultGraph):
            self._replace("CLEAR DEFAULT", triples)
        else:
            self._replace(f"CLEAR SILENT GRAPH {graph} ; CREATE SILENT GRAPH {graph}", f"GRAPH {graph} {{ {triples} }}")

    def put_dataset(self, payload: Payload) -> None:
        """Replace everything as one transaction; it passes through memory."""
        with payload.open() as source, _readable(payload):
            quads = parse(source, payload.format, base_iri=payload.base)
            self._replace("DROP ALL", quad_data(quads))

    def delete_graph(self, graph: GraphName) -> None:
        self._replace("DROP DEFAULT" if isinstance(graph, DefaultGraph) else f"DROP SILENT GRAPH {graph}", "")

    def delete_dataset(self) -> None:
        self._replace("DROP ALL", "")

    def has_graph(self, graph: GraphName) -> bool:
        return isinstance(graph, DefaultGraph) or self._store.contains_named_graph(graph)

    def dump_graph(self, output: IO[bytes], kind: RdfFormat, graph: GraphName) -> None:
        self._store.dump(output, kind, from_graph=graph)

    def dump_dataset(self, output: IO[bytes], kind: RdfFormat) -> None:
        self._store.dump(output, kind)

    def backup(self, path: Path, unsettled: NamedNode) -> None:
        """Copy the store to ``path``, between two writes. Raises Unsettled while there is a quad in ``unsettled``."""
        with self._writing:
            if next(self._store.quads_for_pattern(None, None, None, unsettled), None):
                raise Unsettled
            self._store.backup(path)

    def _replace(self, prologue: str, data: str) -> None:
        with self._writing:
            self._store.update(f"{prologue} ;\nINSERT DATA {{ {data} }}")
            self._commit()

    def _commit(self) -> None:
        """Bring the write-ahead log to the disk, as RocksDB does for synchronous writes, which Oxigraph does not offer.

        ``Store.flush`` would do as well, but writes the tables of all indices, however little changed: 6 to 14 times
        slower for small writes, and the many small tables slow down what follows.
        """
        for path in (*self._path.glob("*.log"), self._path):
            with suppress(FileNotFoundError):  # a log whose content has gone into tables
                _sync(path)
        self._on_commit()


def serialise(
    results: QueryResults, output: Callable[[str], IO[bytes]], solutions: str | None, graph: str | None
) -> None:
    """Write query results in the media type that fits their kind; ``output`` opens the body once that is known.

    Raises NotAcceptable where the fitting one is None.
    """
    kind = graph if isinstance(results, QueryTriples) else solutions
    if kind is None:
        raise NotAcceptable(not_acceptable(isinstance(results, QueryTriples)))
    if isinstance(results, QueryTriples):
        results.serialize(output(kind), RdfFormat.from_media_type(kind))
    else:
        results.serialize(output(kind), QueryResultsFormat.from_media_type(kind))


def not_acceptable(is_graph: bool) -> str:
    offered = "Turtle, N-Triples, JSON-LD, RDF/XML, N-Quads, TriG" if is_graph else "JSON, XML, CSV, TSV"
    return f"This query is answered in {offered}: accept one of their media types."


@contextmanager
def _readable(payload: Payload) -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        raise BadRequest(f"The {payload.format.name} cannot be read: {error}.") from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
