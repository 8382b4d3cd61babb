"""Those who run the service can see whether it lives, answers, and how much it does."""

import hashlib
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests
import structlog
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from rubricator_service.serving.watching import Exchange, Watched
from tests.service.live import Live

WHOLE = quote("SELECT * WHERE { ?s ?p ?o } LIMIT 1")
TOO_LARGE = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


def figures(text: str, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    families = {family.name: family for family in text_string_to_metric_families(text)}
    samples = (sample for sample in families[name].samples if sample.name in (name, f"{name}_total"))
    return {tuple(sample.labels[label] for label in labels): sample.value for sample in samples}


def test_it_lives_and_answers(client: FlaskClient) -> None:
    assert "alive\n" == client.get("/healthz").text
    assert "ready\n" == client.get("/readyz").text


def test_requests_are_counted_by_what_answered_and_status(client: FlaskClient) -> None:
    client.get("/runs/", buffered=True)
    client.get("/none", buffered=True)
    client.open("/none", method="BREW", buffered=True)

    assert {
        ("GET", "pages.runs", "200", "whole"): 1.0,
        ("GET", "none", "404", "whole"): 1.0,
        ("other", "none", "404", "whole"): 1.0,
    } == figures(client.get("/metrics").text, "rubricator_requests", "method", "route", "status", "outcome")


def test_queries_are_counted_by_how_they_ended(live: Live) -> None:
    def queries() -> dict[tuple[str, ...], float]:
        return figures(requests.get(f"{live.url}/metrics", timeout=30).text, "rubricator_queries", "outcome")

    before = queries()
    requests.get(f"{live.url}/sparql?query={WHOLE}", timeout=30)
    requests.get(f"{live.url}/sparql?query=SELECT", timeout=30)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(f"{live.url}/sparql?query={TOO_LARGE}&format=csv", timeout=30)
    after = queries()

    assert [1.0, 1.0, 1.0] == [
        after[(outcome,)] - before.get((outcome,), 0.0) for outcome in ("whole", "query-syntax", "broken")
    ]


def test_an_answer_that_its_client_left_is_told_as_such() -> None:
    told = list[Exchange]()

    def application(_environ: object, start_response: object) -> Iterator[bytes]:
        start_response("200 OK", [])  # type: ignore[operator]
        return iter((b"a", b"b"))

    watched = Watched(application, told.append)
    body = watched({"REQUEST_METHOD": "GET"}, lambda _status, _headers, _error=None: lambda _data: None)
    open_then = watched.open
    next(iter(body))
    body.close()  # type: ignore[attr-defined]

    assert [("left", 1)] == [(exchange.outcome, exchange.size) for exchange in told]
    assert (1, 0) == (open_then, watched.open)


def test_the_access_log_tells_what_was_asked_and_not_who_asked(client: FlaskClient) -> None:
    with structlog.testing.capture_logs() as lines:
        client.get(f"/sparql?query={WHOLE}", headers={"X-Forwarded-For": "203.0.113.7"}, buffered=True)
        client.get("/none?name=Ada", buffered=True)

    seconds = [line.pop("seconds") for line in lines]
    sizes = [line.pop("bytes") for line in lines]
    query = hashlib.sha256(b"SELECT * WHERE { ?s ?p ?o } LIMIT 1").hexdigest()[:16]
    common = {"event": "request", "log_level": "info", "method": "GET", "outcome": "whole"}
    assert [
        {**common, "route": "sparql.endpoint", "status": 200, "query": query},
        {**common, "route": "none", "status": 404, "problem": "not-found"},
    ] == lines
    assert all(second > 0 for second in seconds)
    assert all(size > 0 for size in sizes)
