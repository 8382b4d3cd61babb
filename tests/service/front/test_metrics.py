"""What Prometheus is told has types, units and explanations, and grows by nothing that clients choose."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service.front.metrics import Metrics
from rubricator_service.front.watching import Exchange
from tests.service.live import Fronted, fronted
from tests.service.serving.served import Pages, application
from tests.service.serving.wire import Wire, request
from tests.store.running import eventually

KINDS = {
    "rubricator_answer_bytes": "counter",
    "rubricator_cache_bytes": "gauge",
    "rubricator_cache_hits": "counter",
    "rubricator_cache_misses": "counter",
    "rubricator_queries": "counter",
    "rubricator_queries_running": "gauge",
    "rubricator_queries_waiting": "gauge",
    "rubricator_query_seconds": "histogram",
    "rubricator_request_seconds": "histogram",
    "rubricator_requests": "counter",
    "rubricator_requests_open": "gauge",
    "rubricator_snapshot_age_seconds": "gauge",
}
ASK = f"/sparql?query={quote('ASK {}')}"


def families(text: str) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(text)}


@pytest.fixture
def site(installation: Settings, readers: Readers) -> Iterator[tuple[Fronted, Pages]]:
    app, pages = application(installation, readers)
    with fronted(app) as front:
        yield front, pages


@pytest.fixture
def served(site: tuple[Fronted, Pages]) -> Fronted:
    return site[0]


def told(served: Fronted) -> dict[str, Metric]:
    return families(served.get("/metrics").body.decode())


def queries(found: dict[str, Metric]) -> dict[str, float]:
    return {sample.labels["outcome"]: sample.value for sample in found["rubricator_queries"].samples}


def test_each_figure_says_what_kind_it_is_and_what_it_means(served: Fronted) -> None:
    for address in (ASK, ASK, "/"):
        served.get(address)
    found = told(served)

    assert KINDS == {name: family.type for name, family in sorted(found.items())}
    assert [] == [name for name, family in found.items() if not family.documentation.endswith(".")]
    counted = [sample.name for family in found.values() if family.type == "counter" for sample in family.samples]
    assert [] == [name for name in counted if not name.endswith("_total")]
    assert 1.0 == found["rubricator_cache_hits"].samples[0].value


def test_histograms_hold_each_value_once_and_their_sum() -> None:
    spread = Metrics()
    for seconds in (0.004, 0.3, 70.0):
        spread.count(Exchange("GET", "sparql.endpoint", 200, "whole", 0.1, seconds, 7, query="0123"))
    family = families(spread.text().decode())["rubricator_query_seconds"]
    values = {(sample.name, sample.labels.get("le")): sample.value for sample in family.samples}

    assert [1.0, 2.0, 2.0, 3.0] == [
        values[("rubricator_query_seconds_bucket", bound)] for bound in ("0.005", "0.5", "60.0", "+Inf")
    ]
    assert 3.0 == values[("rubricator_query_seconds_count", None)]
    assert 70.304 == pytest.approx(values[("rubricator_query_seconds_sum", None)])


def test_no_client_can_add_to_the_figures_without_end(served: Fronted) -> None:
    def ask_what_nobody_has(number: int) -> None:
        for method in ("GET", "HEAD", f"METHOD{number}"):
            for path in ("none/", "sparql?query=", "sparql?format=", "items/", "annotation/", "static/", "problems/"):
                served.ask(request(f"/{path}{number}", method, Accept=f"x/{number}"))

    def size() -> int:
        return sum(len(family.samples) for name, family in told(served).items())

    ask_what_nobody_has(1)
    size()
    before = size()
    for number in range(2, 6):
        ask_what_nobody_has(number)

    assert before == size()


def test_the_page_of_queries_and_preflights_are_no_queries(served: Fronted) -> None:
    served.get("/sparql", Accept="text/html")
    served.get("/sparql", Accept="text/turtle")
    served.ask(request("/sparql", "OPTIONS"))
    assert {} == queries(told(served))

    for address in (ASK, ASK, "/sparql?query=SELECT"):
        served.get(address)
    assert {"whole": 2.0, "query-syntax": 1.0} == queries(told(served))


def test_whoever_leaves_before_the_answer_began_was_answered_nothing(site: tuple[Fronted, Pages]) -> None:
    served, pages = site
    with Wire(served.port) as leaving:
        leaving.send(request("/waits"))
        assert pages.came.wait(20)
    eventually(lambda: served.front.watch.open == 0)
    pages.let.set()
    found = told(served)

    assert [{"method": "GET", "route": "waits", "status": "none", "outcome": "left"}] == [
        sample.labels for sample in found["rubricator_requests"].samples
    ]
    assert [] == found["rubricator_request_seconds"].samples
