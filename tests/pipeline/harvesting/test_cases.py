from pathlib import Path

import pytest

from rubricator.errors import NotFound, UsageError
from rubricator.harvest.local import edm_files
from rubricator.pipeline.harvesting.cases import Case, Sum, cases, sums
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.reasons import REASONS
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.fakes.program import program

RECORD = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:edm="http://www.europeana.eu/schemas/edm/">
  <edm:ProvidedCHO rdf:about="http://museum.example.org/{0}"><dc:title>Bowl {0}</dc:title>
    <dc:relation rdf:resource="http://museum.example.org/a {0}"/></edm:ProvidedCHO></rdf:RDF>"""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Three records, of which one is broken."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for n in (1, 2):
        (folder / f"{n}.xml").write_text(RECORD.format(n))
    (folder / "3.xml").write_text(RECORD.format(3)[:-20])
    return folder


@pytest.fixture
def harvested(client: StoreClient, settings: Settings, shelf: Path) -> StoreClient:
    harvest(edm_files([shelf]), client, settings)
    return client


def test_codes_are_counted_by_kind_with_an_example(harvested: StoreClient, settings: Settings) -> None:
    refused, added, encoded = sums(harvested, settings.iris)

    assert Sum("refused", "xml-malformed", 1, "shelf/3.xml") == refused
    assert ("repaired", "aggregation-added", 2) == (added.kind, added.code, added.count)
    assert added.example in ("shelf/1.xml", "shelf/2.xml")
    assert ("repaired", "illegal-iri", 2) == (encoded.kind, encoded.code, encoded.count)
    assert encoded.example in ("http://museum.example.org/a 1", "http://museum.example.org/a 2")


def test_a_sum_says_what_its_code_means_and_what_to_do(harvested: StoreClient, settings: Settings) -> None:
    first = sums(harvested, settings.iris)[0]

    assert REASONS["xml-malformed"].meaning == first.meaning
    assert REASONS["xml-malformed"].remedy == first.remedy


def test_only_one_data_set_is_counted_where_one_is_named(
    harvested: StoreClient, settings: Settings, shelf: Path
) -> None:
    harvest(edm_files([shelf / "3.xml"], "desk"), harvested, settings)

    assert [Sum("refused", "xml-malformed", 1, "shelf/3.xml")] == sums(harvested, settings.iris, "desk")
    assert 2 == next(line.count for line in sums(harvested, settings.iris) if line.kind == "refused")
    assert ["desk"] == [case.dataset for case in cases(harvested, settings.iris, "xml-malformed", "desk")]


def test_a_refusal_that_was_mended_is_left_out(harvested: StoreClient, settings: Settings, shelf: Path) -> None:
    (shelf / "3.xml").write_text(RECORD.format(3))
    harvest(edm_files([shelf]), harvested, settings)

    assert {"repaired"} == {line.kind for line in sums(harvested, settings.iris)}
    assert [] == list(cases(harvested, settings.iris, "xml-malformed"))


def test_every_repair_is_told_with_what_stands_now(harvested: StoreClient, settings: Settings) -> None:
    found = list(cases(harvested, settings.iris, "illegal-iri"))

    assert [
        Case(
            "shelf",
            f"shelf/{n}.xml",
            f"http://museum.example.org/a {n}",
            f"http://museum.example.org/a%20{n}",
            "",
            when,
        )
        for n, when in enumerate((case.when for case in found), 1)
    ] == found


def test_a_repair_without_a_value_is_told_once_a_record(harvested: StoreClient, settings: Settings) -> None:
    assert [("shelf/1.xml", ""), ("shelf/2.xml", "")] == [
        (case.source, case.raw) for case in cases(harvested, settings.iris, "aggregation-added")
    ]


def test_every_refusal_is_told_with_its_message(harvested: StoreClient, settings: Settings) -> None:
    (case,) = cases(harvested, settings.iris, "xml-malformed")

    assert ("shelf", "shelf/3.xml", "") == (case.dataset, case.source, case.now)
    assert "not well-formed" in case.message


def test_a_record_that_is_gone_is_told(harvested: StoreClient, settings: Settings, shelf: Path) -> None:
    (shelf / "2.xml").unlink()
    harvest(edm_files([shelf]), harvested, settings)

    assert Sum("gone", "not-listed", 1, "shelf/2.xml") in sums(harvested, settings.iris)
    assert ["shelf/2.xml"] == [case.source for case in cases(harvested, settings.iris, "not-listed")]


def test_a_code_that_was_not_met_has_no_cases(harvested: StoreClient, settings: Settings) -> None:
    assert [] == list(cases(harvested, settings.iris, "oai-deleted"))


@pytest.mark.usefixtures("client")
def test_the_command_tells_programs_the_same(settings: Settings, shelf: Path, tmp_path: Path) -> None:
    rubricator = program(settings, tmp_path)
    rubricator("harvest", "edm", shelf)

    lines = rubricator("harvest", "report", "--format", "csv").stdout.splitlines()
    single = rubricator("harvest", "report", "--code", "illegal-iri", "--format", "csv").stdout.splitlines()

    assert "kind,code,count,meaning,what to do,example" == lines[0]
    assert lines[1].startswith("refused,xml-malformed,1,The XML is not well-formed.,")
    assert "data set,source,raw value,what stands now,message,when" == single[0]
    assert 3 == len(single)


@pytest.mark.usefixtures("client")
def test_an_empty_report_is_one_sentence(settings: Settings, shelf: Path, tmp_path: Path) -> None:
    rubricator = program(settings, tmp_path)
    (shelf / "3.xml").unlink()
    rubricator("harvest", "edm", shelf)

    assert "There is no case of xml-malformed.\n" == rubricator("harvest", "report", "--code", "xml-malformed").stdout
    assert "There is no case of empty in the data set 'shelf'.\n" == (
        rubricator("harvest", "report", "--code", "empty", "--dataset", "shelf").stdout
    )
    assert "There is no run yet; `rubricator enrich` makes one.\n" == rubricator("runs", "list").stdout


def test_a_code_that_there_is_not_is_answered_with_near_ones(harvested: StoreClient, settings: Settings) -> None:
    with pytest.raises(UsageError, match="near are xml-malformed"):
        cases(harvested, settings.iris, "xml-malformd")


def test_a_data_set_that_there_is_not_is_no_empty_report(harvested: StoreClient, settings: Settings) -> None:
    for report in (
        lambda: sums(harvested, settings.iris, "nope"),
        lambda: cases(harvested, settings.iris, "empty", "nope"),
    ):
        with pytest.raises(NotFound, match="'nope'"):
            report()


def test_a_code_unlike_any_other_is_answered_with_where_all_are(harvested: StoreClient, settings: Settings) -> None:
    with pytest.raises(UsageError, match=r"docs/reasons\.md"):
        cases(harvested, settings.iris, "spaceship")
