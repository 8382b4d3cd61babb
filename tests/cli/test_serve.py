from pathlib import Path

import pytest

from rubricator.settings import Settings
from tests.fakes.program import Rubricator


@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("serve", "--port", "70000")])
def test_a_port_that_nobody_can_visit_is_refused_at_once(rubricator: Rubricator, arguments: tuple[str, ...]) -> None:
    answer = rubricator(*arguments)

    assert 2 == answer.returncode
    assert 1 == len(answer.stderr.splitlines())
    assert "'port'" in answer.stderr


@pytest.mark.parametrize("command", ["status", "serve"])
def test_a_store_made_for_other_iris_is_not_opened(rubricator: Rubricator, settings: Settings, command: str) -> None:
    made = rubricator("status")
    answer = rubricator("--base", "http://elsewhere.test", command)

    assert 0 == made.returncode, made.stderr
    assert 2 == answer.returncode
    assert 1 == len(answer.stderr.splitlines())
    assert f"set RUBRICATOR_BASE={settings.base} (or --base {settings.base})" in answer.stderr


@pytest.mark.parametrize("command", ["status", "store", "serve"])
def test_a_data_directory_that_cannot_be_made_is_said_in_one_sentence(
    rubricator: Rubricator, tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = rubricator("--data-dir", tmp_path / "file" / "data", command)

    assert 3 == answer.returncode
    assert 1 == len(answer.stderr.splitlines())
    assert "The data directory" in answer.stderr


def test_a_file_that_the_system_cannot_use_is_named_in_one_sentence(
    rubricator: Rubricator, settings: Settings, tmp_path: Path
) -> None:
    record = tmp_path / "record.ttl"
    record.write_text("""\
@prefix edm: <http://www.europeana.eu/schemas/edm/> .
@prefix ore: <http://www.openarchives.org/ore/terms/> .
<http://x.test/item> a edm:ProvidedCHO ; edm:type "IMAGE" ; <http://purl.org/dc/elements/1.1/title> "x" .
<http://x.test/aggregation> a ore:Aggregation ; edm:aggregatedCHO <http://x.test/item> ; edm:dataProvider "x" ;
  edm:provider "x" ; edm:isShownAt <http://x.test/page> ;
  edm:rights <http://creativecommons.org/publicdomain/zero/1.0/> .
""")
    settings.raw_dir.write_text("in the way")
    answer = rubricator("harvest", "edm", record)

    assert 3 == answer.returncode, answer.stderr
    assert f"{settings.raw_dir}" in answer.stderr.splitlines()[-1]
    assert "Traceback" not in answer.stderr
