"""``rubricator harvest oai`` as a user runs it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from rubricator.settings import Settings
from tests.fakes import faults
from tests.fakes.oai import Oai, oai
from tests.fakes.program import Rubricator, program


@pytest.fixture
def fake() -> Iterator[Oai]:
    with oai(120) as server:
        yield server


@pytest.fixture
def rubricator(settings: Settings, tmp_path: Path) -> Rubricator:
    """Runs where private addresses may be asked."""
    directory = tmp_path / "cwd"
    directory.mkdir()
    (directory / "rubricator.toml").write_text("allow_private_addresses = true\nsource_timeout = 20.0\n")
    return program(settings, directory)


def test_the_second_harvest_takes_in_what_changed_and_a_full_one_finds_what_vanished(
    rubricator: Rubricator, fake: Oai
) -> None:
    first = rubricator("harvest", "oai", fake.url)
    assert (0, "Harvested 120 records: 120 new, 0 changed, 0 unchanged, 0 refused.\n") == (
        first.returncode,
        first.stdout,
    )

    fake.clock += timedelta(days=1)
    fake.change("oai:museum.example:1", title="Newer")
    fake.change("oai:museum.example:2", deleted=True)
    fake.remove("oai:museum.example:3")
    second = rubricator("harvest", "oai", fake.url)
    assert "Harvested 2 records: 0 new, 1 changed, 0 unchanged, 0 refused, 1 gone (oai-deleted 1)." in second.stdout

    third = rubricator("harvest", "oai", fake.url, "--full")
    assert (
        "Harvested 120 records: 0 new, 0 changed, 119 unchanged, 0 refused, 1 gone (oai-id-unknown 1)." in third.stdout
    )
    assert 3 == len(fake.asked("Identify"))


def test_a_harvest_that_failed_goes_on_where_it_was(rubricator: Rubricator, fake: Oai) -> None:
    fake.fail(faults.status(403), after=2)
    failed = rubricator("harvest", "oai", fake.url)
    asked = len(fake.asked("ListRecords"))
    resumed = rubricator("harvest", "oai", fake.url)

    assert (5, 0) == (failed.returncode, resumed.returncode)
    assert "HTTP 403" in failed.stderr
    assert "Resumed and harvested 120 records: 120 new" in resumed.stdout
    assert 1 == len(fake.asked("ListRecords")) - asked


def test_what_a_repository_refuses_is_one_sentence(rubricator: Rubricator, fake: Oai) -> None:
    answer = rubricator("harvest", "oai", fake.url, "--metadata-prefix", "ese")

    assert 2 == answer.returncode
    assert answer.stderr.splitlines()[-1].endswith("but edm, oai_dc; choose with --metadata-prefix.")


def test_what_brings_nothing_says_why(rubricator: Rubricator, fake: Oai) -> None:
    misspelt = rubricator("harvest", "oai", fake.url, "--set", "mapps")
    again = rubricator("harvest", "oai", fake.url, "--set", "mapps")
    rubricator("harvest", "oai", fake.url, "--set", "maps")
    up_to_date = rubricator("harvest", "oai", fake.url, "--set", "maps")
    range_of_dates = rubricator("harvest", "oai", fake.url, "--until", "1990-01-01")

    nothing = "Nothing to harvest was found there.\n"
    for answer in (misspelt, again):
        assert f"{nothing}Is 'mapps' a set there? {fake.url}?verb=ListSets names them all.\n" == answer.stdout
    assert f"Nothing has changed since {fake.stamp(fake.clock)}.\n" == up_to_date.stdout
    assert nothing == range_of_dates.stdout


def test_options_reach_the_repository(rubricator: Rubricator, fake: Oai) -> None:
    options = ("--set", "maps", "--from", "2024-02-01", "--until", "2024-02-05", "--limit", "2", "--dataset", "mine")
    answer = rubricator("harvest", "oai", fake.url, *options)

    assert "Harvested 2 records: 2 new" in answer.stdout
    (asked,) = fake.asked("ListRecords")
    assert ("maps", "2024-02-01T00:00:00Z", "2024-02-05T23:59:59Z") == (asked["set"], asked["from"], asked["until"])
    graphs = rubricator("query", "SELECT ?graph { GRAPH ?graph { ?graph <http://purl.org/dc/terms/source> ?source } }")
    assert 2 == graphs.stdout.count("http://rubricator.test/graph/edm/mine/")


def test_an_expired_token_loses_no_record_and_no_change(rubricator: Rubricator, fake: Oai) -> None:
    fake.fail(faults.status(403), after=2)
    rubricator("harvest", "oai", fake.url)
    fake.clock += timedelta(days=1)
    fake.expire_tokens()
    fake.change("oai:museum.example:1", title="Newer")
    resumed = rubricator("harvest", "oai", fake.url)
    after = rubricator("harvest", "oai", fake.url)

    assert "120 new, 0 changed, 0 unchanged, 0 refused, 100 listed twice." in resumed.stdout
    assert "Harvested 1 records: 0 new, 1 changed" in after.stdout
