"""``rubricator train`` as a user meets it."""

import json
from pathlib import Path

import pytest

from tests.fakes.drawn import drawn_dataset
from tests.fakes.program import Rubricator


def test_a_head_is_taught_and_told_and_then_decides(rubricator: Rubricator, tmp_path: Path) -> None:
    pytest.importorskip("open_clip", reason="the extra 'clip' is not installed")
    drawn = drawn_dataset(tmp_path / "drawn", ("red", "white"), ("textile", "map"), each=2)
    head = tmp_path / "head"

    taught = rubricator("train", "--on", drawn, "--output", head, "--steps", "5", "--wise", "0.5", "--seed", "3")

    assert (0, "") == (taught.returncode, taught.stdout.partition("Wrote")[0])
    assert "On 8 pictures held out: accuracy" in taught.stdout
    training = json.loads((head / "head.json").read_text())["training"]
    assert ("probe", 3, 0.5) == (training["method"], training["seed"], training["alpha"])


def test_the_same_training_is_not_made_twice_and_nothing_else_is_written_over(
    rubricator: Rubricator, tmp_path: Path
) -> None:
    pytest.importorskip("open_clip", reason="the extra 'clip' is not installed")
    command = (
        "train", "--on", drawn_dataset(tmp_path / "drawn", ("red", "white"), ("textile", "map"), each=1),
        "--output", tmp_path / "head",
    )  # fmt: skip
    assert 0 == rubricator(*command, "--steps", "2").returncode
    written = (tmp_path / "head" / "head.json").read_bytes()

    again, other = (rubricator(*command, "--steps", steps) for steps in ("2", "3"))

    assert (0, 2) == (again.returncode, other.returncode)
    assert again.stdout.startswith("Training: nothing to do")
    assert "name another folder with --output" in other.stderr
    assert written == (tmp_path / "head" / "head.json").read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--on", "nowhere"), "There is no folder or file nowhere"),
        (("--on", ".", "--method", "finetune", "--blocks", "some"), "neither a number of blocks nor 'all'"),
        (("--on", ".", "--wise", "2"), "--wise"),
        (
            ("--on", ".", "--method", "lite", "--wise", "0.5", "--openly-licensed"),
            "no use for --wise, --openly-licensed",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(
    rubricator: Rubricator, options: tuple[str, ...], said: str
) -> None:
    refused = rubricator("train", "--output", "out", *options)

    assert 2 == refused.returncode
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
