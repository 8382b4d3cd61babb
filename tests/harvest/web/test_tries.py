"""Sources are asked politely and again, in time, over real connections to a server that misbehaves."""

import gzip
import re

import pytest

from rubricator.harvest.web import Request, StatusError, Web
from rubricator.settings import Settings
from tests.fakes.web import (
    Behaviour,
    WebServer,
    dripping,
    gzip_bomb,
    reply,
    silence,
    web_server,
)
from tests.harvest.web.asking import RECORD, error_of


@pytest.mark.parametrize(
    "trouble",
    [
        reply(b"", 429),
        reply(b"", 429, {"Retry-After": "0"}),
        reply(b"", 503, {"Retry-After": "0"}),
        reply(b"", 503),
        reply(b"<html>Bad gateway</html>", 502),
        reply(b"", 500),
        reply(b"", 504),
        reply(b"", 408),
        reply(b"half a rec", headers={"Content-Length": "100"}),
        reply(b"a\r\nhalf a rec", headers={"Transfer-Encoding": "chunked"}),
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"a whole record", mtime=0)[:-9],
        b"",
    ],
)
def test_trouble_that_may_pass_is_tried_again(web: Web, server: WebServer, trouble: bytes) -> None:
    url = server.answers("/record", trouble, trouble, RECORD)

    assert b'{"object": 1}' == web.get(Request(url)).body
    assert 3 == len(server.asked)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "source-rejected"),
        (401, "source-refused"),
        (403, "source-refused"),
        (404, "source-missing"),
        (410, "source-gone"),
        (422, "source-rejected"),
        (451, "source-refused"),
    ],
)
def test_what_will_not_pass_is_not_tried_again(web: Web, server: WebServer, status: int, code: str) -> None:
    error = error_of(web, server.answers("/record", reply(b'{"code": "400-SC"}', status)))

    assert isinstance(error, StatusError)
    assert (code, status, b'{"code": "400-SC"}') == (error.code, error.http_status, error.body)
    assert 1 == len(server.asked)


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (reply(b"", 429), "source-busy"),
        (reply(b"", 503, {"Retry-After": "0"}), "source-busy"),
        (reply(b"", 500), "source-server-error"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "source-server-error"),
        (reply(b"half", headers={"Content-Length": "9"}), "source-truncated"),
    ],
)
def test_trouble_that_does_not_pass_has_its_code_after_seven_tries(
    local_settings: Settings, server: WebServer, trouble: bytes, code: str
) -> None:
    with Web(local_settings, first_wait=0.0001) as web:
        assert code == error_of(web, server.answers("/record", trouble)).code

    assert 7 == len(server.asked)


def in_seconds(seconds: int) -> list[dict[str, str]]:
    """Both forms of Retry-After."""
    return [
        {"Retry-After": str(seconds)},
        {"Date": "Sun, 22 Nov 2026 12:00:00 GMT", "Retry-After": f"Sun, 22 Nov 2026 12:00:{seconds:02} GMT"},
    ]


@pytest.mark.parametrize("headers", in_seconds(1), ids=["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_source_is_not_asked_again_before_it_wants_to(
    local_settings: Settings, server: WebServer, status: int, headers: dict[str, str]
) -> None:
    url = server.answers("/record", reply(b"", status, headers), RECORD)

    with Web(local_settings, first_wait=0.0001) as web:
        web.get(Request(url))

    first, second = server.asked
    assert second.at - first.at >= 1.0


@pytest.mark.parametrize("headers", in_seconds(59), ids=["seconds", "date"])
def test_a_rest_that_is_longer_than_the_time_left_ends_the_request_at_once(
    local_settings: Settings, server: WebServer, headers: dict[str, str]
) -> None:
    url = server.answers("/record", reply(b"", 429, headers))
    other = server.answers("/other", RECORD)

    with Web(local_settings, first_wait=0.01) as web:
        error, error_of_another = error_of(web, url), error_of(web, other)

    assert ["source-busy"] * 2 == [error.code, error_of_another.code]
    assert re.search(r"left alone until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", str(error))
    assert ["/record"] == server.paths()


@pytest.mark.parametrize("behaviour", [silence, dripping(b""), dripping(b"HTTP/1.1 200 OK\r\n\r\n")])
def test_all_tries_together_end_in_time(local_settings: Settings, server: WebServer, behaviour: Behaviour) -> None:
    url = server.answers("/record", behaviour)

    with Web(local_settings.model_copy(update={"source_timeout": 0.4}), first_wait=0.01) as web:
        error = error_of(web, url)

    assert "source-timeout" == error.code
    assert "source_timeout" in str(error)


def test_a_connection_that_never_sends_is_given_up_in_time_to_try_again(
    local_settings: Settings, server: WebServer
) -> None:
    url = server.answers("/record", silence, RECORD)

    with Web(local_settings.model_copy(update={"source_timeout": 4.0}), first_wait=0.01) as web:
        assert b'{"object": 1}' == web.get(Request(url)).body


def test_nobody_listening_is_tried_three_times_and_told(
    local_settings: Settings, free_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with Web(local_settings, first_wait=0.01) as web:
        error = error_of(web, f"http://127.0.0.1:{free_port}/")

    assert "source-unreachable" == error.code
    assert "127.0.0.1 cannot be reached: connection refused." == str(error)
    assert caplog.messages[-1].endswith("(try 3 of 3).")


def test_a_source_that_has_answered_may_come_back(local_settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with Web(local_settings, first_wait=0.001) as web:
        with web_server() as server:
            url = server.answers("/record", RECORD)
            web.get(Request(url))
        assert "source-unreachable" == error_of(web, url).code

    assert caplog.messages[-1].endswith("(try 7 of 7).")


def test_a_wait_that_a_source_asks_for_is_told_with_its_length(
    local_settings: Settings, server: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    url = server.answers("/record?wskey=secret", reply(b"", 429, {"Retry-After": "1"}), RECORD)

    with Web(local_settings, first_wait=0.1, secrets=("secret",)) as web:
        web.get(Request(url))

    assert ["127.0.0.1 asks to wait 1 s (HTTP 429); going on then (try 2 of 7)."] == caplog.messages
    assert ["WARNING"] == [record.levelname for record in caplog.records]


def test_a_faulty_source_is_told_with_its_status(
    local_settings: Settings, server: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    url = server.answers("/record", *[reply(b"", 500)] * 3, RECORD)

    with Web(local_settings, first_wait=0.02) as web:
        web.get(Request(url))

    assert "127.0.0.1 answers with HTTP 500; asked again in 0 s (try 4 of 7)." == caplog.messages[-1]


def test_what_is_too_large_ends_at_the_limit(local_settings: Settings, server: WebServer) -> None:
    bomb, plain = server.answers("/bomb", gzip_bomb(32)), server.answers("/plain", reply(bytes(2**20 + 1)))

    with Web(local_settings.model_copy(update={"source_max_bytes": 2**20})) as web:
        errors = [error_of(web, url) for url in (bomb, plain)]

    assert ["source-too-large"] * 2 == [error.code for error in errors]
    assert "source_max_bytes" in str(errors[0])
    assert 2 == len(server.asked)
