"""Requests mean the same in every form that HTTP has for them, and nothing more than HTTP says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service.serving.connection import MOST_IN_LINE
from tests.service.live import PATIENT, Fronted, fronted
from tests.service.serving.served import LARGE, application
from tests.service.serving.wire import Cut, Told, Wire, request
from tests.store.running import eventually

ADDRESSES = [
    "/sparql?query=SELECT%20*%20{%20?s%20?p%20?o%20}%20LIMIT%202",
    "/sparql?query=SELECT%20*%20{%20?s%20?p%20?o%20}%20LIMIT%202&timeout=9",
    "/items/",
    "/concept/painting",
    "/doc/concept/painting.ttl",
    "/static/style.css",
    "/none",
]
NO_CHUNKS = b"GET /echo HTTP/1.0\r\n\r\n"
CHUNKED = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

QUERY_CHUNKED = CHUNKED.replace(b"/echo", b"/sparql").replace(
    b"Host", b"Content-Type: application/sparql-query\r\nHost"
)


@pytest.fixture(scope="module")
def served(installation: Settings, readers: Readers) -> Iterator[Fronted]:
    with fronted(application(installation.model_copy(update=PATIENT), readers)[0]) as front:
        yield front


def told(answer: Told) -> dict[str, Any]:
    """What the application saw of a request."""
    assert 200 == answer.status
    found: dict[str, Any] = json.loads(answer.body)
    return found


def lasting(answer: Told) -> dict[str, str]:
    """The headers of an answer, less what time and the state of the connection change."""
    return {
        name: value for name, value in answer.headers.items() if name not in ("date", "last-modified", "connection")
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_has_the_head_of_get_and_no_body(served: Fronted, address: str) -> None:
    with Wire(served.port) as wire:
        heads = [wire.ask(request(address, "HEAD")) for _ in range(2)]
        get = wire.ask(request(address))
        heads.append(wire.ask(request(address, "HEAD")))

        for head in heads:
            assert (get.status, b"") == (head.status, head.body)
            assert lasting(head).items() <= lasting(get).items()
            assert {"content-type", "vary", "server"} <= lasting(head).keys() or address.startswith(("/static", "/con"))


@pytest.mark.parametrize("address", ADDRESSES)
def test_options_tell_what_may_be_asked_from_any_page(served: Fronted, address: str) -> None:
    answer = served.ask(
        request(address, "OPTIONS", Origin="https://other.example", Access_Control_Request_Method="GET")
    )

    assert "*" == answer.headers["access-control-allow-origin"]
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert "If-None-Match" in answer.headers["access-control-allow-headers"]


def test_an_old_client_gets_its_answer_without_chunks_and_then_the_end(served: Fronted) -> None:
    for target in ("/echo", "/sparql?query=ASK{}", "/sparql?query=SELECT*{?a%20?b%20?c.?d%20?e%20?f}"):
        with Wire(served.port) as wire:
            answer = wire.ask(NO_CHUNKS.replace(b"/echo", target.encode()))

            assert 200 == answer.status
            assert int(answer.headers["content-length"]) == len(answer.body) > 0
            assert "transfer-encoding" not in answer.headers
            assert wire.ended()


def test_an_old_client_that_would_keep_its_connection_may_ask_once(served: Fronted) -> None:
    with Wire(served.port) as wire:
        answer = wire.ask(b"GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")

        assert "close" == answer.headers["connection"]
        assert wire.ended()


def test_who_asks_to_close_is_answered_and_closed(served: Fronted) -> None:
    for _ in range(2):
        with Wire(served.port) as wire:
            answer = wire.ask(request("/sparql?query=ASK{}", Connection="close"))

            assert (200, "close") == (answer.status, answer.headers["connection"])
            assert wire.ended()


def test_pipelined_requests_are_answered_in_order(served: Fronted) -> None:
    post = request("/echo", "POST", b"c" * 100_000)
    with Wire(served.port) as wire:
        wire.send(request("/echo?a") + request("/waits-not") + request("/echo?b") + post + request("/echo?d"))

        assert "a" == told(wire.read())["query"]
        assert 404 == wire.read().status
        assert "b" == told(wire.read())["query"]
        assert "c" * 100_000 == told(wire.read())["body"]
        assert "d" == told(wire.read())["query"]


def test_what_is_no_request_is_not_answered_in_place_of_those_before(served: Fronted) -> None:
    with Wire(served.port) as wire:
        wire.send(request("/echo?a") + request("/large") + b"nonsense\r\n\r\n")

        assert "a" == told(wire.read())["query"]
        assert bytes(LARGE) == wire.read().body
        assert wire.ended()


def test_who_sends_more_than_may_be_in_line_is_answered_what_is_and_then_the_end(served: Fronted) -> None:
    with Wire(served.port) as wire:
        wire.send(b"".join(request(f"/echo?{number}") for number in range(200)))
        answers = [told(wire.read())["query"] for _ in range(1 + MOST_IN_LINE)]

        assert [str(number) for number in range(1 + MOST_IN_LINE)] == answers
        assert wire.ended()


def test_a_head_that_begins_after_a_large_body_is_no_larger_for_it(served: Fronted) -> None:
    with Wire(served.port) as wire:
        wire.send(request("/echo", "POST", b"a" * 150_000) + b"GET /echo?b HT")
        assert 150_000 == len(told(wire.read())["body"])
        wire.send(b"TP/1.1\r\nHost: x\r\n\r\n")

        assert "b" == told(wire.read())["query"]


def test_a_pipelined_get_and_post_are_each_answered_by_whom_they_ask(served: Fronted) -> None:
    get, post = request("/sparql?query=ASK{}"), request("/sparql", "POST", b"query=ASK{FILTER(false)}")
    form = post.replace(b"\r\n\r\n", b"\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n", 1)
    with Wire(served.port) as wire:
        for _ in range(2):
            wire.send(get + form + get + form)
            answers = [json.loads(wire.read().body)["boolean"] for _ in range(4)]

            assert [True, False, True, False] == answers


def test_who_leaves_with_requests_in_line_leaves_nothing_behind(served: Fronted) -> None:
    with Wire(served.port, narrow=True) as wire:
        wire.send(request("/endless") + request("/endless") * 3)
        eventually(lambda: served.front.watch.open == 1)
    eventually(lambda: served.front.watch.open == 0)

    assert 200 == served.get("/echo").status


def test_who_waits_for_leave_to_send_a_body_gets_it(served: Fronted) -> None:
    with Wire(served.port) as wire:
        wire.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert 100 == wire.read().status
        wire.send(b"hello")

        assert "hello" == told(wire.read())["body"]
        assert "" == told(wire.ask(request("/echo", Expect="100-continue")))["body"]


@pytest.mark.parametrize(
    "chunks",
    [
        [b"5\r\nhello\r\n0\r\n\r\n"],
        [b"2\r\nhe\r\n", b"3;name=value\r\nllo\r\n0\r\n\r\n"],
        [b"5\r\nhel", b"lo\r\n0\r\nTrailer: none-of-ours\r\n\r\n"],
    ],
)
def test_a_body_may_come_in_chunks(served: Fronted, chunks: list[bytes]) -> None:
    with Wire(served.port) as wire:
        for part in (CHUNKED, *chunks):
            wire.send(part)
        seen = told(wire.read())

        assert ("hello", "5") == (seen["body"], seen["headers"]["Content-Length"])
        assert 200 == wire.ask(request("/echo")).status


def test_a_query_may_come_in_chunks(served: Fronted) -> None:
    with Wire(served.port) as wire:
        assert {"head": {}, "boolean": True} == json.loads(wire.ask(QUERY_CHUNKED + b"6\r\nASK {}\r\n0\r\n\r\n").body)


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused_and_the_connection_goes_on(served: Fronted, *, announced: bool) -> None:
    large = b"x" * (3 * served.front.settings.query_max_length + 300_000)
    with Wire(served.port) as wire:
        if announced:
            wire.send(request("/sparql", "POST", large, Content_Type="application/sparql-query"))
        else:
            wire.send(QUERY_CHUNKED + b"%x\r\n" % len(large) + large + b"\r\n0\r\n\r\n")

        assert 413 == wire.read().status
        assert 200 == wire.ask(request("/echo")).status


@pytest.mark.parametrize("form", ["http://x{}", "HTTP://x:80{}", "https://other.example{}"])
def test_an_address_may_be_absolute(served: Fronted, form: str) -> None:
    assert "a=1" == told(served.get(form.format("/echo?a=1")))["query"]
    assert served.get("/items/").body == served.get(form.format("/items/")).body


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("/echo/a%20b", "a b"),
        ("/echo/caf%C3%A9", "café"),
        ("/echo/%E4%BD%A0/x", "你/x"),
        ("/echo/a%2Fb", "a/b"),
        ("/ech%6F/x", "x"),
        ("/echo/100%", "100%"),
        ("/echo/%ff", "\ufffd"),
        ("/echo/a+b;c=d,e", "a+b;c=d,e"),
        ("/echo/a//b", "a//b"),
    ],
)
def test_escapes_in_a_path_are_what_they_stand_for(served: Fronted, sent: str, path: str) -> None:
    assert path == told(served.get(sent))["path"]


@pytest.mark.parametrize("sent", ["/echo/café".encode(), "/echo/café".encode("latin-1"), "/echo?q=é".encode()])
def test_a_path_that_is_not_escaped_is_read_as_if_it_were_or_refused(served: Fronted, sent: bytes) -> None:
    answer = served.ask(b"GET " + sent + b" HTTP/1.1\r\nHost: x\r\n\r\n")

    assert answer.status in (200, 400)
    assert served.get("/echo").status == 200


def test_headers_with_underscores_are_none_and_those_of_one_name_are_one(served: Fronted) -> None:
    sent = b"X_Forwarded_For: 192.0.2.9\r\nAccept_Language: nl\r\nAccept: text/a\r\nAccept: text/b\r\nX-Empty:\r\n"
    seen = told(served.ask(b"GET /echo HTTP/1.1\r\nHost: x\r\n" + sent + b"\r\n"))["headers"]

    assert {"Host": "x", "Accept": "text/a,text/b", "X-Empty": ""} == seen


def test_accept_in_two_headers_is_as_in_one(served: Fronted) -> None:
    accept = b"Accept: application/xml;q=0.1\r\nAccept: text/tab-separated-values\r\n"
    query = b"GET /sparql?query=SELECT*{} HTTP/1.1\r\nHost: x\r\n" + accept + b"\r\n"

    for _ in range(2):
        assert "text/tab-separated-values; charset=utf-8" == served.ask(query).headers["content-type"]


def test_what_stands_behind_a_body_is_no_header(served: Fronted) -> None:
    with Wire(served.port) as wire:
        headers = told(
            wire.ask(CHUNKED + b"5\r\nhello\r\n0\r\nX-Forwarded-For: 192.0.2.1\r\nAccept: text/csv\r\n\r\n")
        )["headers"]

        assert {"Accept", "X-Forwarded-For"}.isdisjoint(headers)


def test_an_offer_of_another_protocol_is_not_taken_up(served: Fronted) -> None:
    offer = request("/echo?a", Connection="Upgrade, HTTP2-Settings", Upgrade="h2c", HTTP2_Settings="AAMAAABkAAQ")
    with Wire(served.port) as wire:
        assert "a" == told(wire.ask(offer))["query"]
        assert "b" == told(wire.ask(request("/echo?b")))["query"]


@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_an_answer_that_breaks_is_broken_on_the_wire_and_the_page_after_it_is_not(served: Fronted, coding: str) -> None:
    with Wire(served.port) as wire, pytest.raises(Cut) as cut:
        wire.ask(request("/breaks", Accept_Encoding=coding))

    assert cut.value.got
    assert 200 == served.get("/echo").status
