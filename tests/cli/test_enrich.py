"""``rubricator enrich``: its options that say which pictures may be looked at, and Ctrl-C."""

import signal
import subprocess
from pathlib import Path

import pytest

from rubricator.settings import Settings
from tests.fakes.europeana import europeana
from tests.fakes.faults import aside
from tests.fakes.program import PROGRAM, Rubricator, environment

pytest.importorskip("open_clip", reason="enriching needs the extra clip")

# An address that is refused before anything is sent, so that the code tells whether fetching was tried.
CLOSED = """
    @prefix edm: <http://www.europeana.eu/schemas/edm/> . @prefix ore: <http://www.openarchives.org/ore/terms/> .
    <http://data.europeana.eu/item/1/closed> a edm:ProvidedCHO .
    <http://museum.example.org/aggregation/closed> a ore:Aggregation ;
      edm:aggregatedCHO <http://data.europeana.eu/item/1/closed> ; edm:isShownBy <http://127.0.0.1:9/closed.jpg> ;
      edm:rights <http://rightsstatements.org/vocab/InC/1.0/> .
"""


def test_a_class_of_rights_is_allowed_for_one_run(rubricator: Rubricator, tmp_path: Path) -> None:
    record = tmp_path / "record.ttl"
    record.write_text(CLOSED)
    rubricator("harvest", "edm", record)

    first = rubricator("enrich")
    allowed = rubricator("enrich", "--reusability", "open", "--reusability", "permission", "--pictures", "original")
    runs = rubricator("runs", "list", "--format", "csv").stdout.splitlines()[1:]

    assert (0, 0) == (first.returncode, allowed.returncode)
    assert "1 picture was not fetched" in first.stdout
    assert "--reusability permission allows it." in first.stdout
    assert "image-private-address 1" in allowed.stdout
    shown = rubricator("runs", "show", runs[-1].split(",")[0], "--format", "csv").stdout
    assert ["rights allowed,open", "rights allowed,permission"] == [
        line.rpartition(",")[0] for line in shown.splitlines() if line.startswith("rights allowed")
    ]


def test_a_class_that_does_not_exist_is_refused(rubricator: Rubricator) -> None:
    refused = rubricator("enrich", "--reusability", "gratis")

    assert 2 == refused.returncode
    assert "permission" in refused.stderr


def test_an_enrichment_that_is_interrupted_says_so_in_one_line(
    rubricator: Rubricator, settings: Settings, tmp_path: Path
) -> None:
    with europeana(records=40) as fake:
        (tmp_path / "cwd" / "rubricator.toml").write_text(
            f'europeana_api = "{fake.url}"\neuropeana_api_key = "{fake.key}"\nallow_private_addresses = true\n'
            'reusability = ["open", "restricted", "permission"]\nsource_requests = 8\n'
        )
        harvested = rubricator("harvest", "europeana", "--query", "*:*")
        with subprocess.Popen(
            [PROGRAM, "enrich"], env=environment(settings), cwd=tmp_path / "cwd", stderr=subprocess.PIPE, text=True
        ) as process:
            fake.fail(aside(lambda: process.send_signal(signal.SIGINT)), on="/pictures/", after=9)
            _, said = process.communicate(timeout=120)

    assert (0, 130) == (harvested.returncode, process.returncode), said
    assert ["rubricator: Interrupted. What was written stays; run the command again to go on."] == [
        line for line in said.splitlines() if line and not line.startswith("Enriching:")
    ]
