"""Items with a concept come surest first, each once, however many there are."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from rubricator.rdf import EDM, ENR, OA, TYPE, XSD
from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service.reading import browse
from rubricator_service.reading.browse import PER_PAGE, Page, all_items, items_with, read_page
from rubricator_service.reading.store import Reading
from tests.service.live import BASE

COMMON, RARE = (NamedNode(f"http://data.europeana.eu/concept/{number}") for number in (51, 52))
ITEMS = 5 * PER_PAGE
RARELY = 10


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    """Five pages of items carry the common concept, most of them twice, and some of these the rare one."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("browsed"), base=BASE)
    random = Random(1)  # noqa: S311 - the same each time

    def claim(item: NamedNode, body: NamedNode) -> Iterator[Quad]:
        one = settings.iris.annotation_named(f"{random.getrandbits(100):026x}")
        yield Quad(item, ENR["hasEnrichment"], one)
        yield Quad(one, OA["hasBody"], body)
        confidence = Literal(f"{random.uniform(0.5, 1):.4f}", datatype=XSD["decimal"])
        yield Quad(one, EDM["confidenceLevel"], confidence)

    with connect(settings) as client:
        for number in range(ITEMS):
            item = NamedNode(f"http://data.europeana.eu/item/1/{number}")
            bodies = [COMMON] * random.choice((1, 2, 3)) + [RARE] * (number < RARELY)
            client.load(
                [Quad(item, TYPE, EDM["ProvidedCHO"]), *(quad for body in bodies for quad in claim(item, body))]
            )
    readers = open_readers(settings)
    yield Reading(readers, f"{BASE}/")
    readers.close()


def pages(reading: Reading, selection: browse.Selection) -> list[Page]:
    iris = load_settings(data_dir=Path("unused"), base=BASE).iris
    found = [read_page(reading, iris, selection, 1, ("en",))]
    while found[-1].more:
        found.append(read_page(reading, iris, selection, found[-1].number + 1, ("en",)))
    return found


def sureness(page: Page, body: NamedNode = COMMON) -> list[float]:
    return [sure or 2.0 for card in page.cards for heading, sure in card.headings if heading.body == body]


def test_all_items_with_a_concept_are_in_order_as_long_as_they_are_few(reading: Reading) -> None:
    found = pages(reading, items_with([RARE]))

    assert [RARELY] == [len(page.cards) for page in found]
    sure = sureness(found[0], RARE)
    assert sorted(sure, reverse=True) == sure


@pytest.mark.parametrize("together", [2 * PER_PAGE, 5 * PER_PAGE, 6 * PER_PAGE])
def test_each_item_is_on_one_page_however_many_are_sorted_together(
    reading: Reading, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """Sorting all that carry a common concept for each page of them would take seconds."""
    monkeypatch.setattr(browse, "SORTED", together)

    found = pages(reading, items_with([COMMON]))

    assert [PER_PAGE] * 5 == [len(page.cards) for page in found]
    assert ITEMS == len({card.item for page in found for card in page.cards})
    a_time = together // PER_PAGE
    for start in range(0, 5, a_time):
        sure = [one for page in found[start : start + a_time] for one in sureness(page)]
        assert sorted(sure, reverse=True) == sure


def test_no_more_are_sorted_together_than_a_page_may_cost(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "SORTED", PER_PAGE)
    first = sureness(pages(reading, items_with([COMMON]))[0])
    monkeypatch.undo()
    of_all = sureness(pages(reading, items_with([COMMON]))[0])

    assert sum(first) < sum(of_all)


def test_the_last_page_is_full_and_has_none_after_it(reading: Reading) -> None:
    assert [True] * 4 + [False] == [page.more for page in pages(reading, all_items())]
