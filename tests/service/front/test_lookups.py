"""What the store says of one thing is answered at once, with all that goes for other answers."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.serving.prompt import Prompt
from tests.service.live import PATIENT, Fronted, fronted
from tests.service.serving.wire import Told, request
from tests.service.sparql.test_direct import Noted
from tests.store.running import eventually

PROXY = "<http://data.europeana.eu/proxy/provider/9990001/demo_0001>"
CODINGS = [{}, {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "zstd;q=0.5, br"}]


def target(number: int, more: str = "") -> str:
    """The address of a lookup that nobody asked before."""
    return f"/sparql?query={quote(f'SELECT ?p ?o {{ {PROXY} ?p ?o }} # {number}')}{more}"


@pytest.fixture(scope="module")
def noted(readers: Readers) -> Noted:
    return Noted(readers)


@pytest.fixture(scope="module")
def served(installation: Settings, noted: Noted) -> Iterator[Fronted]:
    with fronted(create_app(installation.model_copy(update=PATIENT), noted)) as served:
        eventually(lambda: prompt_of(served).answer(request(target(0)), "127.0.0.1"))
        yield served


def prompt_of(served: Fronted) -> Prompt:
    return Prompt(served.front.at_once, served.front.watch, "")


def lasting(answer: Told) -> dict[str, str]:
    passing = ("date", "last-modified", "etag")
    return {name: value for name, value in answer.headers.items() if name not in passing}


@pytest.mark.parametrize("headers", CODINGS)
def test_lookups_have_the_head_and_body_that_the_application_gives_them(
    served: Fronted, noted: Noted, headers: dict[str, str]
) -> None:
    usual = served.get(target(1, "&timeout=9"), **headers)
    runs = len(noted.run_for)
    prompt = served.get(target(1), **headers)
    by_server = served.get(target(1), Cookie="none=of-ours", **headers)
    posted = served.post(
        "/sparql", f"SELECT ?p ?o {{ {PROXY} ?p ?o }} # 1".encode(), Content_Type="application/sparql-query", **headers
    )

    for answer in (prompt, by_server, posted):
        assert (200, usual.body, lasting(usual)) == (answer.status, answer.body, lasting(answer))
    assert prompt.headers["etag"] == by_server.headers["etag"]
    assert (runs, []) == (len(noted.run_for), noted.asked)


def test_a_lookup_is_kept_when_it_comes_again(served: Fronted) -> None:
    hits, misses = served.front.cache.hits, served.front.cache.misses
    first, second, third = (served.get(target(2)) for _ in range(3))

    assert first.body == second.body == third.body
    assert (hits + 1, misses + 2) == (served.front.cache.hits, served.front.cache.misses)
    assert 304 == served.get(target(2), If_None_Match=first.headers["etag"]).status


def test_a_lookup_is_counted_and_logged_as_other_queries_are(served: Fronted) -> None:
    with structlog.testing.capture_logs() as lines:
        served.get(target(3))
        served.get(target(3, "&timeout=9"))

    prompt, usual = ({**line, "seconds": 0} for line in lines)
    assert usual == prompt


def test_whoever_looks_up_more_than_they_may_is_refused(installation: Settings, readers: Readers) -> None:
    few, noted = installation.model_copy(update={"client_rate": 0.01, "client_burst": 3}), Noted(readers)
    with fronted(create_app(few, noted)) as served:
        answers = [served.get(target(number)) for number in range(5)]

        assert 3 == len(noted.looked_up)
        assert [200, 200, 200, 429, 429] == [answer.status for answer in answers]
        assert "too-many-requests" == json.loads(answers[4].body)["type"].rpartition("/")[2]
        assert int(answers[4].headers["retry-after"]) > 1
        assert "*" == answers[4].headers["access-control-allow-origin"]
        for accept in ("*/*", "text/csv, text/html;q=0.1"):
            prompt, usual = (served.get(target(9), Accept=accept, **more) for more in ({}, {"Cookie": "none=of-ours"}))
            assert (prompt.status, prompt.body, lasting(prompt)) == (usual.status, usual.body, lasting(usual))


def test_what_turns_out_to_be_no_lookup_counts_once(installation: Settings, readers: Readers) -> None:
    few = installation.model_copy(update={"client_rate": 0.01, "client_burst": 3, "client_requests": 1})
    with fronted(create_app(few, Noted(readers))) as served:
        asked = [served.get(f"/sparql?query=ASK%20{{}}%23{number}").status for number in range(4)]

    assert [200, 200, 200, 429] == asked


def test_the_clients_of_a_trusted_proxy_are_told_apart(installation: Settings, readers: Readers) -> None:
    few = installation.model_copy(update={"client_rate": 0.01, "client_burst": 1, "trusted_proxies": ("127.0.0.0/8",)})
    with fronted(create_app(Settings.model_validate(few.model_dump()), Noted(readers))) as served:
        asked = [served.get(target(number), X_Forwarded_For=f"192.0.2.{number // 2}").status for number in range(4)]

    assert [200, 429, 200, 429] == asked
