"""How everything else reads and writes the store: the SPARQL 1.1 protocols, whoever the server is."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO

import requests
from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)
from SPARQLWrapper import ASK, CONSTRUCT, INSERT, JSON, POST, POSTDIRECTLY, SELECT, TURTLE, URLENCODED, SPARQLWrapper

from rubricator.errors import StoreError
from rubricator.settings import Settings
from rubricator.store import virtuoso
from rubricator.store.endpoint import store_token
from rubricator.store.errors import StoreReadOnly
from rubricator.store.failures import checked, store_errors
from rubricator.store.launch import bypass_proxies, running_store
from rubricator.store.mediatypes import N_QUADS, N_TRIPLES, TSV
from rubricator.store.quads import quad_data
from rubricator.store.results import Row, Term, rows

CONNECT_TIMEOUT = 10.0
_CHUNK = 64 * 2**10
_LARGEST_IN_MEMORY = 8 * 2**20
_QUADS_AN_UPDATE = 1000
_NO_SUCH_OPERATION = (400, 404, 405, 415)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The URLs of one server's query, update and graph store."""

    query: str
    update: str
    graph_store: str


class StoreClient:
    """Speaks to one SPARQL server. Terms are pyoxigraph's; failures are StoreError or StoreUnavailable.

    One client serves one thread at a time.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        token: str | None = None,
        loads_datasets: bool | None = None,
        read_only: bool = False,
    ) -> None:
        """``loads_datasets``: the graph store takes N-Quads for all graphs; None finds out at first need."""
        self._endpoints = endpoints
        self._token = token
        self._session = requests.Session()
        self._authorisation = {"Authorization": f"Bearer {token}"} if token else {}
        self._session.headers.update(self._authorisation)
        self._loads_datasets = loads_datasets
        self._read_only = read_only
        self._may_write = loads_datasets is True

    def clone(self) -> "StoreClient":
        """Another client of the same server, for another thread; whoever makes it closes it."""
        return StoreClient(self._endpoints, self._token, self._loads_datasets, self._read_only)

    def close(self) -> None:
        self._session.close()

    def select(self, query: str) -> list[dict[str, Term]]:
        """All solutions, for small answers; unbound variables are left out of a solution."""
        with store_errors("the query"):
            results = parse_query_results(self._ask(SELECT, JSON, query), QueryResultsFormat.JSON)
            if not isinstance(results, QuerySolutions):
                raise StoreError("The store answered with a boolean: give select a SELECT query.")
            names = [variable.value for variable in results.variables]
            return [{name: term for name, term in zip(names, row, strict=True) if term is not None} for row in results]

    def select_stream(self, query: str) -> Iterator[Row]:
        """The solutions of an answer of any size, one tuple each, in flat memory. Raises StoreError if it is cut."""
        with (
            store_errors("the query"),
            self._session.post(
                self._endpoints.query,
                {"query": query.encode()},
                headers={"Accept": TSV},
                stream=True,
                timeout=(CONNECT_TIMEOUT, None),
            ) as response,
        ):
            virtuoso.refuse_partial(response.headers)
            yield from rows(checked("the query", response).iter_content(_CHUNK))

    def ask(self, query: str) -> bool:
        with store_errors("the query"):
            results = parse_query_results(self._ask(ASK, JSON, query), QueryResultsFormat.JSON)
        if isinstance(results, QuerySolutions) and (said := virtuoso.truth(results)) is not None:
            return said
        if not isinstance(results, QueryBoolean):
            raise StoreError("The store answered with solutions: give ask an ASK query.")
        return bool(results)

    def construct(self, query: str) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE, for small answers."""
        with store_errors("the query"):
            quads = parse(self._ask(CONSTRUCT, TURTLE, query), RdfFormat.TURTLE, base_iri=self._endpoints.query)
            return [quad.triple for quad in quads]

    def update(self, update: str) -> None:
        """Run an update request, all of it in one transaction."""
        self._prepare_to_write()
        self._ask(INSERT, JSON, update)

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads as one batch: all or nothing, and durable on return.

        A server whose graph store takes single graphs only gets updates of 1,000 quads at most, which are atomic one by
        one; blank nodes are then shared within one of them only.
        """
        with _written(quads, RdfFormat.N_QUADS) as body:
            self._load(body)

    def load_nquads(self, nquads: bytes) -> None:
        """As ``load``, for quads that are written already."""
        with BytesIO(nquads) as body:
            self._load(body)

    def _load(self, body: IO[bytes]) -> None:
        if not body.seek(0, 2):
            return
        self._prepare_to_write()
        if self._can_load_datasets():
            self._send("POST", "the load", body, N_QUADS, {})
            return
        body.seek(0)
        remaining = parse(body, RdfFormat.N_QUADS)
        while batch := list(islice(remaining, _QUADS_AN_UPDATE)):
            self.update(f"INSERT DATA {{ {quad_data(batch)} }}")

    def put_graph(self, graph: NamedNode | None, triples: Iterable[Triple]) -> None:
        """Replace a graph; None is the default graph."""
        self._prepare_to_write()
        with _written(triples, RdfFormat.N_TRIPLES) as body:
            self._send("PUT", "the graph", body, N_TRIPLES, _named(graph))

    def get_graph(self, graph: NamedNode | None) -> list[Triple]:
        """The triples of a graph, none if there is no such graph."""
        response = self._get("the graph", N_TRIPLES, _named(graph))
        if response.status_code == requests.codes.not_found:
            return []
        with store_errors("the graph"):
            return [quad.triple for quad in parse(checked("the graph", response).content, RdfFormat.N_TRIPLES)]

    def read_graph(self, graph: NamedNode) -> Iterator[bytes]:
        """The N-Triples of a graph of any size, streamed; nothing if there is none. Raises StoreError if it is cut."""
        with store_errors("the graph"), self._get("the graph", N_TRIPLES, _named(graph), stream=True) as response:
            if response.status_code != requests.codes.not_found:
                yield from checked("the graph", response).iter_content(_CHUNK)

    def delete_graph(self, graph: NamedNode | None) -> None:
        """Delete a graph; one that does not exist is no error."""
        self._prepare_to_write()
        with store_errors("the deletion"):
            response = self._session.delete(
                self._endpoints.graph_store, params=_named(graph), timeout=(CONNECT_TIMEOUT, None)
            )
        if response.status_code != requests.codes.not_found:
            checked("the deletion", response)

    def export(self, media_type: str) -> Iterator[bytes]:
        """The whole dataset in N-Quads, TriG or JSON-LD, streamed. Raises StoreError if it is cut."""
        with store_errors("the export"), self._get("the export", media_type, {}, stream=True) as response:
            yield from checked("the export", response).iter_content(_CHUNK)

    def _ask(self, kind: str, answer: str, text: str) -> bytes:
        wrapper = SPARQLWrapper(self._endpoints.query, self._endpoints.update, returnFormat=answer)
        wrapper.setMethod(POST)
        # Virtuoso 7.2 never answers a query that is the body itself.
        wrapper.setRequestMethod(POSTDIRECTLY if kind == INSERT else URLENCODED)
        for name, value in self._authorisation.items():
            wrapper.addCustomHttpHeader(name, value)
        wrapper.queryString = text
        wrapper.queryType = kind  # told, because SPARQLWrapper would guess it from the text
        deed = "the update" if kind == INSERT else "the query"
        with store_errors(deed), closing(wrapper.query().response) as response:
            virtuoso.refuse_partial(dict(response.headers.items()))
            body: bytes = response.read()
        return body

    def _prepare_to_write(self) -> None:
        """Raise StoreReadOnly where the settings forbid it, StoreError where what is written would be lost."""
        if self._read_only:
            raise StoreReadOnly("The store is read-only: unset read_only to write to it.")
        if self._may_write:
            return
        with store_errors("the query"):
            answer = self._session.get(
                self._endpoints.query, params={"query": "ASK {}"}, timeout=(CONNECT_TIMEOUT, None)
            )
        if virtuoso.is_virtuoso(answer.headers):
            raise StoreError(
                "Virtuoso has no default graph of its own and loses what is written to it, without saying so: load the "
                "graphs that others exported by its own tools, and use it to read."
            )
        self._may_write = True

    def _can_load_datasets(self) -> bool:
        if self._loads_datasets is None:
            with store_errors("the load"):
                response = self._session.post(
                    self._endpoints.graph_store,
                    b"",
                    headers={"Content-Type": N_QUADS},
                    timeout=(CONNECT_TIMEOUT, None),
                )
            if response.status_code not in _NO_SUCH_OPERATION:
                checked("the load", response)
            self._loads_datasets = response.ok
        return self._loads_datasets

    def _send(self, method: str, deed: str, body: IO[bytes], kind: str, parameters: dict[str, str]) -> None:
        size = body.seek(0, 2)
        body.seek(0)
        with store_errors(deed):
            response = self._session.request(
                method,
                self._endpoints.graph_store,
                params=parameters,
                data=body.read() if size <= _LARGEST_IN_MEMORY else body,
                headers={"Content-Type": kind},
                timeout=(CONNECT_TIMEOUT, None),
            )
        checked(deed, response)

    def _get(self, deed: str, kind: str, parameters: dict[str, str], stream: bool = False) -> requests.Response:
        with store_errors(deed):
            response = self._session.get(
                self._endpoints.graph_store,
                params=parameters,
                headers={"Accept": kind},
                stream=stream,
                timeout=(CONNECT_TIMEOUT, None),
            )
        if response.ok and virtuoso.is_virtuoso(response.headers):
            response.close()
            raise StoreError(f"Virtuoso cuts long graphs without saying so: get {deed} from it by its own tools.")
        return response


@contextmanager
def connect(settings: Settings) -> Iterator[StoreClient]:
    """A client of the store: that of ``store_url``, else the running writer, else a writer started for the while.

    Raises StoreUnavailable if there is none and none can be started, UsageError if our store was made for other IRIs.
    """
    bypass_proxies()
    if settings.store_url is not None:
        token = settings.store_token.get_secret_value() if settings.store_token else None
        with closing(StoreClient(foreign_endpoints(settings), token, read_only=settings.read_only)) as client:
            yield client
        return
    with running_store(settings) as url:
        endpoints = Endpoints(f"{url}/query", f"{url}/update", f"{url}/store")
        with closing(StoreClient(endpoints, store_token(settings), True, settings.read_only)) as client:
            yield client


def foreign_endpoints(settings: Settings) -> Endpoints:
    """Where ``store_url`` answers queries, updates and graph store requests."""
    paths = (settings.store_query_path, settings.store_update_path, settings.store_graph_path)
    return Endpoints(*(f"{str(settings.store_url).rstrip('/')}/{path.lstrip('/')}" for path in paths))


def _named(graph: NamedNode | None) -> dict[str, str]:
    return {"default": ""} if graph is None else {"graph": graph.value}


def _written(statements: Iterable[Quad] | Iterable[Triple], syntax: RdfFormat) -> IO[bytes]:
    """The statements as a file, in memory while it is small."""
    file = SpooledTemporaryFile(_LARGEST_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    serialize(statements, file, syntax)
    return file
