"""Pictures are changed at random, always in the same way at the same step, and never mirrored where that would lie."""

from pathlib import Path

import pytest
from PIL import Image

from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.training.augment import Drawn

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


@pytest.fixture
def halves(tmp_path: Path) -> Path:
    """Black on the left, white on the right."""
    file = tmp_path / "halves.png"
    picture = Image.new("RGB", (64, 64), "black")
    picture.paste("white", (32, 0, 64, 64))
    picture.save(file)
    return file


def drawn(file: Path, concept: str, seed: int = 0) -> Drawn:
    image = LabelledImage(file, (concept,), "s", "r", "train", "CC0")
    return Drawn([image], (32, 32), (0.5,) * 3, (0.5,) * 3, seed)


def test_the_same_step_and_place_change_a_picture_in_the_same_way(halves: Path) -> None:
    one, again, later = (drawn(halves, "toy")[step, 1, 0][0] for step in (3, 3, 4))

    assert (3, 32, 32) == tuple(one.shape)
    assert torch.equal(one, again)
    assert not torch.equal(one, later)
    assert not torch.equal(one, drawn(halves, "toy", seed=1)[3, 1, 0][0])


def test_the_chances_of_others_are_left_alone(halves: Path) -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)

    drawn(halves, "toy")[0, 0, 0]

    assert torch.equal(expected, torch.rand(1))


@pytest.mark.parametrize(("concept", "mirrored"), [("map", False), ("inscription", False), ("toy", True)])
def test_what_holds_writing_is_never_mirrored(halves: Path, concept: str, mirrored: bool) -> None:
    sides = [drawn(halves, concept)[0, place, 0][0].mean(dim=(0, 1)) for place in range(40)]

    assert mirrored == any(side[0] > side[-1] + 0.5 for side in sides)
