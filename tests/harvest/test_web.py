"""Sources are asked politely and again, over real connections to a server that misbehaves."""

import gzip
import itertools
import re
import signal
import threading
from collections.abc import Iterator
from datetime import UTC

import pytest

from rubricator.errors import SourceError, UsageError
from rubricator.harvest.record import Validators
from rubricator.harvest.web import Answer, Request, StatusError, Web
from rubricator.settings import Settings
from tests.fakes.web import (
    Behaviour,
    WebServer,
    dripping,
    gzip_bomb,
    internet,
    redirect,
    reply,
    silence,
    slowly,
    web_server,
)

RECORD = reply(b'{"object": 1}', headers={"Content-Type": "application/json"})


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as fake:
        yield fake


@pytest.fixture
def local_settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allow_private_addresses": True, "source_timeout": 20.0})


@pytest.fixture
def web(local_settings: Settings) -> Iterator[Web]:
    with Web(local_settings, first_wait=0.01) as open_web:
        yield open_web


def error_of(web: Web, url: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        web.get(Request(url))
    return caught.value


def body_of(answer: Answer | SourceError) -> bytes:
    assert isinstance(answer, Answer)
    return answer.body


def test_an_answer_is_what_came_and_what_the_source_says_of_it(web: Web, server: WebServer) -> None:
    headers = {
        "Content-Type": 'Application/JSON; Charset="ISO-8859-1"',
        "ETag": 'W/"7"',
        "Last-Modified": "Sun, 22 Nov 2026 12:00:00 GMT",
    }
    url = server.answers("/record", reply("Schlüssel".encode("latin-1"), headers=headers))

    answer = web.get(Request(url, "application/json"))

    assert (url, False, "Schlüssel".encode("latin-1")) == (answer.url, answer.not_modified, answer.body)
    assert ("application/json", "iso-8859-1") == (answer.media_type, answer.charset)
    assert Validators('W/"7"', "Sun, 22 Nov 2026 12:00:00 GMT") == answer.validators
    assert UTC == answer.retrieved.tzinfo
    assert "application/json" == server.asked[0].headers["Accept"]


def test_html_in_place_of_json_is_for_the_caller_to_see(web: Web, server: WebServer) -> None:
    url = server.answers("/record", reply(b"<html>Maintenance</html>", headers={"Content-Type": "text/html"}))

    answer = web.get(Request(url, "application/json"))

    assert ("text/html", "") == (answer.media_type, answer.charset)


def test_an_answer_without_a_type_has_none(web: Web, server: WebServer) -> None:
    answer = web.get(Request(server.answers("/record", reply(b"{}"))))

    assert ("", "") == (answer.media_type, answer.charset)


def test_packed_answers_are_asked_for_and_unpacked(web: Web, server: WebServer) -> None:
    url = server.answers("/record", reply(gzip.compress(b"<rdf:RDF/>"), headers={"Content-Encoding": "gzip"}))

    assert b"<rdf:RDF/>" == web.get(Request(url)).body
    assert "gzip" == server.asked[0].headers["Accept-Encoding"]


def test_a_record_of_ten_megabytes_comes_whole(web: Web, server: WebServer) -> None:
    content = bytes(range(256)) * 40_000

    assert content == web.get(Request(server.answers("/record", reply(content)))).body


def test_what_was_held_is_asked_for_only_if_it_changed(web: Web, server: WebServer) -> None:
    held = Validators('"7"', "Sun, 22 Nov 2026 12:00:00 GMT")
    url = server.answers("/record", reply(b"", 304), reply(b"", 304, {"ETag": '"8"'}), RECORD)

    first, second, third = (web.get(Request(url, validators=held)) for _ in range(3))

    assert ('"7"', held.last_modified) == tuple(
        server.asked[0].headers[name] for name in ("If-None-Match", "If-Modified-Since")
    )
    assert [True, True, False] == [answer.not_modified for answer in (first, second, third)]
    assert [held, Validators('"8"'), Validators()] == [answer.validators for answer in (first, second, third)]


def test_not_modified_is_no_answer_for_who_holds_nothing(web: Web, server: WebServer) -> None:
    assert "source-server-error" == error_of(web, server.answers("/record", reply(b"", 304))).code
    assert server.asked[0].headers["If-None-Match"] is None


def test_a_validator_that_cannot_be_sent_back_is_none(web: Web, server: WebServer) -> None:
    url = server.answers("/record", reply(b"", headers={"ETag": '"\N{LATIN SMALL LETTER E WITH ACUTE}"'}))

    assert Validators() == web.get(Request(url)).validators


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
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"a whole record")[:-9],
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


LATER = [
    {"Retry-After": "1"},
    {"Date": "Sun, 22 Nov 2026 12:00:00 GMT", "Retry-After": "Sun, 22 Nov 2026 12:00:01 GMT"},
]


@pytest.mark.parametrize("headers", LATER, ids=["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_source_is_not_asked_again_before_it_wants_to(
    local_settings: Settings, server: WebServer, status: int, headers: dict[str, str]
) -> None:
    url = server.answers("/record", reply(b"", status, headers), RECORD)

    with Web(local_settings, first_wait=0.0001) as web:
        web.get(Request(url))

    first, second = server.asked
    assert second.at - first.at >= 1.0


@pytest.mark.parametrize("headers", LATER, ids=["seconds", "date"])
def test_a_rest_that_is_longer_than_the_time_left_ends_the_request_at_once(
    local_settings: Settings, server: WebServer, headers: dict[str, str]
) -> None:
    url = server.answers("/record", reply(b"", 429, headers))
    other = server.answers("/other", RECORD)

    with Web(local_settings.model_copy(update={"source_timeout": 0.5}), first_wait=0.01) as web:
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

    with Web(local_settings.model_copy(update={"source_timeout": 2.0}), first_wait=0.01) as web:
        assert b'{"object": 1}' == web.get(Request(url)).body


def test_nobody_listening_is_tried_again_too(local_settings: Settings, free_port: int) -> None:
    with Web(local_settings, first_wait=0.0001) as web:
        assert "source-unreachable" == error_of(web, f"http://127.0.0.1:{free_port}/").code


def test_what_is_too_large_ends_at_the_limit(local_settings: Settings, server: WebServer) -> None:
    bomb, plain = server.answers("/bomb", gzip_bomb(32)), server.answers("/plain", reply(bytes(2**20 + 1)))

    with Web(local_settings.model_copy(update={"source_max_bytes": 2**20})) as web:
        errors = [error_of(web, url) for url in (bomb, plain)]

    assert ["source-too-large"] * 2 == [error.code for error in errors]
    assert "source_max_bytes" in str(errors[0])
    assert 2 == len(server.asked)


@pytest.mark.parametrize("url", ["", "ftp://a/b", "http://a:b@c/", "/record"])
def test_what_is_no_address_is_not_asked(web: Web, url: str) -> None:
    assert "source-bad-url" == error_of(web, url).code


def test_redirects_in_a_circle_end(web: Web, server: WebServer) -> None:
    assert "source-too-many-redirects" == error_of(web, server.answers("/a", redirect("/a"))).code


def test_a_private_address_is_not_asked(settings: Settings, server: WebServer) -> None:
    url = server.answers("/record", RECORD)

    with Web(settings) as web:
        assert "source-private-address" == error_of(web, url).code
    assert [] == server.asked


def test_a_redirect_to_a_private_address_is_not_followed(
    settings: Settings, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers("/moved", redirect(server.answers("/inside", RECORD)))

    with internet(monkeypatch) as open_web, Web(settings, {"X-Api-Key": "k"}) as web:
        open_web.host("api.example", "193.0.6.139", server)
        assert "source-private-address" == error_of(web, "http://api.example/moved").code

    assert ["/moved"] == server.paths()


def test_the_key_goes_to_its_own_origin_and_not_where_that_redirects_to(
    local_settings: Settings, server: WebServer
) -> None:
    with web_server() as elsewhere, Web(local_settings, {"X-Api-Key": "s3cret"}, ["s3cret"]) as web:
        moved = server.answers("/moved", redirect("/here"))
        server.answers("/here", redirect(elsewhere.answers("/there", RECORD)))

        assert f"{elsewhere.url}/there" == web.get(Request(moved)).url
        assert ["s3cret"] * 2 == [request.headers["X-Api-Key"] for request in server.asked]
        assert [None] == [request.headers["X-Api-Key"] for request in elsewhere.asked]


def test_no_secret_is_in_what_comes_out(local_settings: Settings, server: WebServer) -> None:
    echo = b'{"apikey": "s3c/ret", "link": "http://a/?wskey=s3c%2Fret&x=1", "note": "s3c/ret"}'
    clean = b'{"apikey": "REDACTED", "link": "http://a/?wskey=REDACTED&x=1", "note": "REDACTED"}'
    good, bad = server.answers("/good", reply(echo)), server.answers("/bad", reply(echo, 400))
    moved = server.answers("/moved", redirect("/good?wskey=s3c%2Fret"))
    server.answers("/good?wskey=s3c%2Fret", reply(b""))
    lost = server.answers("/lost", redirect("ftp://a/?q=s3c%2fret"))

    with Web(local_settings, secrets=["s3c/ret"]) as web:
        assert clean == web.get(Request(good)).body
        assert f"{server.url}/good?wskey=REDACTED" == web.get(Request(moved)).url
        refused, misled = error_of(web, bad), error_of(web, lost)

    assert isinstance(refused, StatusError)
    assert clean == refused.body
    assert "ret" not in str(misled).replace("REDACTED", "")


def test_a_key_that_cannot_be_sent_is_refused_and_not_shown(settings: Settings) -> None:
    with pytest.raises(UsageError, match="X-Api-Key") as caught:
        Web(settings, {"X-Api-Key": "s3cret\n"})

    assert "s3cret" not in str(caught.value)


def test_answers_come_in_the_order_of_the_requests(web: Web, server: WebServer) -> None:
    urls = [server.answers(f"/{number}", slowly(reply(b"%d" % number), 0.05 / (number + 1))) for number in range(9)]

    assert [b"%d" % number for number in range(9)] == [body_of(answer) for answer in web.get_all(map(Request, urls))]


def test_a_request_that_fails_does_not_end_the_others(web: Web, server: WebServer) -> None:
    urls = [server.answers("/a", RECORD), f"{server.url}/none", server.answers("/b", RECORD)]

    first, second, third = web.get_all(map(Request, urls))

    assert isinstance(second, SourceError)
    assert ("source-missing", body_of(first)) == (second.code, body_of(third))


@pytest.mark.parametrize("requests", [1, 2, 3])
def test_no_more_are_on_their_way_than_allowed(local_settings: Settings, server: WebServer, requests: int) -> None:
    url = server.answers("/record", slowly(RECORD, 0.02))

    with Web(local_settings.model_copy(update={"source_requests": requests})) as web:
        threads = [threading.Thread(target=lambda: list(web.get_all([Request(url)] * 8))) for _ in range(2)]
        for thread in threads:
            thread.start()
        web.get(Request(url))
        for thread in threads:
            thread.join()

    assert 17 == len(server.asked)
    assert requests == server.most_at_once


def test_requests_are_taken_only_as_they_are_needed(web: Web, server: WebServer) -> None:
    url, taken = server.answers("/record", RECORD), itertools.count()
    requests = (Request(url) for _ in iter(lambda: next(taken), None))

    answers = web.get_all(requests)
    assert 0 == len(server.asked)
    for _ in range(3):
        next(answers)

    assert 5 == next(taken)


def test_closing_the_answers_calls_off_what_is_on_its_way(web: Web, server: WebServer) -> None:
    urls = [server.answers("/a", RECORD), server.answers("/b", silence), server.answers("/c", silence)]

    answers = web.get_all(map(Request, urls))
    next(answers)
    answers.close()

    assert b'{"object": 1}' == web.get(Request(urls[0])).body


def test_closing_wakes_who_waits_for_the_next_try(local_settings: Settings, server: WebServer) -> None:
    url = server.answers("/record", reply(b"", 500))
    with Web(local_settings.model_copy(update={"source_timeout": 3600.0}), first_wait=600.0) as web:
        thread = threading.Thread(target=lambda: list(web.get_all([Request(url)])))
        thread.start()
        while not server.asked:
            thread.join(0.01)
    thread.join()

    assert 1 == len(server.asked)


def test_ctrl_c_ends_what_is_on_its_way(local_settings: Settings, server: WebServer) -> None:
    url = server.answers("/record", silence)

    def interrupt() -> None:
        while len(server.asked) < 2:
            server.stopping.wait(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt), Web(local_settings) as web:
        list(web.get_all([Request(url)] * 4))

    assert 2 == len(server.asked)


def test_a_closed_web_is_not_asked(local_settings: Settings, server: WebServer) -> None:
    with Web(local_settings) as web:
        pass

    with pytest.raises(RuntimeError):
        web.get(Request(server.answers("/record", RECORD)))
    assert [] == server.asked
