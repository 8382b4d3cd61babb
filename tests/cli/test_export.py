"""``rubricator export`` and ``rubricator import`` as people use them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from rubricator.vocabulary import load_vocabulary
from tests.fakes.program import Rubricator
from tests.pipeline.exporting.claiming import claim
from tests.pipeline.exporting.shelf import MARKED, RICH, shelve


@pytest.fixture
def client(settings: Settings) -> Iterator[StoreClient]:
    """Its store serves the commands too, so that they start at once."""
    with connect(settings) as client:
        yield client


def test_claims_go_out_with_their_checksum_and_come_back_as_claims_of_others(
    rubricator: Rubricator, client: StoreClient, settings: Settings, tmp_path: Path
) -> None:
    shelve(client, settings)
    claim(client, settings.iris, "A", [RICH, MARKED], load_vocabulary(settings.iris).by_slug("map").body)
    rows = tmp_path / "claims.csv"

    done = rubricator("export", "--output", rows, "--format", "csv", "--dataset", "9990001", "--concept", "map")
    assert (0, f"Wrote {rows}: 1 claim.\n") == (done.returncode, done.stdout)
    subprocess.run(["sha256sum", "-c", "claims.csv.sha256"], cwd=tmp_path, check=True, capture_output=True)

    theirs = tmp_path / "theirs.csv"
    theirs.write_text("recordId,uri\n/9990001/harbour,http://vocab.getty.edu/aat/300033618\n/1/none,javascript:x\n")
    taken = rubricator("import", "annotations", theirs, "--tool", "Tagger")
    assert "Imported 1 claim of Tagger" in taken.stdout
    assert "Refused: 1 unsafe-iri." in taken.stdout
    assert "nothing was written" in rubricator("import", "annotations", theirs, "--tool", "Tagger").stdout
    listed = rubricator("import", "list", "--format", "csv").stdout.splitlines()
    assert [["Tagger", "1", "1 unsafe-iri", "theirs.csv"]] == [row.split(",")[3:7] for row in listed[1:]]


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("export", "--output", "x.nq", "--concept", "map"), "nothing else can be chosen"),
        (("export", "--output", "x.csv", "--format", "csv", "--since", "yesterday"), "'yesterday' is no moment"),
        (("export", "--output", "x.csv", "--format", "csv", "--status", "rejected"), "is not published"),
        (("export", "--output", "x.csv", "--format", "csv", "--dataset", "none"), "There is no data set 'none'"),
        (("export", "--output", "x.csv", "--format", "csv", "--concept", "mpa"), "did you mean map"),
        (("export", "--output", "x", "--format", "ro-crate"), "give --run"),
        (("export", "--output", "x.nq", "--run", "XYZ"), "There is no run 'XYZ'"),
        (("import", "annotations", "no.csv", "--tool", "T"), "Cannot read no.csv"),
    ],
)
def test_what_goes_wrong_is_said_in_one_sentence(
    rubricator: Rubricator, arguments: tuple[str, ...], sentence: str
) -> None:
    outcome = rubricator(*arguments)

    assert 2 == outcome.returncode
    assert sentence in outcome.stderr
    assert 1 == len(outcome.stderr.splitlines())
