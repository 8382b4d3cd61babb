"""Types every command of the page on Europeana into a shell, with a stand-in for Europeana."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricator.settings import load_settings
from tests.fakes.europeana import Europeana, europeana
from tests.fakes.program import PROGRAM, environment

pytest.importorskip("open_clip", reason="looking at pictures needs the extra clip")

PAGE = (Path(__file__).parents[2] / "docs" / "europeana.md").read_text(encoding="utf-8")
EXPORT, *BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def fake() -> Iterator[Europeana]:
    with europeana(records=60) as fake:
        yield fake


def test_every_command_of_the_page_works(fake: Europeana, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", base="http://rubricator.test")
    asked = environment(settings) | {
        "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}",
        "RUBRICATOR_EUROPEANA_API": fake.url,
        "RUBRICATOR_ALLOW_PRIVATE_ADDRESSES": "true",
        "RUBRICATOR_THRESHOLD": "0",  # the thumbnails have one colour, and nothing to be sure of
    }

    said = []
    for block in BLOCKS:
        script = f"set -e\n{EXPORT.replace('…', fake.key)}\n{block}"
        ran = subprocess.run(
            ["bash", "-c", script], env=asked, cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        assert 0 == ran.returncode, ran.stderr
        said.append(ran.stdout)

    harvested, listed, seen, pilot = said
    assert re.search(r"Harvested \d+ records: \d+ new", harvested)
    assert "1 new" in listed or "1 changed" in listed
    assert "failed" not in seen
    assert "http://data.europeana.eu/item/9990000/" in seen
    assert "painting 2" in pilot
    assert re.search(r"Harvested \d+ records: \d+ new, .* refused \(duplicate-identifier \d\)", pilot.splitlines()[-1])
