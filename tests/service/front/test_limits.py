"""No client asks more than it may, and none is held to what another asked."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from rubricator.settings import Settings, load_settings
from rubricator.store.errors import TooManyAtOnce, TooManyErrors, TooManyRequests
from rubricator.store.readers import Readers
from rubricator_service.front import limits
from rubricator_service.front.limits import Budgets, Gate
from rubricator_service.front.messages import Request
from tests.service.live import Fronted, fronted
from tests.service.serving.served import application
from tests.service.serving.wire import Told, Wire, request
from tests.store.running import eventually

Limited = Callable[..., Fronted]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def limited(installation: Settings, readers: Readers) -> Iterator[Limited]:
    """Serves a front with settings of the test's own."""
    with ExitStack() as stack:

        def limit(**settings: Any) -> Fronted:
            return stack.enter_context(fronted(application(installation.model_copy(update=settings), readers)[0]))

        yield limit


def ask(served: Fronted, number: int, **headers: str) -> Told:
    """A query that nobody asked before: kept answers cost nothing, so they do not count."""
    return served.get(f"/sparql?query=ASK%20{{}}%23{number}", **headers)


def problem_of(answer: Told) -> tuple[int, str]:
    return answer.status, json.loads(answer.body)["type"].rpartition("/")[2]


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
    served = limited(client_rate=0.001, client_burst=2)
    answers = [ask(served, number) for number in range(3)]

    assert [200, 200, 429] == [answer.status for answer in answers]
    assert (429, "too-many-requests") == problem_of(answers[-1])
    assert 900 < int(answers[-1].headers["retry-after"]) <= 1000
    assert "*" == answers[-1].headers["access-control-allow-origin"]
    free = ("/healthz", "/readyz", "/metrics", "/static/style.css")
    assert [200] * 4 == [served.get(path).status for path in free]
    assert 200 == served.ask(request("/sparql", "OPTIONS")).status
    assert 429 == served.get("/echo").status


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/healthz"), ("GET", "/static/style.css"), ("OPTIONS", "/sparql")]
)
def test_not_even_what_is_free_is_had_without_end_at_once(method: str, path: str) -> None:
    gate = Gate.of(load_settings(client_rate=0.001, client_burst=1, client_requests=2))
    free, page = (Request(*asked, "", "1.1", {}, "192.0.2.1", {}) for asked in ((method, path), ("GET", "/")))
    leave, _ = (gate.enter(free, "192.0.2.1") for _ in range(2))

    with pytest.raises(TooManyAtOnce):
        gate.enter(free, "192.0.2.1")
    gate.enter(page, "192.0.2.1")
    leave()
    gate.enter(free, "192.0.2.1")


def test_kept_answers_cost_nothing(limited: Limited) -> None:
    served = limited(client_rate=0.001, client_burst=1)

    assert [200] * 5 == [ask(served, 1).status for _ in range(5)]
    assert 429 == ask(served, 2).status


def test_a_long_address_costs_as_much_as_a_short_one(limited: Limited) -> None:
    served = limited(client_rate=0.001, client_burst=1)

    assert [414, 429] == [served.get(f"/{'x' * 9_000}").status for _ in range(2)]


def test_too_many_errors_stop_queries_but_no_pages(limited: Limited) -> None:
    served = limited(client_errors=3)
    nonsense = [b"nonsense", b"query=nonsense", b"query=nonsense&timeout=1"]
    types = ["application/sparql-query", *["application/x-www-form-urlencoded"] * 2]
    failed = [served.post("/sparql", body, Content_Type=kind) for body, kind in zip(nonsense, types, strict=True)]
    failed.append(ask(served, 1))

    assert [400, 400, 400, 429] == [answer.status for answer in failed]
    assert (429, "too-many-errors") == problem_of(failed[-1])
    assert 0 < int(failed[-1].headers["retry-after"]) <= 60
    assert 200 == served.get("/problems/too-many-errors").status


def test_a_header_that_no_proxy_wrote_buys_no_new_budget(limited: Limited) -> None:
    served = limited(client_rate=0.001, client_burst=1)
    spoofed = [{"X_Forwarded_For": f"198.51.100.{n}", "Forwarded": f"for=198.51.100.{n}"} for n in range(2)]

    assert [200, 429] == [ask(served, number, **headers).status for number, headers in enumerate(spoofed)]


def test_behind_a_trusted_proxy_each_client_has_its_own_budget(limited: Limited) -> None:
    settings = load_settings(trusted_proxies="127.0.0.0/8, ::1/128")
    served = limited(client_rate=0.001, client_burst=1, trusted_proxies=settings.trusted_proxies)
    addresses = ("198.51.100.1", "198.51.100.2", "198.51.100.1")

    seen = [ask(served, n, X_Forwarded_For=f"203.0.113.66, {address}") for n, address in enumerate(addresses)]
    assert [200, 200, 429] == [answer.status for answer in seen]


def test_whoever_has_a_network_has_one_budget_for_all_its_addresses(limited: Limited) -> None:
    settings = load_settings(trusted_proxies="127.0.0.1")
    served = limited(client_rate=0.001, client_burst=1, trusted_proxies=settings.trusted_proxies)
    addresses = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "198.51.100.1", "::ffff:198.51.100.1")

    seen = [ask(served, number, X_Forwarded_For=address) for number, address in enumerate(addresses)]
    assert [200, 429, 200, 200, 429] == [answer.status for answer in seen]


@pytest.mark.parametrize("proxies", ["", "127.0.0.1"])
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_what_clients_write_before_a_proxy_takes_no_memory(proxies: str, header: str) -> None:
    gate = Gate.of(load_settings(trusted_proxies=proxies, forwarded_header=header))
    by_proxy = "198.51.100.7" if header == "X-Forwarded-For" else "for=198.51.100.7"
    tracemalloc.start()
    for number in range(100):
        forwarded = {header.lower(): f"{'junk, ' * 5000}{number}, {by_proxy}"}
        client = gate.client(Request("GET", "/", "", "1.1", forwarded, "127.0.0.1", {}))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert ("198.51.100.7" if proxies else "127.0.0.1") == client
    assert held < 10 * len(forwarded[header.lower()])


@pytest.mark.parametrize("way", ["", "&timeout=9"])
def test_an_answer_is_open_until_it_is_read_or_given_up(limited: Limited, way: str) -> None:
    served = limited(client_requests=1)
    large = f"/sparql?query=SELECT*{{?s%20?p%20?o.?s2%20?p2%20?o2.?s3%20?p3%20?o3}}{way}"
    with Wire(served.port, narrow=True) as first:
        first.send(request(large))
        eventually(lambda: problem_of(ask(served, 1)) == (429, "too-many-at-once"))
    eventually(lambda: ask(served, 2).status == 200)

    assert len(served.get(f"/sparql?query=SELECT*{{?s%20?p%20?o.?s2%20?p2%20?o2}}{way}").body) > 64 * 2**10
    assert 200 == ask(served, 3).status


def test_files_are_closed_once_they_are_read(limited: Limited, picture: str) -> None:
    served = limited(client_requests=1)

    answers = [served.get(f"/media/{picture}", Range=f"bytes=0-{n}") for n in range(1, 4)]

    assert [(206, 2), (206, 3), (206, 4)] == [(answer.status, len(answer.body)) for answer in answers]
    assert 200 == served.get(f"/media/{picture}").status
    assert 200 == served.get("/").status
