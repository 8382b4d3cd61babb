"""The SPARQL 1.1 Graph Store HTTP Protocol over the database, and the whole dataset in the same way.

``?default`` is the default graph, ``?graph=IRI`` a named one, as is every URL below the store's own; without any of
them the whole dataset is meant, as in Oxigraph's server.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO
from urllib.parse import parse_qs, urljoin
from uuid import uuid4

from pyoxigraph import DefaultGraph, RdfFormat, parse
from werkzeug import Request, Response

from rubricator.errors import NotFound
from rubricator.store.database import Database, GraphName, Payload
from rubricator.store.depth import refuse_deep_data
from rubricator.store.errors import BadRequest, MethodNotAllowed, NotAcceptable, UnsupportedMediaType
from rubricator.store.negotiation import DATASETS, GRAPHS, choose
from rubricator.store.protocol import graph_iri, media_type
from rubricator.store.quads import n_triples
from rubricator.store.stream import streamed

# Larger bodies are loaded from a file, so that they never lie in memory as a whole.
LARGEST_IN_MEMORY = 32 * 2**20
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
_READ_FORMATS = {
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "text/turtle": RdfFormat.TURTLE,
}


class GraphStore:
    """``spool`` is the directory where large bodies wait until they are loaded."""

    def __init__(self, database: Database, spool: Path) -> None:
        self._database = database
        self._spool = spool

    def answer(self, request: Request, name: str) -> Response:
        """Answer a request whose path goes on with ``name`` after the store's own."""
        graph = _graph(request, name)
        match request.method:
            case "GET" | "HEAD":
                return self._get(request, graph)
            case "PUT":
                return self._put(request, graph)
            case "POST":
                return self._post(request, graph)
            case "DELETE":
                return self._delete(graph)
        raise MethodNotAllowed(f"The graph store answers {', '.join(METHODS)}.", METHODS)

    def _get(self, request: Request, graph: GraphName | None) -> Response:
        offers = DATASETS if graph is None else GRAPHS
        kind = choose(request.headers.get("Accept"), offers)
        if kind is None:
            raise NotAcceptable(f"Accept one of {', '.join(dict.fromkeys(offers.values()))}.")
        syntax = RdfFormat.from_media_type(kind)
        if syntax is None:
            raise NotAcceptable(f"{kind} is not written here.")
        if graph is None:
            return streamed(request, lambda body: self._database.dump_dataset(body(kind), syntax))
        self._must_exist(graph)
        return streamed(request, lambda body: self._database.dump_graph(body(kind), syntax, graph))

    def _put(self, request: Request, graph: GraphName | None) -> Response:
        existed = graph is None or self._database.has_graph(graph)
        with self._payload(request) as payload:
            if graph is None:
                self._database.put_dataset(payload)
            else:
                self._database.put_graph(payload, graph)
        return Response(status=204 if existed else 201)

    def _post(self, request: Request, graph: GraphName | None) -> Response:
        with self._payload(request) as payload:
            location = None
            if graph is None and not payload.format.supports_datasets:
                location = f"{request.base_url.rstrip('/')}/{uuid4()}"
                graph = graph_iri(location)
            existed = graph is None or self._database.has_graph(graph)
            self._database.load(payload if graph is None else _triples_only(payload), graph)
        headers = {"Location": location} if location else {}
        return Response(status=204 if existed else 201, headers=headers)

    def _delete(self, graph: GraphName | None) -> Response:
        if graph is None:
            self._database.delete_dataset()
        else:
            self._must_exist(graph)
            self._database.delete_graph(graph)
        return Response(status=204)

    def _must_exist(self, graph: GraphName) -> None:
        if not self._database.has_graph(graph):
            raise NotFound(f"There is no graph {graph}.")

    @contextmanager
    def _payload(self, request: Request) -> Iterator[Payload]:
        kind, _ = media_type(request.content_type)
        if kind == "multipart/form-data":
            yield _joined(request)
        else:
            with self._spooled(request.stream, request.content_length) as content:
                refuse_deep_data(content)
                yield Payload(content, _read_format(kind), request.base_url)

    @contextmanager
    def _spooled(self, source: IO[bytes], length: int | None) -> Iterator[bytes | Path]:
        if length is not None and length <= LARGEST_IN_MEMORY:
            yield source.read()
            return
        self._spool.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._spool) as file:
            shutil.copyfileobj(source, file)
            file.flush()
            yield Path(file.name)


def _graph(request: Request, name: str) -> GraphName | None:
    fields = parse_qs(request.query_string.decode("latin-1"), keep_blank_values=True)
    graphs, default = fields.get("graph", []), "default" in fields
    if len(graphs) + default + bool(name) > 1:
        raise BadRequest("Name one graph only: by graph, by default or by the path.")
    if default:
        return DefaultGraph()
    if graphs:
        return graph_iri(urljoin(request.base_url, graphs[0]))
    return graph_iri(request.base_url) if name else None


def _read_format(kind: str) -> RdfFormat:
    try:
        return _READ_FORMATS[kind]
    except KeyError:
        raise UnsupportedMediaType(
            f"{kind or 'A body without Content-Type'} is not read here: send one of {', '.join(_READ_FORMATS)}."
        ) from None


def _triples_only(payload: Payload) -> Payload:
    """The same for one graph; formats that could name other graphs are read here, to be sure that they do not."""
    if not payload.format.supports_datasets:
        return payload
    with payload.open() as source:
        return Payload(_n_triples(source, payload.format, payload.base), RdfFormat.N_TRIPLES, payload.base)


def _joined(request: Request) -> Payload:
    """The files of a form as one, so that they are loaded together or not at all."""
    parts = [
        _n_triples(BytesIO(_shallow(file.read())), _read_format(media_type(file.content_type)[0]), request.base_url)
        for file in request.files.values()
    ]
    return Payload(b"".join(parts), RdfFormat.N_TRIPLES, request.base_url)


def _shallow(content: bytes) -> bytes:
    refuse_deep_data(content)
    return content


def _n_triples(source: IO[bytes], syntax: RdfFormat, base: str) -> bytes:
    try:
        quads = parse(source, syntax, base_iri=base, without_named_graphs=True, rename_blank_nodes=True)
        return n_triples(quads)
    except SyntaxError as error:
        raise BadRequest(f"The {syntax.name} cannot be read: {error}.") from error
