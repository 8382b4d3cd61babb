"""The key: without one, with a wrong one, and where it never is."""

import pytest

from rubricator.errors import SourceError, UsageError
from rubricator.harvest.europeana.found import found_by_query
from rubricator.harvest.europeana.records import Wanted
from rubricator.harvest.europeana.search import Query
from rubricator.harvest.record import SourceRecord
from rubricator.settings import Settings, load_settings
from tests.fakes import faults
from tests.fakes.europeana import DEPRECATED_KEY, Europeana
from tests.harvest.europeana.harvesting import EVERYTHING, Remembered


def test_without_a_key_nothing_can_be_wanted() -> None:
    with pytest.raises(UsageError, match="RUBRICATOR_EUROPEANA_API_KEY"):
        Wanted(load_settings())


@pytest.mark.parametrize(("key", "said"), [("unknown", "Invalid API key"), (DEPRECATED_KEY, "Deprecated API key")])
def test_a_key_that_europeana_does_not_accept_ends_the_harvest(
    settings: Settings, memory: Remembered, key: str, said: str
) -> None:
    settings = load_settings(**{**settings.model_dump(), "europeana_api_key": key})

    with pytest.raises(SourceError, match=said) as error:
        list(found_by_query(Wanted(settings), EVERYTHING, None).records(memory))

    assert "source-refused" == error.value.code
    assert "RUBRICATOR_EUROPEANA_API_KEY" in str(error.value)
    assert key not in str(error.value)


def test_a_key_that_is_withdrawn_between_two_records_does_not_make_them_gone(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    fake.fail(faults.aside(lambda: setattr(fake, "key", "another")), ".rdf", after=2)

    harvested: list[object] = []
    with pytest.raises(SourceError) as error:
        harvested.extend(found_by_query(wanted, EVERYTHING, None).records(memory))

    assert "source-refused" == error.value.code
    assert {SourceRecord} == {type(entry) for entry in harvested}


def test_a_query_that_europeana_cannot_read_is_explained(wanted: Wanted, memory: Remembered) -> None:
    with pytest.raises(SourceError, match="undefined field colour") as error:
        list(found_by_query(wanted, Query("colour:red"), None).records(memory))

    assert "source-rejected" == error.value.code


def test_the_key_goes_in_a_header_only_and_stays_in_no_record(
    wanted: Wanted, memory: Remembered, fake: Europeana
) -> None:
    harvested = list(found_by_query(wanted, EVERYTHING, 10).records(memory))

    assert {fake.key} == {asked.headers["X-Api-Key"] for asked in fake.requests}
    assert [] == [asked for asked in fake.requests if fake.key in asked.query + asked.path]
    assert fake.key not in repr(harvested)
