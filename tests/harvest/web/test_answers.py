"""An answer is what came, and what the source says of it."""

import gzip
from datetime import UTC

from rubricator.harvest.record import Validators
from rubricator.harvest.web import Request, Web
from tests.fakes.web import (
    WebServer,
    reply,
)
from tests.harvest.web.asking import RECORD, error_of


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
