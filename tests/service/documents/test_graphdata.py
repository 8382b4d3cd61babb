"""A graph says which state of the store it is of, so that nobody fetches a million claims twice."""

from collections.abc import Iterator
from time import sleep

import pytest

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from tests.service.live import PATIENT, Fronted, Lent, fronted

GRAPHS = ("/graph/concepts", "/graph/ledger", "/graph/run/01JD8QAAAAAAAAAAAAAAAAAAAA", "/graph/edm/9990001/demo_0001")
SUFFIXES = ("trig", "nq", "ttl", "nt", "html")


@pytest.fixture(scope="module")
def served(installation: Settings, readers: Readers) -> Iterator[Fronted]:
    """Without kept answers, so that the application itself answers each time."""
    with fronted(create_app(installation.model_copy(update=PATIENT | {"cache_bytes": 0}), Lent(readers))) as front:
        yield front


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("graph", GRAPHS)
def test_whoever_has_a_graph_is_told_that_it_is_as_it_was(served: Fronted, graph: str, suffix: str) -> None:
    got = served.get(f"{graph}.{suffix}")
    again = served.get(f"{graph}.{suffix}", **{"If-None-Match": got.headers["etag"]})

    assert (200, 304) == (got.status, again.status)
    assert b"" == again.body
    assert got.headers["etag"] == again.headers["etag"]
    assert got.headers["link"] == again.headers["link"]


def test_a_graph_says_since_when_it_is_as_it_is(served: Fronted) -> None:
    for _ in range(30):  # nothing tells it within the second of a change
        if since := served.get("/ns").headers.get("last-modified"):
            break
        sleep(0.05)

    assert [since] * len(GRAPHS) == [served.get(f"{graph}.nq").headers.get("last-modified") for graph in GRAPHS]
    assert since


def test_no_two_forms_of_a_graph_have_the_same_etag(served: Fronted) -> None:
    for graph in GRAPHS:
        assert len(SUFFIXES) == len({served.get(f"{graph}.{suffix}").headers["etag"] for suffix in SUFFIXES})


def test_no_two_graphs_have_the_same_etag(served: Fronted) -> None:
    assert len(GRAPHS) == len({served.get(f"{graph}.nq").headers["etag"] for graph in GRAPHS})


def test_an_etag_of_another_state_brings_the_graph(served: Fronted) -> None:
    told = served.get("/graph/ledger.nq", **{"If-None-Match": '"0123456789abcdef0123456789abcdef"'})

    assert 200 == told.status
    assert told.body


def test_a_graph_that_is_not_there_has_no_etag(served: Fronted) -> None:
    told = served.get("/graph/none", Accept="application/n-quads")

    assert 404 == told.status
    assert "etag" not in told.headers
