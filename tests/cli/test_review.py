"""``rubricator review`` as a team uses it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from rubricator.vocabulary import load_vocabulary
from tests.fakes.program import Rubricator
from tests.pipeline.curating.living import enriched


@pytest.fixture
def client(settings: Settings) -> Iterator[StoreClient]:
    """Its store serves the commands too, so that they start at once."""
    with connect(settings) as client:
        yield client


@pytest.fixture
def claims(client: StoreClient, settings: Settings) -> list[NamedNode]:
    return enriched(client, settings.iris, "A", load_vocabulary(settings.iris).by_slug("map").body)


def test_a_team_lists_decides_and_exchanges_sheets(
    rubricator: Rubricator, claims: list[NamedNode], tmp_path: Path
) -> None:
    listed = rubricator("review", "list", "--format", "csv", "--limit", "2").stdout.splitlines()
    assert [claims[2].value, claims[1].value] == [row.split(",")[0] for row in listed[1:]]

    one_by_one = rubricator("review", "accept", claims[0].value[-26:], "--reviewer", "Ada", "--role", "curator")
    assert (0, "Wrote 1 decision.\n") == (one_by_one.returncode, one_by_one.stdout)
    overruled = rubricator("review", "reject", claims[0].value, "--reviewer", "Bob").stdout
    assert f"{claims[0].value} stays accepted, as a curator decided on " in overruled
    rubricator("review", "replace", claims[1].value, "--by", "drawing", "--reviewer", "Ada")

    sheet = tmp_path / "sheet.csv"
    assert "1 claim." in rubricator("review", "export", sheet, "--status", "unreviewed").stdout
    sheet.write_text(
        sheet.read_text().replace(",,,\n", ",discuss,,which town?\n").replace(",,,\r\n", ",discuss,,?\r\n")
    )
    assert "Wrote 1 decision." in rubricator("review", "import", sheet, "--reviewer", "Bob").stdout

    statuses = rubricator("review", "list", "--format", "csv").stdout.splitlines()[1:]
    assert ["needsDiscussion", "replaced", "accepted"] == [row.split(",")[6] for row in statuses]


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("accept", "abc"), "Say who reviews"),
        (
            ("accept", "abc", "--reviewer", "Ada"),
            "'abc' names no claim: give its IRI (http://rubricator.test/annotation/…)",
        ),
        (("reject", "0" * 26, "--reviewer", "Ada"), "No run claims http://rubricator.test/annotation/00000"),
        (("discuss", "01M7YHX300R4FXH9NH0ZN6ZK20", "--reviewer", "Ada"), "is a run, not a claim"),
        (("replace", "abc", "--by", "mpa", "--reviewer", "Ada"), "did you mean map"),
        (("import", "no.csv", "--reviewer", "Ada"), "Cannot read no.csv"),
        (("list", "--run", "XYZ"), "There is no run 'XYZ'"),
    ],
)
def test_what_goes_wrong_is_said_in_one_sentence(
    rubricator: Rubricator, arguments: tuple[str, ...], sentence: str
) -> None:
    outcome = rubricator("review", *arguments)
    assert 2 == outcome.returncode
    assert sentence in outcome.stderr
    assert 1 == len(outcome.stderr.splitlines())
