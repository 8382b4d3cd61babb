"""Clients are held to their time and to sizes, whatever they send or leave unsent; slow ones cost others nothing."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import ip_network
from urllib.parse import quote

import pytest

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.serving import connection
from tests.service.live import PATIENT, Fronted, Lent, fronted
from tests.service.serving.served import LARGE, application
from tests.service.serving.wire import Cut, Told, Wire, request
from tests.store.running import eventually

SOON = 0.15
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(REGEX(STR(?i), STR(?c))) }"
POST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n"


@pytest.fixture(scope="module")
def served(installation: Settings, readers: Readers) -> Iterator[Fronted]:
    """With 20 threads for the application."""
    settings = installation.model_copy(update={"readers": 1, "query_queue": 1, "client_requests": 1000, **PATIENT})
    app, _ = application(settings, readers)
    with fronted(app) as front:
        yield front


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "STALL_SECONDS"):
        monkeypatch.setattr(connection, name, SOON)


def problem_of(answer: Told) -> tuple[int, str]:
    problem = json.loads(answer.body)
    assert ("application/problem+json", "Rubricator", "*") == (
        answer.headers["content-type"],
        answer.headers["server"],
        answer.headers["access-control-allow-origin"],
    )
    assert answer.status == problem["status"]
    return answer.status, problem["type"].rpartition("/")[2]


def test_more_slow_readers_than_threads_keep_no_page_waiting(served: Fronted) -> None:
    with ExitStack() as slow:
        for _ in range(30):
            slow.enter_context(Wire(served.port, narrow=True)).send(request("/endless"))
        eventually(lambda: served.front.watch.open == 30)

        assert 200 == served.get("/echo").status
        assert 30 == served.front.watch.open
    eventually(lambda: served.front.watch.open == 0)


def test_more_slow_senders_than_threads_keep_no_page_waiting(served: Fronted) -> None:
    with ExitStack() as slow:
        senders = [slow.enter_context(Wire(served.port)) for _ in range(30)]
        for sender in senders:
            sender.send(POST + b"ASK")
        eventually(lambda: served.front.watch.open == 30)

        assert 200 == served.get("/echo").status
        for sender in senders:
            sender.send(b" {}")
        assert {200} == {sender.read().status for sender in senders}


def test_more_idle_connections_than_threads_keep_no_page_waiting(served: Fronted) -> None:
    with ExitStack() as idle:
        fresh, used, begun = ([idle.enter_context(Wire(served.port)) for _ in range(30)] for _ in range(3))
        assert {200} == {wire.ask(request("/echo")).status for wire in used}
        for wire in begun:
            wire.send(b"GET /ec")

        assert 200 == served.get("/echo").status
        for wire in begun:
            wire.send(b"ho HTTP/1.1\r\nHost: x\r\n\r\n")
        assert {200} == {wire.read().status for wire in begun}
        assert {200} == {wire.ask(request("/echo")).status for wire in fresh + used}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "part",
    [b"", b"\r\n", b"GET", b"GET /echo HTTP/1.1\r\nHost: x\r\n", POST, POST + b"ASK", POST.replace(b"6", b"900000")],
)
def test_whoever_does_not_come_to_the_end_of_a_request_is_cut_off(served: Fronted, part: bytes) -> None:
    with Wire(served.port) as wire:
        wire.send(part)

        assert wire.ended()
    eventually(lambda: served.front.watch.open == 0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("part", [b"\r\n", b"GET", POST])
def test_on_a_connection_that_was_used_it_is_the_same(served: Fronted, part: bytes) -> None:
    with Wire(served.port) as wire:
        assert 200 == wire.ask(request("/echo")).status
        wire.send(part)

        assert wire.ended()


@pytest.mark.usefixtures("impatient")
def test_a_query_may_take_longer_than_its_text(served: Fronted) -> None:
    with Wire(served.port) as wire:
        kind = "application/sparql-query"
        answer = wire.ask(request("/sparql?timeout=0.6", "POST", SLOW.encode(), Content_Type=kind))

        assert (504, "query-timeout") == problem_of(answer)


@pytest.mark.usefixtures("impatient")
def test_whoever_takes_nothing_of_an_answer_is_cut_off(served: Fronted) -> None:
    with Wire(served.port, narrow=True) as wire:
        wire.send(request("/endless"))
        eventually(lambda: served.front.watch.open == 1)
        eventually(lambda: served.front.watch.open == 0)

        with pytest.raises(Cut):
            wire.read()


def test_whoever_takes_a_large_answer_slowly_gets_all_of_it(served: Fronted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STALL_SECONDS", 0.8)
    with socket.socket(fileno=os.dup(served.server.servers[0].sockets[0].fileno())) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)  # or the system takes all of the answer
    with Wire(served.port, narrow=True) as wire:
        wire.send(request("/large"))
        answer = wire.read(pause=0.04)

    assert (200, LARGE) == (answer.status, len(answer.body))


@pytest.mark.parametrize(
    "head",
    [
        b"GET /echo HTTP/1.1\r\nHost: x\r\n" + b"X-Many: much\r\n" * 6000,
        b"GET /echo HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 70_000,
    ],
)
def test_headers_without_end_are_a_problem(served: Fronted, head: bytes) -> None:
    with Wire(served.port) as wire:
        answer = wire.ask(head)

        assert (431, "head-too-large") == problem_of(answer)
        assert "close" == answer.headers["connection"]


def test_empty_lines_without_end_are_cut_off(served: Fronted) -> None:
    with Wire(served.port) as wire:
        assert (431, "head-too-large") == problem_of(wire.ask(b"\r\n" * 40_000))


@pytest.mark.parametrize("rest", [b"0\r\n" + b"a: b\r\n" * 20_000, b"0\r\na: " + b"b" * 70_000, b"1;" + b"a" * 70_000])
def test_what_stands_between_and_behind_the_pieces_of_a_body_has_an_end(served: Fronted, rest: bytes) -> None:
    eventually(lambda: served.front.watch.open == 0)
    with Wire(served.port) as wire:
        wire.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        eventually(lambda: served.front.watch.open == 1)

        assert (431, "head-too-large") == problem_of(wire.ask(rest))


@pytest.mark.parametrize("size", [8_191, 60_000, 200_000])
def test_an_address_that_others_would_not_pass_on_is_a_problem_that_says_what_to_do(served: Fronted, size: int) -> None:
    path = "/sparql?query="
    answer = served.get(path + "x" * (size - len(path)))

    assert (414, "address-too-long") == problem_of(answer)
    assert "POST" in json.loads(answer.body)["detail"]


def test_the_longest_address_is_answered(served: Fronted) -> None:
    path = "/sparql?query=ASK{}%23"

    assert 200 == served.get(path + "x" * (8_190 - len(path))).status


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"nonsense\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost: x\r\nBad\x00Name: x\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /echo\r\n\r\n",
        b"GET /echo HTTP/2.0\r\nHost: x\r\n\r\n",
        b"GET /echo HTTP/1.1\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nhi",
    ],
)
def test_what_is_no_http_is_a_problem(served: Fronted, nonsense: bytes) -> None:
    with Wire(served.port) as wire:
        answer = wire.ask(nonsense)

        assert (400, "bad-request") == problem_of(answer)
        assert wire.ended()
    eventually(lambda: served.front.watch.open == 0)


def test_what_the_connection_refuses_is_counted(served: Fronted) -> None:
    counted = b'rubricator_requests_total{method="other",outcome="whole",route="none",status="400"}'
    assert 400 == served.ask(b"nonsense\r\n\r\n").status

    assert counted in served.get("/metrics").body


@pytest.mark.parametrize("trusted", [True, False])
def test_one_address_has_so_many_connections_and_a_trusted_proxy_any_number(
    installation: Settings, readers: Readers, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 5)
    proxies = (ip_network("127.0.0.1/32"),) if trusted else ()
    settings = installation.model_copy(update={"trusted_proxies": proxies})
    with fronted(create_app(settings, Lent(readers))) as served, ExitStack() as open_ones:
        first = [open_ones.enter_context(Wire(served.port)) for _ in range(5)]
        assert {200} == {wire.ask(request("/healthz")).status for wire in first}
        sixth = open_ones.enter_context(Wire(served.port))
        assert trusted == is_answered(sixth)
        assert is_answered(open_ones.enter_context(Wire(served.port, source="127.0.0.2")))

        first[0].close()
        eventually(lambda: served.get("/healthz").status == 200)


def is_answered(wire: Wire) -> bool:
    try:
        wire.send(request("/healthz"))
        return wire.read().status == 200
    except (Cut, ConnectionError, IndexError):
        return False


def test_a_client_without_connections_is_forgotten(served: Fronted) -> None:
    by_client = vars(served.server.config.http_protocol_class)["by_client"]
    with Wire(served.port, source="127.0.0.3") as wire:
        wire.ask(request("/healthz"))
        assert 1 == by_client["127.0.0.3"]
    eventually(lambda: "127.0.0.3" not in by_client)


@pytest.mark.usefixtures("impatient")
def test_a_body_that_waits_behind_a_long_answer_has_its_time_after_it(served: Fronted) -> None:
    slow = f"/sparql?timeout=0.8&query={quote(SLOW)}"
    with Wire(served.port) as wire:
        wire.send(request(slow) + request("/echo", "POST", b"x" * 2**18))

        assert (504, "query-timeout") == problem_of(wire.read())
        assert 200 == wire.read().status
