"""The options of ``rubricator enrich`` that say which pictures may be looked at."""

from pathlib import Path

import pytest

from tests.fakes.program import Rubricator

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
