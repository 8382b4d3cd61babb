"""``rubricator calibrate`` and what takes its file."""

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.fakes.program import Rubricator

pytest.importorskip("open_clip", reason="calibrating needs the extra clip")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Drawn maps and toys of two repositories, four of each, and one picture of neither."""
    folder = tmp_path / "labelled"
    folder.mkdir()
    rows = ["path,concept,source,repository"]
    for number in range(17):
        picture = Image.new("RGB", (96, 80), (250, 20 * (number % 8), 15 * number))
        ImageDraw.Draw(picture).ellipse((10, 10, 30 + 3 * number, 60), fill="navy")
        picture.save(folder / f"{number}.png")
        concept = ("map", "toy")[number % 2] if number < 16 else "none"
        rows.append(f"{number}.png,{concept},s{number // 8},museum-{number // 8 % 2}")
    (folder / "manifest.csv").write_text("\n".join(rows))
    return folder


def test_a_policy_is_measured_written_and_taken_for_nothing_else(
    rubricator: Rubricator, labelled: Path, tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    answer = rubricator("calibrate", "--on", labelled, "--output", file, "--precision", "0.8")
    words = rubricator("vocabulary", "prompts", "--output", tmp_path / "own.ttl")
    refused = rubricator("enrich", "--policy", file, "--prompts", tmp_path / "own.ttl")

    assert (0, 0, 2) == (answer.returncode, words.returncode, refused.returncode), answer.stderr
    assert "expected calibration error" in answer.stdout
    assert "On 17 pictures from 2 repositories" in answer.stdout
    written = json.loads(file.read_text())
    assert (1, 0.8, 17) == (written["version"], written["calibration"]["precision"], written["calibration"]["pictures"])
    assert ["museum-0", "museum-1"] == written["dataset"]["repositories"]
    assert "another model, prompt set or head" in refused.stderr


def test_an_evaluation_on_what_a_policy_was_fitted_on_says_so(
    rubricator: Rubricator, labelled: Path, tmp_path: Path
) -> None:
    """A picture more or less makes another data set, but not another picture."""
    policy, manifest = tmp_path / "policy.json", labelled / "manifest.csv"
    (labelled / "broken.png").write_bytes(b"no picture")
    manifest.write_text(f"{manifest.read_text()}\nbroken.png,map,s0,museum-0")
    rubricator("calibrate", "--on", labelled, "--output", policy, "--precision", "0.8")
    manifest.write_text("\n".join(line for line in manifest.read_text().splitlines() if not line.startswith("0.png")))

    told = rubricator("evaluate", labelled, "--policy", policy)
    afresh = rubricator("evaluate", labelled, "--policy", policy, "--calibrate")

    assert "fitted on 16 of these pictures, and on others of the same repositories as 0 more" in told.stdout, (
        told.stderr
    )
    assert "fitted on" not in afresh.stdout


def test_one_repository_is_refused_with_what_to_do(rubricator: Rubricator, labelled: Path, tmp_path: Path) -> None:
    manifest = labelled / "manifest.csv"
    manifest.write_text(manifest.read_text().replace("museum-1", "museum-0"))

    answer = rubricator("calibrate", "--on", labelled, "--output", tmp_path / "policy.json")

    assert 2 == answer.returncode
    assert "add pictures of a second one" in answer.stderr
    assert not (tmp_path / "policy.json").exists()
