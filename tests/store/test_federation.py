"""Queries that ask other servers by SERVICE: those on the list only, with care, and nobody else."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from pyoxigraph import Store

from rubricator.errors import StoreError, UsageError
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.errors import QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLong, ServiceFailed
from rubricator.store.federation import is_listed
from rubricator.store.hints import explained
from rubricator.store.readers import QueryRequest, Readers, open_readers
from rubricator.store.syntax import sentence
from rubricator_service.sparql.identity import identity
from tests.store.fakes import Script, scripted
from tests.store.running import BASE, body_of, eventually, quad

JSON = "application/sparql-results+json"
Federated = Callable[..., Readers]


def rows(*values: str) -> bytes:
    """Solutions of the one variable x, as another server sends them."""
    bindings = [{"x": {"type": "literal", "value": value}} for value in values]
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()


def authority(url: str) -> str:
    return url.removeprefix("http://")


@pytest.fixture
def federated(our_store: Settings, our_client: StoreClient) -> Iterator[Federated]:
    """Opens readers that may ask some servers, each of which may lie on this machine unless told otherwise."""
    opened = list[Readers]()
    our_client.load([quad(1), quad(2)])

    def open_for(*urls: str, private: bool = True, **settings: object) -> Readers:
        allow = tuple(f"{url}/" for url in urls)
        hosts = tuple(map(authority, urls)) if private else ()
        chosen = {"service_allow": allow, "service_private": hosts, "readers": 1, **settings}
        readers = open_readers(load_settings(data_dir=our_store.data_dir, base=BASE, **chosen))
        opened.append(readers)
        eventually(lambda: b"n\r\n2\r\n" == body_of(readers, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
        return readers

    yield open_for
    for readers in opened:
        readers.close()


@pytest.fixture
def nobody_may_ask() -> Iterator[socket.socket]:
    """A port that listens. Whoever connects is remembered by the kernel, and found by accepting."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        yield listening


def test_a_listed_server_is_asked_and_joined(federated: Federated, foreign_url: str, tmp_path: Path) -> None:
    with connect(load_settings(store_url=foreign_url, data_dir=tmp_path)) as other:
        other.update("DROP ALL ; INSERT DATA { <http://x/2> <http://x/seen> 'elsewhere' }")
    readers = federated(foreign_url)

    found = body_of(
        readers, f"SELECT ?s ?w {{ ?s <http://x/number> ?n SERVICE <{foreign_url}/query> {{ ?s <http://x/seen> ?w }} }}"
    )

    assert b"s,w\r\nhttp://x/2,elsewhere\r\n" == found


def test_an_answer_that_others_had_a_part_in_is_of_no_revision(federated: Federated, foreign_url: str) -> None:
    readers = federated(foreign_url)

    with readers.run(QueryRequest(f"ASK {{ SERVICE <{foreign_url}/query> {{}} }}", BASE)) as answer:
        assert "" == answer.revision
    with readers.run(QueryRequest("ASK {}", BASE)) as ours:
        assert "" != ours.revision


@pytest.mark.parametrize(
    "pattern",
    [
        "SERVICE ?where { ?s ?p ?x }",
        "VALUES ?where { <HERE/> } SERVICE ?where { ?s ?p ?x }",
        "SERVICE ex:sparql { ?s ?p ?x }",
        "SERVICE <HERE.elsewhere.example/> { ?s ?p ?x }",
        "SERVICE <HERE/../other> { ?s ?p ?x } SERVICE <http://elsewhere.example/> { }",
        "SERVICE <http://elsewhere.example/HERE/> { ?s ?p ?x }",
        "SERVICE SILENT <http://elsewhere.example/> { ?s ?p ?x }",
        "SERVICE <HERE/> { SERVICE <HERE/> { ?s ?p ?x } }",
        "SERVICE <HERE/> { { SERVICE ?where { ?s ?p ?x } } }",
        "SERVICE <HERE/> { ?s ?p ?x } FILTER(?x<'x>y'||true)",
        "SERVICE <HERE/\\u002e\\u002e/> { ?s ?p ?x }",
        "SERVICESILENT<HERE/> { ?s ?p ?x }",
        "?s ?p 1SERVICE <HERE/> { ?s ?p ?x }",
    ],
)
def test_whatever_is_not_plainly_for_a_listed_server_is_refused(federated: Federated, pattern: str) -> None:
    script = Script(lambda *_: (200, rows("asked")), media_type=JSON)
    with scripted(script) as url:
        readers = federated(url)
        query = f"PREFIX ex: <{url}/> SELECT * {{ {pattern.replace('HERE', url)} }}"

        with pytest.raises(QueryRefused, match="SERVICE at line 1") as caught:
            body_of(readers, query)
        told = "name the server by its IRI in angle brackets", "(operators add it to the setting service_allow"
        assert any(advice in str(caught.value) for advice in told)
        assert [] == script.heard


@pytest.mark.parametrize(
    ("endpoint", "listed"),
    [
        ("https://triples.example/sparql", True),
        ("https://triples.example/sparql?default-graph-uri=http://g", True),
        ("https://triples.example:443/sparql", True),
        ("http://triples.example/sparql", False),
        ("https://triples.example:8443/sparql", False),
        ("https://triples.example.elsewhere.example/sparql", False),
        ("https://user:secret@triples.example/sparql", False),
        ("https://triples.example@elsewhere.example/sparql", False),
        ("https://triples.example/sparql/../admin", False),
        ("https://triples.example/sparql/%2e%2e/admin", False),
        ("https://triples.example/", False),
        ("ftp://triples.example/sparql", False),
        ("sparql", False),
    ],
)
def test_a_server_is_listed_by_scheme_host_port_and_the_start_of_its_path(endpoint: str, listed: bool) -> None:
    assert listed == is_listed(endpoint, ("https://triples.example/sparql",))


@pytest.mark.parametrize("start", ["triples.example", "https://", "ftp://x/", "https://a:b@x/", "https://x/?q="])
def test_a_list_that_is_none_is_refused(start: str) -> None:
    with pytest.raises(UsageError, match="service_allow"):
        load_settings(service_allow=start)


def test_a_start_without_a_path_ends_with_its_host() -> None:
    assert ("https://triples.example/",) == load_settings(service_allow="https://triples.example").service_allow


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[::1]",
             "0.0.0.0", "169.254.169.254"]  # noqa: S104 - asked, not bound
)  # fmt: skip
def test_a_listed_name_of_a_private_address_is_refused_before_connecting(
    federated: Federated, nobody_may_ask: socket.socket, host: str
) -> None:
    url = f"http://{host}:{nobody_may_ask.getsockname()[1]}"
    readers = federated(url, private=False)

    with pytest.raises(ServiceFailed, match="private network"):
        body_of(readers, f"SELECT * {{ SERVICE <{url}/> {{ ?s ?p ?x }} }}")
    with pytest.raises(BlockingIOError):
        nobody_may_ask.accept()


def test_a_server_on_this_machine_is_asked_under_the_listed_port_only(federated: Federated) -> None:
    with scripted(Script(lambda *_: (200, rows("one")), media_type=JSON)) as url:
        readers = federated(url, service_private="127.0.0.1:1")

        with pytest.raises(ServiceFailed, match="private network"):
            body_of(readers, f"SELECT * {{ SERVICE <{url}/> {{ ?s ?p ?x }} }}")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (Script(lambda *_: (500, b"broken")), "status 500"),
        (Script(lambda *_: (302, b"")), "redirects are not followed"),
        (Script(lambda *_: (200, rows("one")[:-2]), media_type=JSON), "gave no whole answer"),
        (Script(lambda *_: (200, rows("one")), media_type=JSON, cut=True), "gave no whole answer"),
        (Script(lambda *_: (200, rows("one")), media_type=JSON, cut=True, chunked=True), "gave no whole answer"),
        (Script(lambda *_: (200, b"<html>"), media_type="text/html"), "gave no whole answer"),
        (Script(lambda *_: (200, b"[]"), media_type=JSON), "no SPARQL results"),
        (Script(lambda *_: (200, rows("x" * 2000)), media_type=JSON), "larger than 1000 bytes"),
    ],
)
def test_a_server_that_gives_no_whole_answer_fails_the_query_or_is_left_out_by_silent(
    federated: Federated, script: Script, reason: str
) -> None:
    with scripted(script) as url:
        readers = federated(url, service_max_bytes=1000)

        with pytest.raises(ServiceFailed, match=reason) as caught:
            body_of(readers, f"SELECT ?x {{ SERVICE <{url}/sparql> {{ ?s ?p ?x }} }}")
        silent = body_of(readers, f"SELECT ?s {{ ?s ?p '2' SERVICE SILENT <{url}/sparql> {{ ?s ?p ?x }} }}")

    assert f"<{url}/sparql>" in str(caught.value)
    assert b"s\r\nhttp://x/2\r\n" == silent


def test_an_answer_that_nests_too_deeply_is_none(federated: Federated) -> None:
    nest = b'{"results":' + b"[" * 500_000
    with (
        scripted(Script(lambda *_: (200, nest), media_type=JSON)) as url,
        pytest.raises(ServiceFailed, match="gave no whole answer"),
    ):
        body_of(federated(url), f"SELECT ?x {{ SERVICE <{url}/sparql> {{ ?s ?p ?x }} }}")


def test_a_syntax_error_is_told_of_the_query_as_it_was_asked(federated: Federated) -> None:
    readers = federated("http://triples.example", private=False)
    before = (
        "SELECT * { SERVICE <http://triples.example/> { ?s ?p ?x } SERVICE <http://triples.example/a> { ?a ?b ?c } "
    )
    query = f"#\n{before}FILTR(true) SERVICE <http://triples.example/> {{ }} }}"

    with pytest.raises(QuerySyntaxError) as caught:
        body_of(readers, query)
    with pytest.raises(SyntaxError) as told:
        Store().query(query)
    expected = explained(QuerySyntaxError(*sentence("query", str(told.value))), query)
    assert (2, len(before) + 1) == (caught.value.line, caught.value.column)
    assert (str(expected), vars(expected)) == (str(caught.value), vars(caught.value))


def test_a_redirect_is_not_followed(federated: Federated, nobody_may_ask: socket.socket) -> None:
    there = f"http://127.0.0.1:{nobody_may_ask.getsockname()[1]}/"
    script = Script(lambda *_: (307, b""), headers={"Location": there})
    with scripted(script) as url:
        readers = federated(url)

        with pytest.raises(ServiceFailed, match="status 307"):
            body_of(readers, f"ASK {{ SERVICE <{url}/> {{ ?s ?p ?x }} }}")
    with pytest.raises(BlockingIOError):
        nobody_may_ask.accept()


def test_a_server_that_takes_too_long_is_left(federated: Federated) -> None:
    go_on = Event()

    def wait(*_: object) -> tuple[int, bytes]:
        go_on.wait(20)
        return 200, rows()

    with scripted(Script(wait, media_type=JSON)) as url:
        readers = federated(url, service_timeout=0.3)

        with pytest.raises(ServiceFailed, match=r"longer than 0\.3 seconds"):
            body_of(readers, f"ASK {{ SERVICE <{url}/> {{ ?s ?p ?x }} }}")
        with pytest.raises(QueryTimeout):
            body_of(federated(url, query_timeout=0.5), f"ASK {{ SERVICE <{url}/> {{ ?s ?p ?x }} }}")
        go_on.set()


def test_the_same_question_is_asked_once_and_different_ones_not_without_end(federated: Federated) -> None:
    script = Script(lambda *_: (200, rows("1", "2")), media_type=JSON)
    with scripted(script) as url:
        readers = federated(url)
        exists = body_of(
            readers, f"SELECT ?s {{ ?s <http://x/number> ?x FILTER EXISTS {{ SERVICE <{url}/> {{ ?a ?b ?x }} }} }}"
        )

        assert (1, 3) == (len(script.heard), len(exists.splitlines()))
        many = " UNION ".join(f"{{ SERVICE <{url}/> {{ ?a <http://x/{n}> ?x }} }}" for n in range(33))
        with pytest.raises(StoreError):
            body_of(readers, f"SELECT (COUNT(*) AS ?n) {{ {many} }}")


def test_nothing_of_ours_is_sent_but_the_part_that_is_for_others(federated: Federated) -> None:
    heard = list[bytes]()

    def hear(_method: str, _path: str, body: bytes) -> tuple[int, bytes]:
        heard.append(body)
        return 200, rows("1")

    script = Script(hear, media_type=JSON)
    with scripted(script) as url:
        body_of(federated(url), f"SELECT * {{ ?s ?p ?n FILTER(?n != 'secret') SERVICE <{url}/> {{ ?a ?b ?x }} }}")

    asked = f"BASE <{BASE}/>\nSELECT * WHERE {{ ?a ?b ?x . }}"
    assert ([asked.encode()], [""]) == (heard, script.heard)


def test_a_long_query_is_read_by_its_reader_and_refused_where_the_web_would_have_to_read_it(
    federated: Federated,
) -> None:
    readers = federated("http://triples.example", private=False)
    long = f"VALUES ?x {{ {'<http://x/service> ' * 5000} }}"

    assert b"true" == body_of(readers, f"ASK {{ {long} }}")
    with pytest.raises(QueryRefused, match="operators name the servers"):  # and not "name the server by its IRI"
        body_of(readers, f"ASK {{ {long} SERVICE ?x {{ ?s ?p ?o }} }}")
    with pytest.raises(QueryTooLong, match="50,000 characters"):
        body_of(readers, f"ASK {{ {long} SERVICE # here\n SILENT <http://triples.example/> {{ ?s ?p ?o }} }}")


def test_without_a_list_nobody_is_asked(our_store: Settings) -> None:
    settings = load_settings(data_dir=our_store.data_dir, base=BASE)
    with closing(open_readers(settings)) as readers, pytest.raises(QueryRefused, match="service_allow"):
        body_of(readers, "ASK { SERVICE <https://query.wikidata.org/sparql> { ?s ?p ?o } }")


def test_what_others_say_is_never_answered_from_memory() -> None:
    asked = QueryRequest("SELECT * { SERVICE <https://triples.example/sparql> { ?s ?p ?o } }", BASE)

    assert identity(asked, "1") is None
