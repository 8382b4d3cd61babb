"""The writer's HTTP face."""

import socket
from collections.abc import Iterator

import pytest
import requests
from pyoxigraph import NamedNode

from rubricator.rdf import integer
from rubricator.settings import load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.launch import running_store
from tests.store.running import BASE, Http, quad

SPARQL_UPDATE = {"Content-Type": "application/sparql-update"}
N_QUADS = {"Content-Type": "application/n-quads"}
TURTLE = {"Content-Type": "text/turtle"}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret"}])
def test_without_the_token_nothing_is_answered(http: Http, headers: dict[str, str]) -> None:
    answer = requests.get(f"{http.url}/query", params={"query": "ASK {}"}, headers=headers, timeout=5)

    assert (401, 'Bearer realm="rubricator store"') == (answer.status_code, answer.headers["WWW-Authenticate"])


def test_health_needs_no_token_and_names_the_process(http: Http) -> None:
    answer = requests.get(f"{http.url}/healthz", timeout=5).json()

    assert ("ok", int) == (answer["status"], type(answer["pid"]))


@pytest.mark.parametrize(
    ("accept", "query", "expected"),
    [
        ("text/csv", "SELECT (1 AS ?x) {}", ("text/csv; charset=utf-8", b"x\r\n1\r\n")),
        ("text/tab-separated-values", "SELECT (1 AS ?x) {}", ("text/tab-separated-values; charset=utf-8", b"?x\n1\n")),
        ("application/json", "ASK {}", ("application/sparql-results+json", b'{"head":{},"boolean":true}')),
        ("application/n-triples", "CONSTRUCT { <http://a> <http://b> 1 } {}",
         ("application/n-triples", b'<http://a> <http://b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')),
    ],
)  # fmt: skip
def test_the_accept_header_chooses_the_format(
    http: Http, accept: str, query: str, expected: tuple[object, object]
) -> None:
    answer = http("POST", "/query", query.encode(), {"Accept": accept, "Content-Type": "application/sparql-query"})

    assert expected == (answer.headers["Content-Type"], answer.content)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "expected"),
    [
        (
            "GET",
            "/query?query=SELECT",
            None,
            {},
            (400, "The query has a syntax error at line 1, column 7: it ends there"),
        ),
        ("GET", "/query?query=ASK%7B%7D", None, {"Accept": "text/turtle"}, (406, "This query is answered in JSON")),
        ("GET", "/update?update=CLEAR%20ALL", None, {}, (405, "Send updates by POST")),
        ("POST", "/query", b"ASK {}", {"Content-Type": "text/plain"}, (415, "Send the query as")),
        ("POST", "/update", b"LOAD <http://127.0.0.1/>", SPARQL_UPDATE, (403, "LOAD at line 1")),
        ("POST", "/store", b"<http://a> <http://b>", N_QUADS, (400, "The N-Quads cannot be read")),
        ("POST", "/store", b"x", {"Content-Type": "text/csv"}, (415, "text/csv is not read here")),
        ("GET", "/store?graph=http://nowhere", None, {}, (404, "There is no graph <http://nowhere>")),
        ("GET", "/store?graph=http://a&default", None, {}, (400, "Name one graph only")),
        ("PATCH", "/store", b"", {}, (405, "The graph store answers GET")),
        ("GET", "/store", None, {"Accept": "text/turtle"}, (406, "Accept one of application/n-quads")),
        ("GET", "/elsewhere", None, {}, (404, "404 Not Found")),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    http: Http, method: str, path: str, body: bytes | None, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    answer = http(method, path, body, headers)

    said = answer.json()["detail"] if "application/problem+json" == answer.headers["Content-Type"] else answer.text
    assert (expected, 1) == ((answer.status_code, said[: len(expected[1])]), len(said.splitlines()))


def test_an_error_is_a_problem_document_that_says_where(http: Http) -> None:
    answer = http("GET", "/query?query=SELECT")

    problem = answer.json()
    assert "application/problem+json" == answer.headers["Content-Type"]
    assert (f"{BASE}/problems/query-syntax", 400, 1, 7) == (
        problem["type"],
        problem["status"],
        problem["line"],
        problem["column"],
    )
    assert "Say what to select: variables such as ?item, or * for all." == problem["hint"]


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Http]:
    """A store that holds one triple and is served as it is."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("read-only"), base=BASE)
    with connect(settings) as client:
        client.load([quad(1)])
    with running_store(settings.model_copy(update={"read_only": True})):
        yield Http(settings)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("POST", "/update", b"CLEAR ALL", SPARQL_UPDATE),
        ("POST", "/update", b"update=CLEAR%20ALL", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("PUT", "/store?default", b"", TURTLE),
        ("POST", "/store", b"", N_QUADS),
        ("DELETE", "/store?default", None, {}),
    ],
)
def test_a_read_only_store_refuses_to_write_and_answers_queries(
    read_only: Http, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> None:
    refused = read_only(method, path, body, headers)
    asked = read_only("GET", "/query?query=SELECT(COUNT(*)AS%3Fn){%3Fs%3Fp%3Fo}", headers={"Accept": "text/csv"})

    assert (403, f"{BASE}/problems/store-read-only") == (refused.status_code, refused.json()["type"])
    assert b"n\r\n1\r\n" == asked.content
    assert 200 == read_only("GET", "/store?default").status_code


@pytest.mark.parametrize("path", ["/store", "/store?graph=http://g", "/store?default"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_with_a_broken_last_line_leaves_nothing(
    http: Http, our_client: StoreClient, method: str, path: str
) -> None:
    kept = b"<http://kept> <http://p> <http://o> .\n"
    http("PUT", path, kept, N_QUADS if path == "/store" else TURTLE)
    body = b"".join(b"<http://x/%d> <http://p> <http://o> .\n" % number for number in range(20_000)) + b"<http://broken"

    answer = http(method, path, body, N_QUADS if path == "/store" else TURTLE)

    kept_only = [{"s": NamedNode("http://kept")}]
    everything = "SELECT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    assert (400, kept_only) == (answer.status_code, our_client.select(everything))


def test_a_whole_dataset_is_replaced_by_put(http: Http, our_client: StoreClient) -> None:
    http("POST", "/store", b"<http://a> <http://p> _:b <http://old> .", N_QUADS)

    answer = http("PUT", "/store", b'<http://a> <http://p> _:b <http://g> .\n_:b <http://p> "x" .\n', N_QUADS)

    assert (204, True, False) == (
        answer.status_code,
        our_client.ask("ASK { GRAPH <http://g> { <http://a> <http://p> ?b } ?b <http://p> 'x' }"),
        our_client.ask("ASK { GRAPH <http://old> {} }"),
    )


def test_quads_are_not_taken_for_one_graph(http: Http, our_client: StoreClient) -> None:
    answer = http("POST", "/store?graph=http://g", b"<http://a> <http://p> <http://o> <http://other> .", N_QUADS)

    assert (400, False) == (answer.status_code, our_client.ask("ASK { GRAPH ?g { ?s ?p ?o } }"))


def test_a_large_body_is_loaded_from_disk(http: Http, our_client: StoreClient) -> None:
    def lines() -> Iterator[bytes]:
        for number in range(1000):
            yield b"".join(b"<http://x/%d> <http://p> <http://o> .\n" % (number * 100 + row) for row in range(100))

    answer = http("POST", "/store", lines(), N_QUADS)  # chunked: its length is not known beforehand

    count = our_client.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert (204, [{"n": integer(100_000)}]) == (answer.status_code, count)


def test_files_of_a_form_are_loaded_together_or_not_at_all(http: Http, our_client: StoreClient) -> None:
    files = {"a": ("a.ttl", b"<http://a> <http://p> 1 .", "text/turtle"), "b": ("b.ttl", b"<http://b", "text/turtle")}

    answer = requests.post(f"{http.url}/store?default", files=files, headers=http.authorisation, timeout=5)

    assert (400, False) == (answer.status_code, our_client.ask("ASK { ?s ?p ?o }"))


def test_an_old_client_gets_a_whole_answer_or_an_error(http: Http) -> None:
    port = int(http.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        token = http.authorisation["Authorization"]
        query = "SELECT%20*%20%7BVALUES%20?x%20%7B1%202%7D%7D"
        connection.sendall(f"GET /query?query={query} HTTP/1.0\r\nAuthorization: {token}\r\n\r\n".encode())
        answer = connection.makefile("rb").read()

    head, _, body = answer.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()


def test_a_client_that_goes_away_stops_its_answer(http: Http, our_client: StoreClient) -> None:
    cross = "SELECT * { " + "".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(300)))} }} " for n in range(3)) + "}"
    for _ in range(20):  # more than there are threads
        with requests.post(
            f"{http.url}/query", {"query": cross}, headers=http.authorisation, stream=True, timeout=10
        ) as answer:
            next(answer.iter_content(1000))

    assert our_client.ask("ASK {}")
