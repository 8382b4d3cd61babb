"""The whole main job on a triple store that is not ours."""

from pathlib import Path

import pytest

from rubricator.settings import Settings
from tests.fakes.oxigraph import oxigraph_server
from tests.fakes.program import program

pytest.importorskip("open_clip", reason="enriching needs the extra clip")


def test_the_main_job_runs_on_a_foreign_store(settings: Settings, pictures: Path, tmp_path: Path) -> None:
    directory = tmp_path / "cwd"
    directory.mkdir()
    rubricator = program(settings, directory)
    with oxigraph_server(tmp_path / "foreign") as url:
        (directory / "rubricator.toml").write_text(f'store_url = "{url}/"\n')

        answers = [
            rubricator("vocabulary", "load"),
            rubricator("harvest", "folder", pictures),
            rubricator("enrich", "--threshold", "0"),
            rubricator("enrich", "--threshold", "0"),
            rubricator(
                "query",
                "--format",
                "csv",
                "SELECT (COUNT(*) AS ?n) { ?item <https://w3id.org/rubricator/ns#hasEnrichment> ?a }",
            ),
            rubricator("check"),
        ]

    assert [0] * 6 == [answer.returncode for answer in answers], [answer.stderr for answer in answers]
    assert "pictures 5 (5 looked at)" in answers[2].stdout
    assert "nothing to do" in answers[3].stdout
    assert "n\n5\n" == answers[4].stdout.replace("\r", "")
    assert not (settings.store_dir / "db").exists()
