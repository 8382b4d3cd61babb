from pathlib import Path

import pytest
from PIL import Image

from tests.fakes.program import Rubricator

RIGHTS = "http://creativecommons.org/publicdomain/zero/1.0/"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "attic"
    folder.mkdir()
    for name in ("blue vase", "red vase"):
        Image.new("RGB", (30, 20), name.split()[0]).save(folder / f"{name}.png")
    return folder


def test_what_was_said_of_a_folder_holds_until_something_else_is_said(rubricator: Rubricator, pictures: Path) -> None:
    harvest = ("harvest", "folder", pictures)
    rubricator(*harvest, "--rights", RIGHTS, "--provider", "Museum of Examples")
    Image.new("RGB", (30, 20), "green").save(pictures / "green vase.png")

    again = rubricator(*harvest)
    renamed = rubricator(*harvest, "--provider", "")

    assert "1 new, 0 changed, 2 unchanged" in again.stdout
    assert f"As told before: provider Museum of Examples, rights {RIGHTS} (" in again.stderr
    assert "0 new, 3 changed" in renamed.stdout
    assert f"As told before: rights {RIGHTS} (" in renamed.stderr


def test_a_folder_that_is_new_is_told_nothing(rubricator: Rubricator, pictures: Path) -> None:
    rubricator("harvest", "folder", pictures, "--rights", RIGHTS)

    other = rubricator("harvest", "folder", pictures, "--dataset", "other")

    assert "2 new" in other.stdout
    assert "told" not in other.stderr
