"""``rubricator evaluate`` as a user runs it."""

import json
from pathlib import Path

import pytest

from tests.fakes.drawn import drawn_dataset
from tests.fakes.program import Rubricator

pytest.importorskip("open_clip", reason="evaluating needs the extra clip")


def test_an_evaluation_is_told_written_repeated_and_compared(rubricator: Rubricator, tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path / "drawn", each=1)

    first = rubricator("evaluate", dataset, "--out", tmp_path / "a")
    second = rubricator("evaluate", dataset, "--out", tmp_path / "b")
    compared = rubricator("evaluate", "--compare", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "c")

    assert (0, 0, 0) == (first.returncode, second.returncode, compared.returncode), first.stderr + compared.stderr
    assert "Measured rubricator-lite on 12 pictures of drawn from 4 sources." in first.stdout
    assert "expected calibration error" in first.stdout
    assert {"report.json", "index.html", "report.ttl", "predictions.csv"} == {
        file.name for file in (tmp_path / "a").iterdir()
    }
    for name in ("report.json", "predictions.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert "0 became right and 0 wrong. No verdict, since 4 sources are fewer than 8" in compared.stdout
    assert None is json.loads((tmp_path / "c" / "comparison.json").read_text())["better"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "Name one data set to measure on"),
        (("x", "--reviews"), "Name one data set to measure on"),
        (("nowhere",), "There is no folder or file nowhere"),
        (("x", "--compare", "a", "b"), "leave out the data set"),
        (("--compare", "a", "b", "--store"), "all options but --out"),
        (("--compare", "a", "b", "--model", "m"), "all options but --out"),
        (("--compare", "a", "b"), "a holds no predictions.csv"),
    ],
)
def test_a_wrong_call_is_one_sentence(rubricator: Rubricator, arguments: tuple[str, ...], complaint: str) -> None:
    refused = rubricator("evaluate", *arguments)

    assert 2 == refused.returncode
    assert complaint in refused.stderr
    assert 1 == len(refused.stderr.strip().splitlines())
