"""Requests and replies are the same thing to all that handle them, however they were written on the wire."""

from typing import Any

import pytest

from rubricator_service.front.messages import Reply, Request, fields_of, status_line


def scope_of(raw_path: bytes, *headers: tuple[bytes, bytes], **more: Any) -> dict[str, Any]:
    given = {"method": "GET", "query_string": b"a=%41", "http_version": "1.1", "client": ("192.0.2.1", 5)}
    return {**given, "path": "", "raw_path": raw_path, "headers": headers, **more}


@pytest.mark.parametrize(
    ("root", "raw", "path"),
    [
        ("", b"/a", "/a"),
        ("", b"/a%20b%2Fc", "/a b/c"),
        ("", b"/caf%C3%A9", "/caf\xc3\xa9"),
        ("", b"/%", "/%"),
        ("", b"//a", "//a"),
        ("/red", b"/red/a", "/a"),
        ("/red", b"/%72ed/a", "/a"),
        ("/red", b"/a", "/a"),
        ("/red", b"/redder", "/redder"),
        ("/red", b"/red/red/a", "/red/a"),
    ],
)
def test_the_path_is_that_below_the_base_as_bytes_without_escapes(root: str, raw: bytes, path: str) -> None:
    assert path == Request.of(scope_of(raw), root).path


def test_the_query_keeps_its_escapes() -> None:
    assert "a=%41" == Request.of(scope_of(b"/"), "").query


def test_headers_of_one_name_are_one_and_those_with_underscores_are_none() -> None:
    sent = ((b"accept", b"text/csv"), (b"x_forwarded_for", b"192.0.2.9"), (b"accept", b"*/*"), (b"x-a", b"caf\xc3\xa9"))

    assert {"accept": "text/csv,*/*", "x-a": "caf\xc3\xa9"} == Request.of(scope_of(b"/", *sent), "").headers


@pytest.mark.parametrize(("client", "peer"), [(("192.0.2.1", 5), "192.0.2.1"), (None, "")])
def test_the_peer_is_that_of_the_connection_where_it_has_one(client: tuple[str, int] | None, peer: str) -> None:
    assert peer == Request.of(scope_of(b"/", client=client), "").peer


@pytest.mark.parametrize(
    ("header", "has_body"),
    [((b"content-length", b"0"), True), ((b"transfer-encoding", b"chunked"), True), ((b"accept", b"*"), False)],
)
def test_a_body_is_announced(header: tuple[bytes, bytes], *, has_body: bool) -> None:
    assert has_body == Request.of(scope_of(b"/", header), "").has_body


def test_headers_of_a_reply_that_come_twice_mean_what_they_mean_together() -> None:
    given = [("Link", "<a>"), ("ETag", '"x"'), ("link", "<b>")]

    assert {"link": "<a>, <b>", "etag": '"x"'} == fields_of(given)


def test_a_reply_is_closed_once_and_the_last_that_was_opened_first() -> None:
    closed = list[int]()
    reply = Reply(200, {}, closing=[lambda: closed.append(1), lambda: closed.append(2)])
    reply.close()
    reply.close()

    assert [2, 1] == closed


@pytest.mark.parametrize(("status", "line"), [(200, "200 OK"), (431, "431 Request Header Fields Too Large")])
def test_a_status_has_its_phrase(status: int, line: str) -> None:
    assert line == status_line(status)
