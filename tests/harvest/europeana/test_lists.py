"""Lists that are broken off, go in circles, or are no lists."""

import json

import pytest
from flask import Response

from rubricator.errors import SourceError
from rubricator.harvest.europeana.found import found_by_query
from rubricator.harvest.europeana.records import Wanted
from rubricator.harvest.source import Checkpoint, Harvested
from tests.fakes import faults
from tests.fakes.europeana import Europeana, repeating_cursor
from tests.harvest.europeana.harvesting import EVERYTHING, Remembered, checkpoints, identifiers


def test_a_harvest_goes_on_at_its_last_checkpoint_with_what_is_left_of_its_limit(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    harvester = found_by_query(wanted, EVERYTHING, 130)
    before = []
    for entry in harvester.records(memory):
        before.append(entry)
        if isinstance(entry, Checkpoint):
            token = entry.token
            break

    after = list(harvester.records(memory, token))

    assert sorted(fake.items)[:130] == identifiers(before) + identifiers(after)
    assert 2 == len(fake.asked("search.json"))


def test_a_token_that_europeana_no_longer_knows_starts_the_list_again(
    wanted: Wanted, memory: Remembered, fake: Europeana, caplog: pytest.LogCaptureFixture
) -> None:
    harvester = found_by_query(wanted, EVERYTHING, 130)
    token = next(entry.token for entry in harvester.records(memory) if isinstance(entry, Checkpoint))
    fake.expire_cursors()

    harvested = list(harvester.records(memory, token))

    assert sorted(fake.items)[:130] == identifiers(harvested)
    assert "from its beginning" in caplog.text


def test_a_cursor_that_expires_in_the_middle_ends_the_harvest_at_its_last_checkpoint(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(faults.aside(fake.expire_cursors), ".rdf")

    harvested: list[Harvested] = []
    with pytest.raises(SourceError) as error:
        harvested.extend(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-bad-cursor" == error.value.code
    assert (100, 1) == (len(identifiers(harvested)), len(checkpoints(harvested)))


def test_a_cursor_that_repeats_itself_is_told_and_not_followed(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(repeating_cursor, "search.json", times=None)

    harvested: list[Harvested] = []
    with pytest.raises(SourceError, match=r"After 100 of 250 items .* goes in circles") as error:
        harvested.extend(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-cursor-repeats" == error.value.code
    assert 2 == len(fake.asked("search.json"))


def test_a_list_that_gives_nothing_more_before_its_end_is_told(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    def emptied(right: Response) -> Response:
        page = json.loads(right.get_data())
        right.set_data(json.dumps({**page, "items": []}))
        return right

    fake.fail(emptied, "search.json", after=1)

    with pytest.raises(SourceError) as error:
        list(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-list-ends-early" == error.value.code


@pytest.mark.parametrize("fault", [faults.html, faults.half], ids=["html", "half"])
def test_a_list_that_is_no_json_is_asked_for_again(
    wanted: Wanted, memory: Remembered, fake: Europeana, fault: faults.Fault
) -> None:
    fake.fail(fault, "search.json", times=2)

    harvested = list(found_by_query(wanted, EVERYTHING, 10).records(memory))

    assert 10 == len(identifiers(harvested))


def test_a_list_that_never_is_json_ends_the_harvest(
    wanted: Wanted, memory: Remembered, fake: Europeana, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fail(faults.html, "search.json", times=None)

    with pytest.raises(SourceError, match="again later") as error:
        list(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-not-json" == error.value.code
    assert 3 == len(fake.asked("search.json"))
    assert ["Europeana answers with something that cannot be read; asked again in 0 s (try 3 of 3)."] == [
        record.getMessage() for record in caplog.records if record.name.startswith("rubricator")
    ]
