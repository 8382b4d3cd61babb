"""Pictures drawn for the making of rubricator-lite: of the concepts asked for, alike again, held out with a base."""

from pathlib import Path

import pytest
from PIL import Image

from rubricator.classifier.dataset import LabelledImage

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")

CONCEPTS = ("drawing", "inscription", "map", "painting", "postcard", "tapestry", "textile", "toy")


@pytest.fixture
def buildings(tmp_path: Path) -> list[LabelledImage]:
    """A picture of each of two repositories."""
    images = []
    for number in range(2):
        file = tmp_path / f"{number}.jpg"
        Image.effect_mandelbrot((120, 90), (-2, -1, 1, 1), 20 + number).convert("RGB").save(file)
        images.append(
            LabelledImage(file, ("building",), f"s{number}", f"r{number}", ("train", "train-tdm")[number], "")
        )
    return images


def test_every_kind_is_drawn_alike_for_the_same_seed_and_each_picture_is_another(
    buildings: list[LabelledImage],
) -> None:
    from rubricator.classifier.training.lite.drawn.kinds import drawn_of_concepts

    first, again = (list(drawn_of_concepts(buildings, CONCEPTS, 1, seed=3)) for _ in range(2))

    assert first == again
    assert len(first) == len({picture.tobytes() for _, picture in first})
    assert {"RGB"} == {picture.mode for _, picture in first}
    assert set(CONCEPTS) - {"toy"} == {image.concept for image, _ in first}
    assert {1} == {[label.source for label, _ in first].count(image.source) for image, _ in first}


def test_what_is_made_of_a_picture_is_left_out_with_it_and_what_is_made_of_none_never(
    buildings: list[LabelledImage],
) -> None:
    from rubricator.classifier.training.lite.drawn.kinds import drawn_of_concepts
    from rubricator.classifier.training.lite.projection import Lesson, Prototypes

    drawn = [image for image, _ in drawn_of_concepts(buildings, ("drawing", "postcard"), 2, seed=3)]
    features = torch.arange(len(drawn))[:, None]
    prototypes = Prototypes(torch.empty(0, 1), [])
    lesson = Lesson(buildings, torch.empty(2, 1), prototypes, drawn, features, [], torch.empty(0, 1))

    left = lesson.only([1], ())

    assert {("drawing", "r1", "train-tdm"), ("postcard", "", "train")} == {
        (image.concept, image.repository, image.use) for image in left.drawn
    }
    assert [number for number, image in enumerate(drawn) if image.repository != "r0"] == left.drawn_features[
        :, 0
    ].tolist()


def test_concepts_that_a_vocabulary_has_not_are_not_drawn(buildings: list[LabelledImage]) -> None:
    from rubricator.classifier.training.lite.drawn.kinds import drawn_of_concepts

    assert [] == list(drawn_of_concepts(buildings, ("owl",), 2, seed=3))
