"""Those who run the service can see whether it lives, answers, and how much it does."""

import hashlib
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests
import structlog
from prometheus_client.parser import text_string_to_metric_families

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service.front.messages import Request
from rubricator_service.front.watching import Exchange, Watch
from tests.service.live import Fronted, Live, fronted
from tests.service.serving.served import application
from tests.service.serving.wire import Wire, request
from tests.store.running import eventually

WHOLE = quote("SELECT * WHERE { ?s ?p ?o } LIMIT 1")
TOO_LARGE = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


def figures(text: str, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    families = {family.name: family for family in text_string_to_metric_families(text)}
    samples = (sample for sample in families[name].samples if sample.name in (name, f"{name}_total"))
    return {tuple(sample.labels[label] for label in labels): sample.value for sample in samples}


@pytest.fixture
def served(installation: Settings, readers: Readers) -> Iterator[Fronted]:
    with fronted(application(installation, readers)[0]) as front:
        yield front


def test_it_lives_and_answers(served: Fronted) -> None:
    assert b"alive\n" == served.get("/healthz").body
    assert b"ready\n" == served.get("/readyz").body


def test_requests_are_counted_by_what_answered_and_status(served: Fronted) -> None:
    served.get("/runs/")
    served.get("/none")
    served.ask(request("/none", "PROPFIND"))
    with Wire(served.port, narrow=True) as leaving:
        leaving.send(request("/endless"))
        eventually(lambda: served.front.watch.open == 1)
        assert {(): 2.0} == figures(served.get("/metrics").body.decode(), "rubricator_requests_open")
    eventually(lambda: served.front.watch.open == 0)

    text = served.get("/metrics").body.decode()
    assert {
        ("GET", "pages.runs", "200", "whole"): 1.0,
        ("GET", "none", "404", "whole"): 1.0,
        ("other", "none", "404", "whole"): 1.0,
        ("GET", "endless", "200", "left"): 1.0,
        ("GET", "operations.figures", "200", "whole"): 1.0,
    } == figures(text, "rubricator_requests", "method", "route", "status", "outcome")
    assert figures(text, "rubricator_answer_bytes", "route")[("pages.runs",)] > 100


def test_queries_are_counted_by_how_they_ended(live: Live) -> None:
    def queries() -> dict[tuple[str, ...], float]:
        return figures(requests.get(f"{live.url}/metrics", timeout=30).text, "rubricator_queries", "outcome")

    before = queries()
    requests.get(f"{live.url}/sparql?query={WHOLE}", timeout=30)
    requests.get(f"{live.url}/sparql?query=SELECT", timeout=30)
    for way in ("", "&format=csv"):
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            requests.get(f"{live.url}/sparql?query={TOO_LARGE}{way}", timeout=30)
    after = queries()

    assert [1.0, 1.0, 2.0] == [
        after[(outcome,)] - before.get((outcome,), 0.0) for outcome in ("whole", "query-syntax", "broken")
    ]


def test_the_access_log_tells_what_was_asked_and_not_who_asked(served: Fronted) -> None:
    with structlog.testing.capture_logs() as lines:
        for _ in range(2):  # the second time from what is kept
            served.get(f"/sparql?query={WHOLE}", X_Forwarded_For="203.0.113.7")
        served.get("/none?name=Ada")

    seconds = [line.pop("seconds") for line in lines]
    sizes = [line.pop("bytes") for line in lines]
    query = hashlib.sha256(b"SELECT * WHERE { ?s ?p ?o } LIMIT 1").hexdigest()[:16]
    common = {"event": "request", "log_level": "info", "method": "GET", "outcome": "whole"}
    answered = {**common, "route": "sparql.endpoint", "status": 200, "query": query}
    assert [answered, answered, {**common, "route": "none", "status": 404, "problem": "not-found"}] == lines
    assert {int} == {type(line["status"]) for line in lines}
    assert all(second >= 0 for second in seconds)
    assert all(size > 0 for size in sizes)
    assert sizes[0] == sizes[1]


def test_each_listener_is_told_of_a_request_when_its_answer_has_ended() -> None:
    told = list[Exchange]()
    watch = Watch(told.append, told.append)
    watched = watch.begin(Request("GET", "/", "", "1.1", {}, "", {}, {"route": "here", "problem": "some-problem"}))
    watched.begun(503)
    watched.size = 7

    assert (1, []) == (watch.open, told)
    watched.end()
    assert 0 == watch.open
    assert [("GET", "here", 503, "broken", 7, "some-problem", None)] * 2 == [
        (one.method, one.route, one.status, one.outcome, one.size, one.problem, one.query) for one in told
    ]
    assert told[0].first_byte
    assert told[0].first_byte <= told[0].seconds
