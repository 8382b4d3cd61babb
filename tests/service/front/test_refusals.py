"""What is refused before the application has the headers of every answer, and says what to do."""

import json
from datetime import UTC, datetime, timedelta
from http.client import parse_headers
from io import BytesIO

from werkzeug.http import parse_date

from rubricator.store.errors import BadRequest, TooManyRequests
from rubricator_service.front.refusals import refusal, refused
from rubricator_service.policy import OPEN_AND_HARMLESS, content_policy

BASE = "http://rubricator.test"


def test_a_whole_response_says_when_and_that_it_is_the_last() -> None:
    response = BytesIO(refusal(BadRequest("Not so."), BASE))

    assert b"HTTP/1.1 400 Bad Request\r\n" == response.readline()
    headers = parse_headers(response)
    assert ("close", "Rubricator") == (headers["Connection"], headers["Server"])
    told = parse_date(headers["Date"])
    assert told is not None
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=1)
    assert OPEN_AND_HARMLESS == {name: headers[name] for name in OPEN_AND_HARMLESS}
    assert content_policy() == headers["Content-Security-Policy"]
    body = response.read()
    assert (len(body), "Not so.") == (int(headers["Content-Length"]), json.loads(body)["detail"])


def test_whoever_is_to_come_back_is_told_when() -> None:
    reply = refused(TooManyRequests("Too many.", 7), BASE, "/items/")

    assert (429, "7", "no-store") == (reply.status, reply.headers["retry-after"], reply.headers["cache-control"])
    assert isinstance(reply.body, bytes)
    assert (f"{BASE}/problems/too-many-requests", "/items/") == (
        json.loads(reply.body)["type"],
        json.loads(reply.body)["instance"],
    )
