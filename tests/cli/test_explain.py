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


def test_a_blank_picture_is_refused_as_a_run_refuses_it(rubricator: Rubricator, tmp_path: Path) -> None:
    file, out = tmp_path / "blank.png", tmp_path / "out"
    Image.new("RGB", (300, 200), "white").save(file)

    done = rubricator("explain", str(file), "--out", str(out))

    assert (2, "") == (done.returncode, done.stdout)
    assert f"rubricator: {file} is of one colour all over" in done.stderr
    assert "(image-blank)" in done.stderr
    assert not out.exists()


def test_a_concept_that_is_misspelt_gets_the_nearest_name_once(rubricator: Rubricator, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    Image.linear_gradient("L").save(file)

    done = rubricator("explain", str(file), "--concept", "mapp")

    assert 2 == done.returncode
    assert "rubricator: 'mapp' is no concept of the vocabulary; did you mean map?\n" == done.stderr


def test_what_cannot_be_explained_ends_with_one_sentence(rubricator: Rubricator) -> None:
    done = rubricator("explain", "https://museum.example.org/1.jpg")

    assert 2 == done.returncode
    assert done.stderr.startswith("rubricator: https://museum.example.org/1.jpg is neither an annotation nor")
    assert 1 == len(done.stderr.strip().splitlines())
