"""Records that cannot be had, at first or at all."""

from collections import Counter

import pytest

from rubricator.edm import map_record
from rubricator.errors import SourceError
from rubricator.harvest.europeana.found import found_by_query
from rubricator.harvest.europeana.records import Wanted
from rubricator.harvest.record import Rejection, SourceRecord
from rubricator.settings import Settings, load_settings
from tests.fakes import faults
from tests.fakes.europeana import Europeana
from tests.fakes.web import internet
from tests.harvest.europeana.harvesting import EVERYTHING, Remembered, identifiers


@pytest.mark.parametrize(
    "fault",
    [faults.busy(), faults.busy_until(), faults.status(500), faults.status(503), faults.cut_off, faults.half,
     faults.html],
    ids=["429", "429 until", "500", "503", "cut off", "half", "html"],
)  # fmt: skip
def test_a_passing_fault_loses_no_record(
    wanted: Wanted, memory: Remembered, fake: Europeana, fault: faults.Fault
) -> None:
    fake.fail(fault, "item_000003", times=1)
    fake.fail(fault, "item_000005", times=2)

    harvested = list(found_by_query(wanted, EVERYTHING, 10).records(memory))

    assert sorted(fake.items)[:10] == identifiers(harvested)
    assert {"item_000003.rdf": 2, "item_000005.rdf": 3} == {
        path: count
        for path, count in Counter(asked.path.rpartition("/")[2] for asked in fake.asked(".rdf")).items()
        if count > 1
    }


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(faults.status(400, "no"), "source-rejected", id="400"),
        pytest.param(faults.status(403), "source-refused", id="403"),
        pytest.param(faults.html, "source-not-rdf", id="html"),
        pytest.param(faults.gzip_bomb, "source-too-large", id="gzip bomb"),
    ],
)
def test_a_record_that_cannot_be_had_is_refused_with_its_reason(
    wanted: Wanted, memory: Remembered, fake: Europeana, fault: faults.Fault, code: str
) -> None:
    fake.fail(fault, "item_000003", times=None)

    harvested = list(found_by_query(wanted, EVERYTHING, 10).records(memory))

    assert [("/9990000/item_000003", code)] == [
        (entry.identifier, entry.code) for entry in harvested if isinstance(entry, Rejection)
    ]
    assert 9 == len(identifiers(harvested))


def test_a_redirect_to_a_private_address_is_not_followed(
    settings: Settings, memory: Remembered, fake: Europeana, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.fail(faults.redirected(f"{fake.url}/inside"), "item_000003", times=None)
    outside = load_settings(**(settings.model_dump() | {
        "europeana_api": "http://api.europeana.example", "allow_private_addresses": False,
    }))  # fmt: skip

    with internet(monkeypatch) as open_web:
        open_web.names["api.europeana.example"] = ["193.0.6.139"]
        open_web.servers["193.0.6.139"] = int(fake.url.rpartition(":")[2])
        harvested = list(found_by_query(Wanted(outside), EVERYTHING, 10).records(memory))

    assert [("/9990000/item_000003", "source-private-address")] == [
        (entry.identifier, entry.code) for entry in harvested if isinstance(entry, Rejection)
    ]
    assert [] == fake.asked("/inside")


def test_a_connection_that_never_sends_is_given_up_and_asked_again(
    settings: Settings, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(faults.silent(fake.stopping), "item_000003")
    hasty = load_settings(**(settings.model_dump() | {"source_timeout": 4}))

    harvested = list(found_by_query(Wanted(hasty, first_wait=0.01), EVERYTHING, 10).records(memory))

    assert sorted(fake.items)[:10] == identifiers(harvested)
    assert len(fake.asked("item_000003")) > 1


def test_a_source_that_fails_for_one_record_after_the_other_ends_the_harvest_before_they_are_refused(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(faults.status(400), ".rdf", times=None, after=20)
    # Of two at once the later may come first, and a record that comes starts the count again.
    one_by_one = Wanted(load_settings(**(wanted.settings.model_dump() | {"source_requests": 1})), first_wait=0.01)

    harvested: list[object] = []
    with pytest.raises(SourceError) as error:
        harvested.extend(found_by_query(one_by_one, EVERYTHING, None).records(memory))

    assert "source-rejected" == error.value.code
    assert [] == [entry for entry in harvested if not isinstance(entry, SourceRecord)]


def test_a_record_of_ten_megabytes_in_latin_1_comes_as_it_is(
    wanted: Wanted, memory: Remembered, fake: Europeana, settings: Settings
) -> None:
    fake.items["/9990000/item_000000"].padding = 10 * 2**20
    fake.fail(faults.wrong_charset, "item_000000")

    record, *_ = found_by_query(wanted, EVERYTHING, 1).records(memory)

    assert isinstance(record, SourceRecord)
    assert 10 * 2**20 < len(record.content)
    assert "Musée" in str(map_record(record, settings.iris).triples)
