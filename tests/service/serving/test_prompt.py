"""Plain requests are answered from the cache by their bytes, exactly as the server answers them; others are not."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.serving.prompt import Prompt
from tests.service.live import Fronted, Lent, fronted
from tests.service.serving.wire import Told, Wire, request

TARGET = f"/sparql?query={quote('SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 5')}"
PEER = "127.0.0.1"
PLAIN = f"GET {TARGET} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"


@pytest.fixture(scope="module")
def served(installation: Settings, readers: Readers) -> Iterator[Fronted]:
    with fronted(create_app(installation, Lent(readers))) as front:
        yield front


@pytest.fixture
def prompt(served: Fronted) -> Prompt:
    """With one kept answer, to ``PLAIN``."""
    assert 200 == served.ask(PLAIN.encode()).status
    return Prompt(served.front.at_once, served.front.watch, "")


@pytest.mark.parametrize(
    "request_text",
    [
        PLAIN,
        PLAIN.replace("Host: x", "Host: elsewhere\r\nConnection: Keep-Alive\r\nUser-Agent: curl/8 (x)"),
        PLAIN.replace("Accept: ", "aCCEPT:   "),
    ],
)
def test_a_plain_request_is_answered_whole(prompt: Prompt, request_text: str) -> None:
    answer = prompt.answer(request_text.encode(), PEER)

    assert answer is not None
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\nDate: ")
    assert f"content-length: {len(body)}".encode() in head
    assert 6 == len(body.splitlines())


@pytest.mark.parametrize(
    "request_text",
    [
        "",
        PLAIN[:-2],
        PLAIN + PLAIN,
        PLAIN + "x",
        PLAIN.replace("GET", "HEAD"),
        PLAIN.replace("GET", "POST"),
        PLAIN.replace("GET ", "GET  "),
        PLAIN.replace("1.1", "1.0"),
        PLAIN.replace("Host: x\r\n", ""),
        PLAIN.replace("Host: x", "Host: x\r\nHost: y"),
        PLAIN.replace("Host: x", "Host : x"),
        PLAIN.replace("Host: x", "Host: x\r\n folded"),
        PLAIN.replace("Host: x", "Host: x\r\nContent-Length: 5"),
        PLAIN.replace("Host: x", "Host: x\r\nTransfer-Encoding: chunked"),
        PLAIN.replace("Host: x", "Host: x\r\nConnection: close"),
        PLAIN.replace("Host: x", "Host: x\r\nExpect: 100-continue"),
        PLAIN.replace("Host: x", "Host: x\r\nUpgrade: h2c"),
        PLAIN.replace("Host: x", "Host: x\r\nRange: bytes=0-1"),
        PLAIN.replace("Host: x", 'Host: x\r\nIf-None-Match: "a"'),
        PLAIN.replace("Host: x", "Host: x\r\nCookie: a=b"),
        PLAIN.replace("Host: x", "Host: x\r\nPrefer: return=minimal"),
        PLAIN.replace("Accept: text/csv", "Accept: text/csv\r\nAccept: text/tab-separated-values"),
        PLAIN.replace("text/csv", "text/tab-separated-values"),
        PLAIN.replace("\r\n", "\n"),
        PLAIN.replace("/sparql", "//sparql"),
        PLAIN.replace("/sparql", "/s%70arql"),
        PLAIN.replace("/sparql", "http://x/sparql"),
        PLAIN.replace("LIMIT", "limit"),
    ],
)
def test_whatever_could_mean_something_else_is_left_to_the_server(prompt: Prompt, request_text: str) -> None:
    assert prompt.answer(request_text.encode(), PEER) is None


def test_below_the_path_of_the_base_it_is_the_same(served: Fronted, prompt: Prompt) -> None:
    below = Prompt(served.front.at_once, served.front.watch, "/red")

    assert prompt.answer(PLAIN.encode(), PEER)
    assert below.answer(PLAIN.encode(), PEER)
    assert below.answer(PLAIN.replace("/sparql", "/red/sparql").encode(), PEER)
    assert not below.answer(PLAIN.replace("/sparql", "/redder/sparql").encode(), PEER)


def test_over_the_wire_the_prompt_answer_is_that_of_the_server(served: Fronted) -> None:
    target = f"/sparql?query={quote('SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 7')}"
    with Wire(served.port) as wire:
        first, *others = [wire.ask(request(target, Accept="text/csv")) for _ in range(4)]
        usual = wire.ask(request(target, Accept="text/csv", Cookie="none=of-ours"))

    assert 3 <= served.front.cache.hits
    for answer in (*others, usual):
        assert first.body == answer.body
        assert first.headers == {name: answer.headers[name] for name in first.headers} | timely(first)


def timely(answer: Told) -> dict[str, str]:
    """What another answer may tell otherwise, as time goes on."""
    return {name: value for name, value in answer.headers.items() if name in ("date", "last-modified")}


def test_prompt_answers_are_counted_and_logged_as_others_are(served: Fronted, prompt: Prompt) -> None:
    with structlog.testing.capture_logs() as lines:
        for more in ({}, {"Cookie": "none=of-ours"}):
            served.get(TARGET, Accept="text/csv", **more)

    assert prompt
    first, second = ({**line, "seconds": 0} for line in lines)
    assert first == second
    assert "sparql.endpoint" == first["route"]


def test_kept_and_unkept_answers_alternate_on_one_connection(served: Fronted, prompt: Prompt) -> None:
    assert prompt
    with Wire(served.port) as wire:
        for number in range(5):
            fresh = wire.ask(request(f"/sparql?query=SELECT({number}%20AS%20?n){{}}%23fresh", Accept="text/csv"))
            assert f"n\r\n{number}\r\n".encode() == fresh.body
            assert 6 == len(wire.ask(PLAIN.encode()).body.splitlines())
            assert 6 == len(wire.ask(PLAIN.encode()).body.splitlines())
            posted = wire.ask(request("/sparql", "POST", b"ASK {}", Content_Type="application/sparql-query"))
            assert {"head": {}, "boolean": True} == json.loads(posted.body)


def test_requests_in_a_row_and_in_pieces_are_answered_in_order(served: Fronted) -> None:
    first, second = (
        request(f"/sparql?query={quote(query)}", Accept="text/csv")
        for query in ("SELECT (1 AS ?n) {}", "SELECT (2 AS ?n) {}")
    )
    with Wire(served.port) as wire:
        for whole in (first, second):  # so that they are kept
            wire.ask(whole)
        for part in (first, first + second, second[:20], second[20:]):
            wire.send(part)
        bodies = [wire.read().body for _ in range(4)]

    assert [b"n\r\n1\r\n", b"n\r\n1\r\n", b"n\r\n2\r\n", b"n\r\n2\r\n"] == bodies
