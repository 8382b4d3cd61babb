"""What the tests of this room share: raw HTTP to our writer, quads to load, and waiting."""

from collections.abc import Callable, Iterator
from time import monotonic, sleep

import requests
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store

from rubricator.settings import Settings
from rubricator.store.endpoint import running, store_token
from rubricator.store.readers import QueryRequest, Readers

BASE = "http://rubricator.test"


def eventually(condition: Callable[[], object], seconds: float = 20.0, pause: float = 0.02) -> None:
    """Wait until ``condition()`` is true, which is looked at after each pause."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it never came true"
        sleep(pause)


def quad(number: int, graph: str | None = None) -> Quad:
    """``<http://x/N> <http://x/number> "N"``, in a graph or in the default one."""
    terms = NamedNode(f"http://x/{number}"), NamedNode("http://x/number"), Literal(str(number))
    return Quad(*terms, NamedNode(graph)) if graph else Quad(*terms)


def solutions_in(store: Store, query: str, syntax: QueryResultsFormat) -> bytes:
    """What a store answers to a SELECT, serialised."""
    results = store.query(query)
    assert isinstance(results, QuerySolutions)
    return results.serialize(format=syntax) or b""


def body_of(readers: Readers, query: str, timeout: float | None = None) -> bytes:
    answer = readers.run(QueryRequest(query, f"{BASE}/", solutions="text/csv", graph="application/n-triples"), timeout)
    return b"".join(answer.chunks)


class Http:
    """Raw HTTP to our writer, with its token."""

    def __init__(self, settings: Settings) -> None:
        endpoint = running(settings)
        assert endpoint is not None
        self.url = endpoint.url
        self.authorisation = {"Authorization": f"Bearer {store_token(settings)}"}

    def __call__(
        self, method: str, path: str, body: bytes | Iterator[bytes] | None = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        given = self.authorisation | (headers or {})
        return requests.request(method, self.url + path, data=body, headers=given, timeout=20)
