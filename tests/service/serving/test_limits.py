"""No client asks more than it may, and none is held to what another asked."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rubricator.settings import Settings, load_settings
from rubricator.store.errors import TooManyAtOnce, TooManyErrors, TooManyRequests
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.serving import limits
from rubricator_service.serving.limits import Budgets

Limited = Callable[..., FlaskClient]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def limited(installation: Settings, readers: Readers) -> Limited:
    """Makes a front end with settings of the test's own."""

    def limit(**settings: Any) -> FlaskClient:
        return create_app(installation.model_copy(update=settings), readers).test_client()

    return limit


def ask(client: FlaskClient, number: int, **headers: str) -> TestResponse:
    """A query that nobody asked before: kept answers cost nothing, so they do not count."""
    return client.get("/sparql", query_string={"query": f"ASK {{}} # {number}"}, headers=headers)


def problem_of(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json(force=True)["type"].rpartition("/")[2]


def test_the_bucket_gives_a_burst_and_then_the_rate() -> None:
    clock = Clock()
    budgets = Budgets(load_settings(client_rate=2.0, client_burst=3), clock)
    for _ in range(3):
        budgets.enter("a", asks=False)
        budgets.leave("a")

    with pytest.raises(TooManyRequests) as caught:
        budgets.enter("a", asks=False)
    assert 1 == caught.value.retry_after
    budgets.enter("b", asks=False)
    clock.now = 0.5
    budgets.enter("a", asks=False)


def test_the_thirty_first_error_in_a_minute_is_one_too_many_until_the_first_is_a_minute_old() -> None:
    clock = Clock()
    budgets = Budgets(load_settings(), clock)
    for second in range(30):
        clock.now = float(second)
        budgets.enter("a", asks=True)
        budgets.failed("a")
        budgets.leave("a")

    with pytest.raises(TooManyErrors) as caught:
        budgets.enter("a", asks=True)
    assert 31 == caught.value.retry_after
    budgets.enter("a", asks=False)
    budgets.enter("b", asks=True)
    clock.now = 60.0
    budgets.enter("a", asks=True)


def test_open_requests_are_counted_until_they_are_answered() -> None:
    budgets = Budgets(load_settings(client_requests=2), Clock())
    for _ in range(2):
        budgets.enter("a", asks=True)

    with pytest.raises(TooManyAtOnce):
        budgets.enter("a", asks=True)
    budgets.leave("a")
    budgets.enter("a", asks=True)


def test_no_more_clients_are_remembered_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CLIENTS", 10)
    budgets = Budgets(load_settings(), Clock())
    for number in range(1000):
        budgets.enter(str(number), asks=True)
        budgets.leave(str(number - 1))

    assert 10 == len(budgets)


def test_too_many_requests_are_a_problem_that_says_when_to_come_back(limited: Limited) -> None:
    client = limited(client_rate=0.001, client_burst=2)
    answers = [ask(client, number) for number in range(3)]

    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert (429, "too-many-requests") == problem_of(answers[-1])
    assert 900 < int(answers[-1].headers["Retry-After"]) <= 1000
    assert "*" == answers[-1].headers["Access-Control-Allow-Origin"]
    assert [200, 200, 200] == [client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")]
    with client.get("/static/style.css") as sheet:
        assert 200 == sheet.status_code


def test_too_many_errors_stop_queries_but_no_pages(limited: Limited) -> None:
    client = limited(client_errors=3)
    failed = [client.get("/sparql?query=nonsense") for _ in range(4)]

    assert [400, 400, 400, 429] == [answer.status_code for answer in failed]
    assert (429, "too-many-errors") == problem_of(failed[-1])
    assert 0 < int(failed[-1].headers["Retry-After"]) <= 60
    assert 200 == client.get("/problems/too-many-errors").status_code


def test_a_header_that_no_proxy_wrote_buys_no_new_budget(limited: Limited) -> None:
    client = limited(client_rate=0.001, client_burst=1)
    spoofed = [{"X-Forwarded-For": f"198.51.100.{n}", "Forwarded": f"for=198.51.100.{n}"} for n in range(2)]

    assert [200, 429] == [ask(client, number, **headers).status_code for number, headers in enumerate(spoofed)]


def test_behind_a_trusted_proxy_each_client_has_its_own_budget(limited: Limited) -> None:
    settings = load_settings(trusted_proxies="127.0.0.0/8, ::1/128")
    client = limited(client_rate=0.001, client_burst=1, trusted_proxies=settings.trusted_proxies)
    addresses = ("198.51.100.1", "198.51.100.2", "198.51.100.1")

    seen = [ask(client, n, **{"X-Forwarded-For": f"203.0.113.66, {address}"}) for n, address in enumerate(addresses)]
    assert [200, 200, 429] == [answer.status_code for answer in seen]


def test_an_answer_is_open_until_it_is_read_or_given_up(limited: Limited) -> None:
    client = limited(client_requests=1)
    first, second = (client.get(f"/sparql?query=SELECT*{{?s ?p ?o. ?s2 ?p2 ?o{n}}}") for n in (2, 3))
    assert (429, "too-many-at-once") == problem_of(second)
    first.close()
    third = client.get("/sparql?query=SELECT*{?s ?p ?o. ?s2 ?p2 ?o4}")
    assert len(third.data) > 64 * 2**10
    assert 200 == ask(client, 1).status_code


def test_files_are_closed_once_they_are_read(limited: Limited, picture: str) -> None:
    client = limited(client_requests=1)

    answers = [client.get(f"/media/{picture}", headers={"Range": f"bytes=0-{n}"}, buffered=True) for n in range(1, 4)]

    assert [(206, 2), (206, 3), (206, 4)] == [(answer.status_code, len(answer.data)) for answer in answers]
    assert 200 == client.get(f"/media/{picture}", buffered=True).status_code
    assert 200 == client.get("/").status_code
