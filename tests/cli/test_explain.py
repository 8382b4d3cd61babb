import json
from pathlib import Path

import pytest
from PIL import Image

from tests.fakes.program import Rubricator

pytest.importorskip("open_clip", reason="explaining needs the extra clip")


def test_a_picture_is_explained_on_the_terminal_and_in_a_folder_without_any_store(
    rubricator: Rubricator, tmp_path: Path
) -> None:
    file, out = tmp_path / "picture.png", tmp_path / "out"
    Image.linear_gradient("L").save(file)

    done = rubricator("explain", str(file), "--concept", "map", "--out", str(out))

    assert 0 == done.returncode, done.stderr
    assert "What was considered: first map" in done.stdout
    assert "The nearest prompts" in done.stdout
    assert "map" == json.loads((out / "explanation.json").read_text(encoding="utf-8"))["chosen"]["concept"]


def test_what_cannot_be_explained_ends_with_one_sentence(rubricator: Rubricator) -> None:
    done = rubricator("explain", "https://museum.example.org/1.jpg")

    assert 2 == done.returncode
    assert done.stderr.startswith("rubricator: https://museum.example.org/1.jpg is neither an annotation nor")
    assert 1 == len(done.stderr.strip().splitlines())
