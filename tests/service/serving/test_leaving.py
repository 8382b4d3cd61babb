"""What is done for a client stops when it leaves, and nothing else does."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
import structlog

from rubricator.settings import Settings
from rubricator.store.readers import ReaderPool
from tests.service.live import PATIENT, Fronted, fronted
from tests.service.serving.served import Pages, application
from tests.service.serving.wire import Wire, request
from tests.store.running import eventually

HOPELESS = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?t ?u ?v }")
ENDLESS = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
QUICK = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STR(?a) < STR(?f)) }"
"""A twentieth of a second, about."""
WAYS = ["", "&timeout=9"]  # of a reader alone, and of the application


@dataclass(frozen=True)
class Place:
    """A front with two readers of its own, and the pages of the tests."""

    served: Fronted
    pages: Pages
    readers: ReaderPool

    @property
    def pids(self) -> set[int]:
        return {process.pid for process in self.readers.processes()}


@pytest.fixture(scope="module")
def place(installation: Settings) -> Iterator[Place]:
    settings = installation.model_copy(update={"readers": 2, "query_timeout": 100.0, **PATIENT})
    readers = ReaderPool(settings)
    app, pages = application(settings, readers)
    with fronted(app) as served:
        yield Place(served, pages, readers)
    readers.close()


@pytest.mark.parametrize("query", [HOPELESS, ENDLESS])
def test_a_query_stops_when_its_client_leaves(place: Place, query: str) -> None:
    with structlog.testing.capture_logs() as lines:
        with Wire(place.served.port, narrow=True) as wire:
            wire.send(request(f"/sparql?query={query}"))
            eventually(lambda: place.readers.figures() == (1, 0))
            before = place.pids
        eventually(lambda: place.readers.figures() == (0, 0))
        eventually(lambda: place.served.front.watch.open == 0)

    assert ["left"] == [line["outcome"] for line in lines]
    eventually(lambda: len(place.pids) == 3)
    assert before != place.pids
    assert 200 == place.served.get("/sparql?query=ASK{}").status


def test_an_answer_of_the_application_stops_when_its_client_leaves(place: Place) -> None:
    with Wire(place.served.port, narrow=True) as wire:
        wire.send(request(f"/sparql?query={ENDLESS}&timeout=99"))
        eventually(lambda: place.readers.figures() == (1, 0))
    eventually(lambda: place.readers.figures() == (0, 0))

    place.pages.closed.clear()
    with Wire(place.served.port, narrow=True) as wire:
        wire.send(request("/endless"))
        eventually(lambda: place.served.front.watch.open == 1)
    assert place.pages.closed.wait(20)


def test_what_waits_in_line_is_not_even_begun_for_a_client_that_left(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as lines:
        with Wire(place.served.port) as wire:
            wire.send(request(f"/sparql?query={HOPELESS}") + request("/echo") * 3)
            eventually(lambda: place.readers.figures() == (1, 0))
        eventually(lambda: place.readers.figures() == (0, 0))
        eventually(lambda: place.served.front.watch.open == 0)

    assert ["left"] == [line["outcome"] for line in lines]
    assert not caplog.records


def test_a_query_that_waits_for_a_reader_leaves_its_place_with_its_client(place: Place) -> None:
    def ask() -> Wire:
        wire = Wire(place.served.port)
        wire.send(request(f"/sparql?query={HOPELESS}"))
        return wire

    wires = list[Wire]()
    while place.readers.figures()[1] == 0:  # the long ones make place for others, until there are too many of them
        wires.append(ask())
        eventually(lambda: sum(place.readers.figures()) == len(wires))
    for wire in reversed(wires):
        wire.close()
    eventually(lambda: place.readers.figures() == (0, 0))

    assert 200 == place.served.get("/sparql?query=ASK{}").status


def test_who_leaves_before_a_quick_answer_costs_no_reader(place: Place) -> None:
    eventually(lambda: len(place.pids) == 3)
    before = place.pids
    for number in range(5):
        with Wire(place.served.port) as wire:
            wire.send(request(f"/sparql?query={quote(QUICK)}%23{number}"))
            eventually(lambda: place.readers.figures() == (1, 0), pause=0.001)
    eventually(lambda: place.served.front.watch.open == 0 and place.readers.figures() == (0, 0))

    assert before == place.pids


def test_who_leaves_a_page_that_is_being_made_takes_nothing_with_it(place: Place) -> None:
    for event in (place.pages.came, place.pages.let, place.pages.closed):
        event.clear()
    others = [Wire(place.served.port) for _ in range(2)]
    with Wire(place.served.port) as leaving:
        leaving.send(request("/waits"))
        assert place.pages.came.wait(20)
        for other in others:
            other.send(request("/waits"))
        eventually(lambda: place.served.front.watch.open == 3)
    eventually(lambda: place.served.front.watch.open == 2)
    place.pages.let.set()

    assert [b"waited\n"] * 2 == [other.read().body for other in others]
    assert place.pages.closed.wait(20)
    assert 200 == others[0].ask(request("/echo")).status
    for other in others:
        other.close()


def test_who_leaves_in_the_middle_of_its_request_is_forgotten(place: Place) -> None:
    for part in (b"GET /ec", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nASK"):
        with Wire(place.served.port) as wire:
            wire.send(part)
            eventually(lambda: place.served.server.server_state.connections)
        eventually(lambda: not place.served.server.server_state.connections)
        eventually(lambda: place.served.front.watch.open == 0)


def test_readers_answer_threads_and_the_event_loop_in_turn(place: Place) -> None:
    slow = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f FILTER(?a != ?f) }} # {}"
    for number in range(8):
        both = [
            place.served.get(f"/sparql?query={quote(slow.format(number))}{way}", Accept="text/csv").body for way in WAYS
        ]

        assert both[0] == both[1]
        assert both[0].startswith(b"n\r\n")
