"""What the front keeps is sent again as it was, counted as it was, and only where it may be."""

from collections.abc import Iterator

import pytest

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from tests.service.live import Fronted, Lent, fronted

LOOKUP = "/sparql?query=SELECT%20*%20{%20?s%20?p%20?o%20}%20ORDER%20BY%20?s%20?p%20?o%20LIMIT%203"


@pytest.fixture
def served(installation: Settings, readers: Readers) -> Iterator[Fronted]:
    with fronted(create_app(installation, Lent(readers))) as front:
        yield front


def counters(served: Fronted) -> dict[str, float]:
    lines = served.get("/metrics").body.decode().splitlines()
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines)
        if name.startswith("rubricator_cache")
    }


def test_queries_pages_documents_and_redirects_are_kept(served: Fronted) -> None:
    addresses = (LOOKUP, "/", "/items/", "/concept/painting", "/doc/concept/painting.ttl")
    for number, address in enumerate(addresses, 1):
        first, prompt, usual = served.get(address), served.get(address), served.get(address, Cookie="none=of-ours")

        assert first.body == prompt.body == usual.body
        told = {name: value for name, value in first.headers.items() if name != "date"}
        for other in (prompt, usual):
            assert told | {"content-length": str(len(first.body))} == {
                name: value for name, value in other.headers.items() if name in told or name == "content-length"
            }
        assert 2 * number == counters(served)["rubricator_cache_hits_total"]
    assert 0 < counters(served)["rubricator_cache_bytes"]


def test_volatile_queries_problems_figures_and_posts_are_made_anew(served: Fronted) -> None:
    volatile = "/sparql?query=SELECT%20(RAND()%20AS%20?x)%20{}"
    random = [served.get(volatile).body for _ in range(2)]
    assert random[0] != random[1]
    for address in ("/none", "/sparql?query=nonsense", "/healthz"):
        assert served.get(address).status == served.get(address).status
    for _ in range(2):
        served.post("/sparql", b"ASK {}", Content_Type="application/sparql-query")

    assert 0 == counters(served)["rubricator_cache_hits_total"]


def test_kept_answers_are_counted_by_their_route(served: Fronted) -> None:
    for _ in range(3):
        served.get(LOOKUP)

    text = served.get("/metrics").body.decode()
    assert 'rubricator_requests_total{method="GET",outcome="whole",route="sparql.endpoint",status="200"} 3.0' in text


def test_no_memory_for_kept_answers_means_that_none_are(installation: Settings, readers: Readers) -> None:
    with fronted(create_app(installation.model_copy(update={"cache_bytes": 0}), Lent(readers))) as served:
        assert served.get(LOOKUP).body == served.get(LOOKUP).body
        assert 0 == counters(served)["rubricator_cache_hits_total"]
