"""A plain query is answered before the application is asked, exactly as the application answers it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import pytest

from rubricator.settings import Settings
from rubricator.store.answers import Answer, AsyncAnswer, QueryRequest
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.sparql.identity import identity
from tests.service.live import PATIENT, Fronted, Lent, fronted
from tests.service.serving.wire import Told, request

SELECT = "SELECT ?s ?p { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 4"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 4"
EVERYTHING = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
LOOKUP = "SELECT ?p ?o { <http://data.europeana.eu/proxy/provider/9990001/demo_0001> ?p ?o }"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def uncached(installation: Settings, readers: Readers) -> Iterator[Fronted]:
    """Keeps no answer."""
    settings = installation.model_copy(update={"cache_bytes": 0, **PATIENT})
    with fronted(create_app(settings, Lent(readers))) as served:
        yield served


def asked_both_ways(served: Fronted, query: str, **headers: str) -> list[tuple[Told, Told]]:
    """Pairs of answers to one query: of a reader alone, and of the application. By GET, by POST and as a form."""
    escaped = quote(query)
    ways = [
        [request(f"/sparql?query={escaped}{more}", "GET", None, **headers) for more in ("", "&timeout=9")],
        [posted(f"/sparql{more}", query, "application/sparql-query", **headers) for more in ("", "?timeout=9")],
        [posted("/sparql", f"query={escaped}{more}", FORM, **headers) for more in ("", "&timeout=9")],
    ]
    return [(served.ask(direct), served.ask(usual)) for direct, usual in ways]


def posted(path: str, body: str, kind: str, **headers: str) -> bytes:
    return request(path, "POST", body.encode(), Content_Type=kind, **headers)


@pytest.mark.parametrize("accept", ["*/*", "text/csv", "application/sparql-results+xml", "text/turtle, */*;q=0.1"])
@pytest.mark.parametrize("query", [SELECT, CONSTRUCT, LOOKUP, "ASK {}", EVERYTHING, "SELECT ('é 你 + &' AS ?x) {}"])
def test_both_ways_have_the_same_head_and_body(uncached: Fronted, query: str, accept: str) -> None:
    for direct, usual in asked_both_ways(uncached, query, Accept=accept):
        assert usual.status == direct.status
        assert usual.body == direct.body
        assert lasting(usual) == lasting(direct)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_both_ways_have_the_same_coding(uncached: Fronted, coding: str) -> None:
    for direct, usual in asked_both_ways(uncached, EVERYTHING, Accept_Encoding=coding):
        assert coding == direct.headers["content-encoding"]
        assert (lasting(usual), usual.body) == (lasting(direct), direct.body)


def test_a_reader_alone_answers_what_is_plain(installation: Settings, readers: Readers) -> None:
    noted = Noted(readers)
    with fronted(create_app(installation.model_copy(update={"cache_bytes": 0}), noted)) as served:
        pairs = asked_both_ways(served, SELECT)

    assert [200] * 6 == [answer.status for pair in pairs for answer in pair]
    assert (3, 3) == (len(noted.asked), len(noted.run_for))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT", 400),
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", 403),
        ("SELECT * { ?s nope:p ?o }", 400),
        ("LOAD <http://x/>", 403),
    ],
)
def test_both_ways_have_the_same_problem(uncached: Fronted, query: str, status: int) -> None:
    for direct, usual in asked_both_ways(uncached, query):
        assert status == direct.status == usual.status
        assert json.loads(usual.body) == json.loads(direct.body)
        assert lasting(usual) == lasting(direct)


def lasting(answer: Told) -> dict[str, str]:
    """The headers of an answer, less what time changes."""
    return {name: value for name, value in answer.headers.items() if name not in ("date", "last-modified")}


def test_a_failed_query_counts_once_against_its_client(installation: Settings, readers: Readers) -> None:
    settings = installation.model_copy(update={"client_errors": 3})
    with fronted(create_app(settings, Lent(readers))) as served:
        assert [400, 400, 400, 429] == [served.get("/sparql?query=nonsense").status for _ in range(4)]


def test_a_browser_gets_its_page(uncached: Fronted) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    for direct, _ in asked_both_ways(uncached, SELECT, Accept=accept)[:1]:
        assert direct.headers["content-type"].startswith("text/html")


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
class Federated(Lent):
    """Readers whose answers other servers had a part in, as ``rubricator.store.federation`` marks them."""

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        return replace(self.readers.run(request, timeout, client), revision="", small=False)

    async def ask(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> AsyncAnswer | None:
        answer = await self.readers.ask(request, timeout, client)
        return answer and replace(answer, revision="")


@dataclass(frozen=True)
class Noted(Lent):
    """Readers that note what an event loop asks of them, and for which queries a thread runs."""

    asked: list[str] = field(default_factory=list)
    run_for: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)

    def look_up(self, request: QueryRequest, revision: str | None) -> AsyncAnswer | None:
        self.looked_up.append(request.query)
        return self.readers.look_up(request, revision)

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        self.run_for.append(request.query)
        return self.readers.run(request, timeout, client)

    async def ask(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> AsyncAnswer | None:
        self.asked.append(request.query)
        return await self.readers.ask(request, timeout, client)


def test_what_other_servers_had_a_part_in_is_neither_kept_nor_known_again(
    installation: Settings, readers: Readers
) -> None:
    with fronted(create_app(installation, Federated(readers))) as served:
        for direct, usual in asked_both_ways(served, SELECT) * 2:
            assert (200, 200) == (direct.status, usual.status)
            assert [False, False] == ["etag" in answer.headers for answer in (direct, usual)]
        assert b"rubricator_cache_hits_total 0.0" in served.get("/metrics").body


def test_a_client_that_has_the_answer_is_told_so_without_evaluating(uncached: Fronted) -> None:
    """A query that nobody could answer in time has no answer but this."""
    hopeless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    lookup = f"/sparql?query={quote(SELECT)}"
    etag = uncached.get(lookup).headers["etag"]

    assert re.fullmatch('"[0-9a-f]{32}"', etag)
    assert 304 == uncached.get(lookup, If_None_Match=etag).status
    for tags in (etag, "*"):
        refused = uncached.get(f"/sparql?timeout=0.2&query={quote(hopeless)}", If_None_Match=tags)
        assert 504 == refused.status
    assert 304 == uncached.get(lookup, If_None_Match="*").status


@pytest.mark.parametrize(
    ("kind", "size", "status"), [("application/sparql-update", 3, 403), ("application/sparql-query", 10**7, 413)]
)
def test_a_request_that_is_refused_for_its_body_leaves_no_reader_at_work(
    installation: Settings, readers: Readers, kind: str, size: int, status: int
) -> None:
    noted = Noted(readers)
    with fronted(create_app(installation, noted)) as served:
        lookup = request(f"/sparql?query={quote(EVERYTHING)}", "GET", b"x" * size, Content_Type=kind)

        assert status == served.ask(lookup).status
    assert ([], []) == (noted.asked, noted.run_for)
