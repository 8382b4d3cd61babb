"""All changes are put in order once for many pages, and a page is told by what it has on it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from rubricator.rdf import DCTERMS, ENR, PROV, TYPE, timestamp
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator.store.snapshots import current_revision, moment_of
from rubricator_service import create_app
from rubricator_service.exchange.feed import PAGE_SIZE
from rubricator_service.reading.changes import read_order
from rubricator_service.reading.store import Reading
from tests.pipeline.proving.lived import BEGUN
from tests.service.live import BASE
from tests.service.reading.overheard import Overheard

REVIEWS = 2 * PAGE_SIZE + 10


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with three pages of reviews, of which the later half were loaded before the others."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("changes"), base=BASE)
    numbers = [*range(REVIEWS // 2, REVIEWS), *range(REVIEWS // 2)]
    with connect(settings) as client:
        client.load(quad for number in numbers for quad in review(settings, number))
    return settings


@pytest.fixture(scope="module")
def readers(settings: Settings) -> Iterator[Overheard]:
    opened = Overheard(settings)
    yield opened
    opened.close()


def review(settings: Settings, number: int) -> list[Quad]:
    """One every tenth of a second, so that moments have a decimal or none; names tell nothing of the order."""
    one, moment = named(settings, number), BEGUN + timedelta(milliseconds=100 * number)
    graph = settings.iris.reviews
    return [Quad(one, TYPE, ENR["Review"], graph), Quad(one, DCTERMS["created"], timestamp(moment), graph)]


def named(settings: Settings, number: int) -> NamedNode:
    return settings.iris.thing("review", f"R{REVIEWS - number}")


def test_changes_are_in_the_order_of_their_moments_whatever_their_decimals(
    settings: Settings, readers: Overheard
) -> None:
    order = read_order(Reading(readers, f"{BASE}/"), settings.iris, foreign=False)

    assert REVIEWS == len(order)
    assert [named(settings, number) for number in range(REVIEWS)] == [one.thing for one in order.window(0, REVIEWS)]
    assert {ENR["Review"]} == {one.kind for one in order.window(0, 20)}
    assert [timestamp(BEGUN)] == [one.moment for one in order.window(0, 1)]
    assert moment_of(current_revision(settings.store_dir / "snapshots") or "") == order.taken


def test_a_run_counts_from_its_start_and_one_that_was_planned_only_not_at_all(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base=BASE)
    ledger, planned, begun = settings.iris.ledger, settings.iris.run("P"), settings.iris.run("B")
    with connect(settings) as client:
        client.load(
            [
                Quad(planned, TYPE, ENR["Run"], ledger),
                Quad(begun, TYPE, ENR["Run"], ledger),
                Quad(begun, PROV["startedAtTime"], timestamp(BEGUN), ledger),
                Quad(begun, PROV["endedAtTime"], timestamp(BEGUN + timedelta(hours=1)), ledger),
            ]
        )
    readers = open_readers(settings)
    order = read_order(Reading(readers, f"{BASE}/"), settings.iris, foreign=False)
    readers.close()

    assert [(begun, timestamp(BEGUN))] == [(one.thing, one.moment) for one in order.window(0, 9)]


def test_further_pages_ask_the_store_about_nothing_but_what_is_on_them(settings: Settings, readers: Overheard) -> None:
    """Else each page reads and sorts what happened ever, and the feed becomes slower the longer it is."""
    web = create_app(settings, readers).test_client()
    assert 200 == web.get("/feed/1.nt").status_code
    readers.asked.clear()

    page = web.get("/feed/2.nt")

    assert 200 == page.status_code
    members = {str(named(settings, number)) for number in range(PAGE_SIZE, 2 * PAGE_SIZE)}
    assert all(member in page.text for member in members)
    others = [query for query in readers.asked if not any(member in query for member in members)]
    assert len(others) < len(readers.asked)
    assert {"ASK {}"} >= set(others)


def test_a_full_page_stays_as_it_is_when_more_happens(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base=BASE)
    with connect(settings) as client:
        client.load(quad for number in range(PAGE_SIZE + 1) for quad in review(settings, number))
    readers = open_readers(settings)
    web = create_app(settings, readers).test_client()
    before, open_before = web.get("/feed/1.nt"), web.get("/feed/2.nt")
    with connect(settings) as client:
        client.load(quad for number in range(PAGE_SIZE + 1, PAGE_SIZE + 4) for quad in review(settings, number))
    after, open_after = web.get("/feed/1.nt"), web.get("/feed/2.nt")
    readers.close()

    assert "immutable" in before.headers["Cache-Control"]
    assert before.data == after.data
    assert [1, 4] == [page.text.count("/tree#member>") for page in (open_before, open_after)]
