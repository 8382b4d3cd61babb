"""Small answers are kept while the published view stays as it is, and only those that may be."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client
from werkzeug.wrappers import Response

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.serving.caching import OF_THE_VIEW, Cached

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOOKUP = "/sparql?query=SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3&format=json"
TAKES_GZIP = {"Accept-Encoding": "gzip"}


class Site:
    """A site whose view and answers a test changes; ``made`` counts the answers that were made."""

    def __init__(self, capacity: int = 1_000_000) -> None:
        self.revision: str | None = "1"
        self.made = 0
        self.headers = {"Cache-Control": "public, no-cache", "ETag": '"a"', "Vary": "Accept"}
        self.status = 200
        self.of_the_view = True
        self.cached = Cached(self.answer, lambda: self.revision, capacity)
        self.client = Client(self.cached, Response)

    def answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self.made += 1
        environ[OF_THE_VIEW] = self.of_the_view
        return Response(self.body(environ["PATH_INFO"]), self.status, self.headers)(environ, start_response)

    def body(self, path: str) -> str | Iterable[bytes]:
        return f"{self.revision} {path} {self.made}"

    def text(self, path: str = "/x", **headers: str) -> str:
        return self.client.get(path, headers=headers).text


def test_an_answer_is_made_once_a_revision() -> None:
    site = Site()

    assert ["1 /x 1", "1 /x 1"] == [site.text(), site.text()]
    site.revision = "2"
    assert ["2 /x 2", "2 /x 2"] == [site.text(), site.text()]


def test_an_answer_made_while_the_view_changed_is_not_kept() -> None:
    site = Site()
    revisions = iter(["1", "2", "2", "2", "2"])
    cached = Cached(site.answer, lambda: next(revisions), 1_000_000)
    client = Client(cached, Response)

    assert ["1 /x 1", "1 /x 2", "1 /x 2"] == [client.get("/x").text for _ in range(3)]


def test_answers_of_an_older_revision_never_come_back() -> None:
    site = Site()
    site.text()
    site.revision = "2"
    site.text()
    site.revision = "1"

    assert "1 /x 3" == site.text()


@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "Accept-Encoding", "Prefer"])
def test_each_asked_for_representation_is_kept_by_itself(name: str) -> None:
    site = Site()

    assert "1 /x 1" == site.text()
    assert "1 /x 2" == site.text(**{name: "gzip"})
    assert "1 /x 2" == site.text(**{name: "gzip"})
    assert "1 /x 1" == site.text()


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (500, {}),
        (404, {}),
        (410, {}),
        (200, {"Set-Cookie": "who=me"}),
        (200, {"Cache-Control": "no-store"}),
        (200, {"Cache-Control": "private"}),
        (200, {"Vary": "Accept, User-Agent"}),
        (200, {"Vary": "*"}),
    ],
)
def test_errors_and_what_is_for_one_client_alone_are_never_kept(status: int, headers: dict[str, str]) -> None:
    site = Site()
    site.status = status
    site.headers |= headers
    site.text()
    site.text()

    assert 2 == site.made


def test_what_does_not_follow_from_the_view_is_never_kept() -> None:
    site = Site()
    site.of_the_view = False
    site.text()
    site.text()

    assert 2 == site.made


def test_nothing_is_kept_of_a_store_that_does_not_tell_its_revision() -> None:
    site = Site()
    site.revision = None
    site.text()
    site.text()

    assert 2 == site.made


def test_head_is_answered_from_get_without_a_body() -> None:
    site = Site()
    whole = site.client.get("/x", buffered=True)
    head = site.client.head("/x")

    assert (1, b"") == (site.made, head.data)
    assert whole.headers["Content-Length"] == head.headers["Content-Length"]


def test_head_alone_keeps_nothing_that_a_get_would_be_answered_with() -> None:
    site = Site()
    site.client.head("/x")

    assert "1 /x 2" == site.text()


def test_parts_and_writes_are_not_answered_from_what_is_kept() -> None:
    site = Site()
    site.text()
    site.client.get("/x", headers={"Range": "bytes=0-3"})
    site.client.post("/x")

    assert 3 == site.made


def test_whoever_has_the_kept_answer_is_told_so() -> None:
    site = Site()
    site.text()
    answer = site.client.get("/x", headers={"If-None-Match": '"b", W/"a"'})

    assert (304, b"", '"a"', "Accept") == (
        answer.status_code,
        answer.data,
        answer.headers["ETag"],
        answer.headers["Vary"],
    )
    assert 200 == site.client.get("/x", headers={"If-None-Match": '"b"'}).status_code
    assert 1 == site.made


def test_what_was_asked_for_longest_ago_gives_way_when_the_cache_is_full() -> None:
    site = Site(capacity=200_000)
    for number in range(200):
        site.text(f"/{number}")
        site.text("/0")

    assert 200 == site.made
    assert 0 < site.cached.answers.size <= 200_000
    site.text("/1")
    assert 201 == site.made


def test_a_large_answer_is_not_kept_and_arrives_whole() -> None:
    class Large(Site):
        def body(self, _path: str) -> Iterable[bytes]:
            return iter([b"x" * 10_000] * 3)

    site = Large(capacity=1_000_000)

    assert [30_000, 30_000] == [len(site.text()), len(site.text())]
    assert 2 == site.made


def test_an_answer_that_breaks_is_not_kept() -> None:
    class Broken(Site):
        def body(self, _path: str) -> Iterable[bytes]:
            yield b"half"
            raise OSError("cut")

    site = Broken()
    for _ in range(2):
        with pytest.raises(OSError, match="cut"):
            site.text()

    assert 2 == site.made


def counters(client: FlaskClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines)
        if name.startswith("rubricator_cache")
    }


@pytest.fixture
def client(installation: Settings, readers: Readers) -> FlaskClient:
    return create_app(installation, readers).test_client()


@pytest.mark.parametrize("address", [LOOKUP, "/", "/items/", "/concept/painting", "/doc/concept/painting.ttl"])
def test_queries_pages_documents_and_redirects_are_kept(client: FlaskClient, address: str) -> None:
    first, second = (client.get(address, buffered=True) for _ in range(2))

    assert first.data == second.data
    told = {name: value for name, value in first.headers if name != "Date"}
    assert told == {name: value for name, value in second.headers if name != "Last-Modified"} | told
    assert 1 == counters(client)["rubricator_cache_hits"]


def test_volatile_queries_problems_and_figures_are_made_anew(client: FlaskClient) -> None:
    for address in ("/sparql?query=SELECT (RAND() AS ?x) {}", "/none", "/sparql?query=nonsense", "/healthz"):
        assert 2 == len([client.get(address).data for _ in range(2)])

    assert 0 == counters(client)["rubricator_cache_hits"]


def test_kept_answers_are_counted_by_their_route(client: FlaskClient) -> None:
    for _ in range(3):
        client.get(LOOKUP, buffered=True)

    text = client.get("/metrics").text
    assert 'rubricator_requests_total{method="GET",outcome="whole",route="sparql.endpoint",status="200"} 3.0' in text


def test_no_memory_for_kept_answers_means_that_none_are(installation: Settings, readers: Readers) -> None:
    client = create_app(installation.model_copy(update={"cache_bytes": 0}), readers).test_client()

    assert client.get(LOOKUP).data == client.get(LOOKUP).data
    assert 0 == counters(client)["rubricator_cache_hits"]
