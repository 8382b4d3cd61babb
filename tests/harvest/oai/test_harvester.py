"""The harvester against a repository that behaves."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from rubricator.edm import map_record
from rubricator.errors import UsageError
from rubricator.harvest import Rejection, SourceRecord
from rubricator.harvest.oai.harvester import OaiHarvester, Selection
from rubricator.harvest.record import RDF_XML
from rubricator.harvest.source import Checkpoint, Gone
from rubricator.harvest.web import Web
from rubricator.settings import Settings
from tests.fakes.oai import DAYS, Oai
from tests.fakes.oai_faults import condition
from tests.fakes.oai_records import TRAPS
from tests.harvest.oai.harvesting import Remembered, checkpoints, harvest, identifiers, told


def test_every_page_ends_with_a_checkpoint_that_the_next_harvest_can_go_on_from(fake: Oai, web: Web) -> None:
    found = harvest(fake, web)
    first, second, last = checkpoints(found)
    rest = list(OaiHarvester(fake.url, web, Selection()).records(Remembered(), second.token))

    assert list(fake.held) == identifiers(found)
    assert [50, 101, 122] == [found.index(page) for page in (first, second, last)]
    assert ["", 120, "2024-12-31T00:00:00Z"] == [last.token, last.expected, last.datestamp]
    assert list(fake.held)[100:] == identifiers(rest)


def test_a_resumed_harvest_is_complete_up_to_the_moment_when_the_first_began(fake: Oai, web: Web) -> None:
    first = checkpoints(harvest(fake, web))[0]
    fake.clock += timedelta(days=1)
    rest = list(OaiHarvester(fake.url, web, Selection()).records(Remembered(), first.token))

    assert {first.datestamp} == {page.datestamp for page in checkpoints(rest)}


def test_a_record_says_where_it_came_from_and_is_a_document_of_its_own(fake: Oai, web: Web) -> None:
    record = harvest(fake, web, Selection(set="bowls"))[0]

    assert isinstance(record, SourceRecord)
    assert ("bowls", "oai:museum.example:0", RDF_XML) == (record.dataset, record.identifier, record.media_type)
    arguments = {name: value for name, (value,) in parse_qs(urlsplit(record.source).query).items()}
    assert {"verb": "GetRecord", "metadataPrefix": "edm", "identifier": record.identifier} == arguments
    assert record.content.startswith(b"<?xml")
    assert b"OAI-PMH" not in record.content


def test_the_bytes_of_a_record_do_not_depend_on_the_page_or_the_verb_it_came_with(fake: Oai, web: Web) -> None:
    whole = [entry for entry in harvest(fake, web) if isinstance(entry, SourceRecord)]
    fake.page_size = 7
    paged = [entry for entry in harvest(fake, web) if isinstance(entry, SourceRecord)]
    single = list(OaiHarvester(fake.url, web, Selection()).missing(whole[:3]))

    assert [record.content for record in whole] == [record.content for record in paged]
    assert [record.content for record in whole[:3]] == [
        record.content for record in single if isinstance(record, SourceRecord)
    ]


@pytest.mark.parametrize("trap", TRAPS)
def test_records_that_are_broken_as_real_ones_are_can_be_mapped(
    trap: str, fake: Oai, web: Web, settings: Settings
) -> None:
    fake.held["oai:museum.example:0"].extra = trap
    record = harvest(fake, web, Selection(limit=1))[0]

    assert isinstance(record, SourceRecord)
    assert "http://museum.example/object/0" == map_record(record, settings.iris).item.value


def test_the_data_set_is_called_as_the_user_says_or_like_the_set_or_the_host(fake: Oai, web: Web) -> None:
    names = [
        OaiHarvester(fake.url, web, selection).dataset
        for selection in (Selection(dataset="mine", set="maps"), Selection(set="maps"), Selection())
    ]

    assert ["mine", "maps", "127.0.0.1"] == names


def test_a_set_holds_the_sets_below_it(fake: Oai, web: Web) -> None:
    found = harvest(fake, web, Selection(set="maps"))

    assert 80 == len(identifiers(found))


@pytest.mark.parametrize(
    ("granularity", "sent"),
    [(DAYS, ("2024-02-01", "2024-02-03")), ("", ("2024-02-01T00:00:00Z", "2024-02-03T23:59:59Z"))],
)
def test_a_range_of_days_is_asked_for_in_the_granularity_of_the_repository(
    granularity: str, sent: tuple[str, str], fake: Oai, web: Web
) -> None:
    fake.granularity = granularity or fake.granularity
    found = harvest(fake, web, Selection(since="2024-02-01", until="2024-02-03"))

    assert [f"oai:museum.example:{number}" for number in (31, 32, 33)] == identifiers(found)
    asked = fake.asked("ListRecords")[0]
    assert sent == (asked["from"], asked["until"])


@pytest.mark.parametrize(
    "selection",
    [Selection(since="yesterday"), Selection(until="2024-13-01"), Selection(since="2024-02-01", until="2024-01-01")],
    ids=["no date", "no month", "backwards"],
)
def test_dates_that_are_none_are_an_error_of_the_user(selection: Selection, fake: Oai, web: Web) -> None:
    with pytest.raises(UsageError):
        OaiHarvester(fake.url, web, selection)


@pytest.mark.parametrize(
    "url",
    [
        "museum.example/oai",
        "ftp://museum.example/oai",
        "http://me:secret@museum.example/oai",
        "http://e.org/oai?verb=Identify",
    ],
)
def test_an_address_that_is_no_base_url_is_an_error_of_the_user(url: str, web: Web) -> None:
    with pytest.raises(UsageError) as refusal:
        OaiHarvester(url, web, Selection())

    assert "secret" not in str(refusal.value)


def test_after_a_complete_harvest_only_changes_are_asked_for(fake: Oai, web: Web) -> None:
    seen = checkpoints(harvest(fake, web))[-1].datestamp
    fake.clock += timedelta(hours=1)
    fake.change("oai:museum.example:7", title="Newer")
    fake.change("oai:museum.example:8", deleted=True)
    harvester = OaiHarvester(fake.url, web, Selection())
    changed, gone, end = harvester.records(Remembered(seen))

    assert ["oai:museum.example:7"] == identifiers([changed])
    assert isinstance(gone, Gone)
    assert ("oai:museum.example:8", "oai-deleted") == (gone.identifier, gone.code)
    assert checkpoints([end])[0].datestamp > seen
    assert not harvester.whole


@pytest.mark.parametrize(("granularity", "sent"), [(DAYS, "2024-12-31"), ("", "2024-12-31T00:00:00Z")])
def test_changes_are_asked_for_from_the_moment_when_the_last_harvest_began(
    granularity: str, sent: str, fake: Oai, web: Web
) -> None:
    fake.granularity = granularity or fake.granularity
    harvest(fake, web, datestamp="2024-12-31T00:00:00Z")

    assert [sent] == [arguments["from"] for arguments in fake.asked("ListRecords")]


def test_a_full_harvest_lists_everything_again(fake: Oai, web: Web) -> None:
    harvester = OaiHarvester(fake.url, web, Selection(full=True))
    found = list(harvester.records(Remembered("2024-12-31T00:00:00Z")))

    assert 120 == len(identifiers(found))
    assert harvester.whole


@pytest.mark.parametrize(
    "selection", [Selection(limit=3), Selection(since="2024-01-01"), Selection(until="2024-12-31", full=True)]
)
def test_a_list_with_limits_shows_neither_what_vanished_nor_how_far_it_is_complete(
    selection: Selection, fake: Oai, web: Web
) -> None:
    harvester = OaiHarvester(fake.url, web, selection)
    pages = checkpoints(list(harvester.records(Remembered())))

    assert not harvester.whole
    assert {} != harvester.request
    assert {""} == {page.datestamp for page in pages}


@pytest.mark.parametrize(("deletions", "heard"), [("no", True), ("transient", True), ("persistent", False)])
def test_where_deletions_are_not_announced_the_user_hears_of_it(
    deletions: str, heard: bool, fake: Oai, web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    fake.deletions = deletions
    harvest(fake, web)
    assert "" == told(caplog)
    harvest(fake, web, datestamp="2024-03-01T00:00:00Z")

    assert heard == ("--full now and then" in told(caplog))


def test_a_limit_ends_the_list_in_the_middle_of_a_page_and_counts_over_interruptions(fake: Oai, web: Web) -> None:
    selection = Selection(limit=70)
    found = harvest(fake, web, selection)
    first, last = checkpoints(found)
    rest = list(OaiHarvester(fake.url, web, selection).records(Remembered(), first.token))

    assert 70 == len(identifiers(found))
    assert ("", 70) == (last.token, last.expected)
    assert 20 == len(identifiers(rest))


def test_an_empty_list_is_no_error(fake: Oai, web: Web) -> None:
    (end,) = harvest(fake, web, Selection(since="2030-01-01"))

    assert Checkpoint("", "", 0) == end


def test_what_became_of_a_record_is_asked_one_by_one(fake: Oai, web: Web) -> None:
    met = [entry for entry in harvest(fake, web) if isinstance(entry, SourceRecord)][:4]
    fake.remove(met[0].identifier)
    fake.change(met[1].identifier, deleted=True)
    fake.fail(condition("cannotDisseminateFormat"), "GetRecord", after=3)
    web_in_order = list(OaiHarvester(fake.url, web, Selection()).missing(iter(met[:3])))
    last = list(OaiHarvester(fake.url, web, Selection()).missing(iter(met[3:])))

    assert (
        [
            Gone(met[0].source, met[0].dataset, met[0].identifier, "oai-id-unknown", web_in_order[0].retrieved),  # type: ignore[union-attr]
            Gone(met[1].source, met[1].dataset, met[1].identifier, "oai-deleted", web_in_order[1].retrieved),  # type: ignore[union-attr]
        ]
        == web_in_order[:2]
    )
    assert identifiers(met[2:3]) == identifiers(web_in_order)
    assert ["oai-error"] == [entry.code for entry in last if isinstance(entry, Rejection)]


def test_dublin_core_is_refused_with_the_format_to_ask_for(fake: Oai, web: Web) -> None:
    refused = harvest(fake, web, Selection(prefix="oai_dc", limit=1))[0]

    assert isinstance(refused, Rejection)
    assert "not-edm" == refused.code
    assert "--metadata-prefix edm" in refused.message
