"""The harvester against a repository that misbehaves."""

from datetime import timedelta

import pytest
from flask import Response

from rubricator.errors import RequestRejected, SourceError
from rubricator.harvest import Rejection, SourceRecord
from rubricator.harvest.oai.harvester import OaiHarvester, Selection
from rubricator.harvest.source import Checkpoint
from rubricator.harvest.web import Web
from rubricator.settings import Settings
from tests.fakes import faults
from tests.fakes.oai import Oai
from tests.fakes.oai_faults import condition, endless_tokens, expired_at_once, repeating_token, replacing
from tests.harvest.oai.harvesting import Remembered, checkpoints, harvest, identifiers, told, until_failure


def test_a_format_that_is_not_offered_is_answered_with_those_that_are(fake: Oai, web: Web) -> None:
    with pytest.raises(SourceError, match="but edm, oai_dc; choose with --metadata-prefix") as refusal:
        harvest(fake, web, Selection(prefix="ese"))

    assert "oai-format-not-offered" == refusal.value.code


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (condition("noSetHierarchy"), "oai-no-sets"),
        (condition("badArgument", "Which set?"), "oai-bad-argument"),
        (condition("badVerb"), "oai-error"),
        (condition("internalServerError", "Out of memory"), "source-server-error"),
        (faults.html, "source-not-xml"),
        (faults.half, "source-not-xml"),
        (faults.status(200, "<rss><channel/></rss>", "text/xml"), "source-not-oai"),
        (faults.status(404), "source-missing"),
        (faults.status(403), "source-refused"),
        (faults.status(410), "source-gone"),
    ],
)
def test_a_repository_that_fails_for_good_ends_the_harvest_with_its_reason(
    fault: faults.Fault, code: str, fake: Oai, web: Web
) -> None:
    fake.fail(fault, times=None, after=1)
    harvester = OaiHarvester(fake.url, web, Selection())
    found, failure = until_failure(harvester.records(Remembered()))

    assert code == failure.code
    assert 50 == len(identifiers(found))
    assert 1 == len(checkpoints(found))


@pytest.mark.parametrize(
    "fault",
    [
        faults.busy(),
        faults.status(503, **{"Retry-After": "0"}),
        faults.status(500),
        faults.html,
        faults.half,
        faults.cut_off,
        faults.wrong_charset,
        condition("internalServerError"),
    ],
    ids=["429", "503", "500", "html", "half", "cut off", "wrong charset", "own error"],
)
def test_a_fault_that_passes_costs_no_record(fault: faults.Fault, fake: Oai, web: Web) -> None:
    sound = harvest(fake, web)
    fake.fail(fault, times=2, after=1)
    found = harvest(fake, web)

    assert identifiers(sound) == identifiers(found)
    assert [entry.content for entry in sound if isinstance(entry, SourceRecord)] == [
        entry.content for entry in found if isinstance(entry, SourceRecord)
    ]


def test_an_address_without_a_repository_is_told_from_one_without_a_record(fake: Oai, web: Web) -> None:
    fake.fail(faults.status(404), "Identify")
    with pytest.raises(RequestRejected, match=r"There is no OAI-PMH repository at [^?]* .HTTP 404.; check the address"):
        harvest(fake, web)


@pytest.mark.parametrize("name", ["badArgument", "noSetHierarchy", "cannotDisseminateFormat"])
def test_what_a_repository_does_not_understand_is_a_mistake_in_the_command(name: str, fake: Oai, web: Web) -> None:
    fake.fail(condition(name), "ListRecords")
    with pytest.raises(RequestRejected) as refusal:
        harvest(fake, web)

    assert 2 == refusal.value.exit_code


def test_an_answer_of_bytes_that_are_no_text_is_told_in_words(fake: Oai, web: Web) -> None:
    fake.fail(lambda _: Response(b"\x89PNG \xff\x81", mimetype="text/xml"), times=None)
    with pytest.raises(SourceError, match="bytes that are no text"):
        harvest(fake, web)


def test_an_error_of_the_protocol_counts_whatever_the_status_of_the_answer(fake: Oai, web: Web) -> None:
    body = '<OAI-PMH><responseDate>2024-12-31T00:00:00Z</responseDate><error code="noRecordsMatch"/></OAI-PMH>'
    fake.fail(faults.status(422, body, "text/xml"))

    assert [Checkpoint("", "2024-12-31T00:00:00Z", 0)] == harvest(fake, web)


def test_an_expired_token_starts_the_list_again(fake: Oai, web: Web, caplog: pytest.LogCaptureFixture) -> None:
    first = checkpoints(harvest(fake, web))[0]
    fake.expire_tokens()
    fake.clock += timedelta(days=1)
    found = list(OaiHarvester(fake.url, web, Selection()).records(Remembered(), first.token))

    assert list(fake.held) == identifiers(found)
    assert "read from its start" in told(caplog)
    assert {first.datestamp} == {page.datestamp for page in checkpoints(found)}


def test_tokens_that_are_never_taken_end_the_harvest(fake: Oai, web: Web) -> None:
    fake.fail(expired_at_once(fake), times=None)
    found, failure = until_failure(OaiHarvester(fake.url, web, Selection()).records(Remembered()))

    assert "oai-bad-token" == failure.code
    assert 4 * 50 == len(identifiers(found))


@pytest.mark.parametrize("fault", [repeating_token, endless_tokens()], ids=["same token", "ever new tokens"])
def test_a_list_that_goes_in_circles_is_left(fault: faults.Fault, fake: Oai, web: Web) -> None:
    fake.fail(fault, times=None)
    with pytest.raises(SourceError) as failure:
        harvest(fake, web)

    assert "source-cursor-repeats" == failure.value.code
    assert len(fake.asked("ListRecords")) < 5


def test_a_server_that_never_answers_is_left_in_time(fake: Oai, settings: Settings) -> None:
    fake.fail(faults.silent(fake.stopping), "Identify", times=None)
    local = settings.model_copy(update={"allow_private_addresses": True, "source_timeout": 0.5})
    with Web(local, first_wait=0.01) as web, pytest.raises(SourceError) as failure:
        harvest(fake, web)

    assert "source-timeout" == failure.value.code


def test_a_page_that_unpacks_to_more_than_is_allowed_is_refused(fake: Oai, web: Web) -> None:
    fake.fail(faults.gzip_bomb, times=None)
    with pytest.raises(SourceError) as failure:
        harvest(fake, web)

    assert "source-too-large" == failure.value.code


def test_a_record_of_ten_megabytes_passes(fake: Oai, web: Web) -> None:
    fake.held["oai:museum.example:3"].extra = "<dc:description>A long story. </dc:description>" * 220_000
    record = harvest(fake, web, Selection(limit=4))[3]

    assert isinstance(record, SourceRecord)
    assert len(record.content) > 10_000_000


def test_a_record_that_is_no_xml_is_refused_alone(fake: Oai, web: Web) -> None:
    fake.fail(replacing("soucoupe", b"<soucoupe>"), times=1)
    refused, *found = harvest(fake, web)

    assert isinstance(refused, Rejection)
    assert ("oai:museum.example:0", "xml-malformed") == (refused.identifier, refused.code)
    assert b"<soucoupe>" in (refused.content or b"")
    assert 119 == len(identifiers(found))


def test_a_repository_of_another_version_is_told(fake: Oai, web: Web) -> None:
    fake.version = "1.1"
    with pytest.raises(SourceError, match=r"speaks OAI-PMH 1\.1") as failure:
        harvest(fake, web)

    assert "oai-version" == failure.value.code


def test_a_private_address_is_not_asked(fake: Oai, settings: Settings) -> None:
    with Web(settings, first_wait=0.01) as web, pytest.raises(SourceError) as failure:
        harvest(fake, web)

    assert "source-private-address" == failure.value.code
    assert [] == fake.requests


def test_a_list_that_ends_early_is_told(fake: Oai, web: Web, caplog: pytest.LogCaptureFixture) -> None:
    fake.fail(replacing('completeListSize="120"', b'completeListSize="130"'), after=2)
    harvest(fake, web)

    assert "ended after 120 of 130 records" in told(caplog)
