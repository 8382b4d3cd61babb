"""A plain query is answered before the application is asked, exactly as the application answers it."""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from rubricator.settings import Settings
from rubricator.store.answers import Answer, QueryRequest
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.sparql.identity import identity

SELECT = "SELECT ?s ?p { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 4"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 4"
EVERYTHING = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
TWO_WAYS = ("/sparql?query={}", "/sparql?query={}&timeout=9")  # Flask alone takes a timeout


@pytest.fixture
def uncached(installation: Settings, readers: Readers) -> FlaskClient:
    return create_app(installation.model_copy(update={"cache_bytes": 0}), readers).test_client()


@pytest.mark.parametrize("accept", ["*/*", "text/csv", "application/sparql-results+xml", "text/turtle, */*;q=0.1"])
@pytest.mark.parametrize("query", [SELECT, CONSTRUCT, "ASK {}", EVERYTHING])
def test_both_ways_have_the_same_head_and_body(uncached: FlaskClient, query: str, accept: str) -> None:
    answers = [
        uncached.get(way.format(quote(query)), headers={"Accept": accept}, environ_base={"SERVER_PROTOCOL": "HTTP/1.1"})
        for way in TWO_WAYS
    ]

    direct, usual = ({name: value for name, value in one.headers if name != "Date"} for one in answers)
    assert usual == direct
    assert answers[0].status == answers[1].status
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize(
    "query", ["SELECT", "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "SELECT (xsd:integer('x') AS ?x) {}"]
)
def test_both_ways_have_the_same_problem(uncached: FlaskClient, query: str) -> None:
    direct, usual = (uncached.get(way.format(quote(query))) for way in TWO_WAYS)

    assert usual.status_code == direct.status_code
    assert usual.json == direct.json


def test_a_failed_query_counts_once_against_its_client(installation: Settings, readers: Readers) -> None:
    settings = installation.model_copy(update={"client_errors": 3})
    client = create_app(settings, readers).test_client()

    assert [400, 400, 400, 429] == [client.get("/sparql?query=nonsense").status_code for _ in range(4)]


def test_a_browser_gets_its_page(uncached: FlaskClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    assert "text/html" == uncached.get(f"/sparql?query={quote(SELECT)}", headers={"Accept": accept}).mimetype


@pytest.mark.parametrize(
    ("query", "known"),
    [
        (SELECT, True),
        ("SELECT * { ?now ?rand ?uuid }", True),
        ("PREFIX foaf: <http://xmlns.com/foaf/0.1/> SELECT * { ?a foaf:knows ?b }", True),
        ("CONSTRUCT { ?s a <http://x/construct#c> } WHERE { ?s ?p [] FILTER(?p > 1) }", True),
        ("DESCRIBE <http://x/>", True),
        (f"SELECT * {{}} # now{'#' * 5000}", True),  # or it would take for ever
        ("SELECT (NOW() AS ?x) {}", False),
        ("SELECT (COUNT(DISTINCTrand()) AS ?x) {}", False),
        ("SELECT (uuid # now\n () AS ?x) {}", False),
        ("SELECT (\\u0052AND() AS ?x) {}", False),
        ("SELECT (BNODE('x') AS ?x) {}", False),
        ("CONSTRUCT { [] a ?c } WHERE { ?s a ?c }", False),
        ("CONSTRUCT { _:b a ?c } WHERE { ?s a ?c }", False),
        ("CONSTRUCT { ?s ?p (1 2) } WHERE { ?s a ?c }", False),
        ("CONSTRUCT { ?s ?p '}' . [] a ?c } WHERE { ?s a ?c }", False),
        ("# CONSTRUCT }\nCONSTRUCT { [] a ?c } WHERE { ?s a ?c }", False),
    ],
)
def test_only_what_is_the_same_each_time_has_an_identity(query: str, *, known: bool) -> None:
    assert known == (identity(QueryRequest(query, "http://x/"), "1") is not None)


def test_the_identity_changes_with_all_that_the_answer_depends_on() -> None:
    requests = [
        QueryRequest(SELECT, "http://x/"),
        QueryRequest(SELECT + " ", "http://x/"),
        QueryRequest(SELECT, "http://y/"),
        QueryRequest(SELECT, "http://x/", ("http://g/",)),
        QueryRequest(SELECT, "http://x/", (), ("http://g/",)),
        QueryRequest(SELECT, "http://x/", solutions="text/csv"),
        QueryRequest(SELECT, "http://x/", graph="application/n-triples"),
    ]
    found = {identity(request, revision) for request in requests for revision in ("1", "2")}

    assert 14 == len(found)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o OPTIONAL { ?o ?q ?r } }",
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
        "SELECT DISTINCT ?p { ?s ?p ?o }",
        "SELECT ?a ?b { { SELECT ?a ?x { ?a a ?x } } { SELECT ?b ?x { ?b a ?x } } }",
        "SELECT ?s (GROUP_CONCAT(?o) AS ?all) (SAMPLE(?o) AS ?one) { ?s a ?o } GROUP BY ?s",
        "SELECT ?b { ?a (<http://www.openarchives.org/ore/terms/proxyFor>|^a)* ?b }",
        "DESCRIBE ?s { ?s a ?c }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_every_reader_writes_the_same_bytes_of_a_revision(installation: Settings, readers: Readers, query: str) -> None:
    """The strong ETags hold only as long as this does, whatever Oxigraph's version."""
    from rubricator.store.readers import ReaderPool

    other = ReaderPool(installation.model_copy(update={"readers": 1}))
    try:
        asked = QueryRequest(query, "http://x/")
        found = {b"".join(pool.run(asked).chunks) for pool in (readers, other, readers, other)}
    finally:
        other.close()

    assert 1 == len(found)


@dataclass(frozen=True)
class Federated:
    """Readers whose answers other servers had a part in, as ``rubricator.store.federation`` marks them."""

    readers: Readers

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        return replace(self.readers.run(request, timeout, client), revision="", small=False)

    def download(self, request: QueryRequest, client: str = "") -> Answer:
        return self.readers.download(request, client)

    def close(self) -> None:
        self.readers.close()


@dataclass(frozen=True)
class Noted(Federated):
    """Readers that note what they are asked."""

    asked: list[str] = field(default_factory=list)

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        self.asked.append(request.query)
        return self.readers.run(request, timeout, client)


def test_what_other_servers_had_a_part_in_is_neither_kept_nor_known_again(
    installation: Settings, readers: Readers
) -> None:
    client = create_app(installation, Federated(readers)).test_client()
    for way in TWO_WAYS:
        answers = [client.get(way.format(quote(SELECT)), buffered=True) for _ in range(2)]

        assert [False, False] == ["ETag" in answer.headers for answer in answers]
    assert "rubricator_cache_hits 0.0" in client.get("/metrics").text


def test_a_client_that_has_the_answer_is_told_so_without_evaluating(uncached: FlaskClient) -> None:
    """A query that nobody could answer in time has no answer but this."""
    hopeless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    etag = uncached.get(f"/sparql?query={quote(SELECT)}").headers["ETag"]

    assert re.fullmatch('"[0-9a-f]{32}"', etag)
    assert 304 == uncached.get(f"/sparql?query={quote(SELECT)}", headers={"If-None-Match": etag}).status_code
    for tags in (etag, "*"):
        refused = uncached.get(f"/sparql?timeout=0.2&query={quote(hopeless)}", headers={"If-None-Match": tags})
        assert 504 == refused.status_code
    assert 304 == uncached.get(f"/sparql?query={quote(SELECT)}", headers={"If-None-Match": "*"}).status_code


@pytest.mark.parametrize(
    ("environ", "status"),
    [({"CONTENT_TYPE": "application/sparql-update"}, 403), ({"CONTENT_LENGTH": str(2**40)}, 413)],
)
def test_a_request_that_is_refused_for_its_body_leaves_no_reader_at_work(
    installation: Settings, readers: Readers, environ: dict[str, str], status: int
) -> None:
    noted = Noted(readers)
    client = create_app(installation, noted).test_client()

    assert status == client.get(f"/sparql?query={quote(EVERYTHING)}", environ_overrides=environ).status_code
    assert [] == noted.asked
