"""Pictures that show none of the concepts get none, by the shipped model and its own thresholds."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFont

from rubricator.classifier import Classifier, ClipModel
from rubricator.vocabulary import PromptSet

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


def page() -> Image.Image:
    sheet = Image.new("RGB", (420, 600), "#fbfaf4")
    font = ImageFont.load_default(13)
    for number in range(28):
        line = " ".join(("inventory", "of", "the", "estate", "and", "all", "goods")[number % 3 :])
        ImageDraw.Draw(sheet).text((30, 25 + 20 * number), line, fill="#1c1c1c", font=font)
    return sheet


def chart() -> Image.Image:
    card = Image.new("RGB", (600, 400), "#202020")
    for number in range(24):
        left, top = 20 + number % 6 * 95, 20 + number // 6 * 92
        colour = (number * 97 % 256, number * 53 % 256, number * 151 % 256)
        ImageDraw.Draw(card).rectangle((left, top, left + 80, top + 78), fill=colour)
    return card


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "a page of text": page,
    "a colour chart": chart,
    "a gradient": lambda: Image.radial_gradient("L").convert("RGB"),
    "noise": lambda: Image.effect_noise((400, 300), 90).convert("RGB"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_something_else_reaches_no_threshold(lite: ClipModel, prompts: PromptSet, name: str) -> None:
    classifier = Classifier(lite, prompts)
    features = lite.encode_images(lite.prepare(PICTURES[name]())[None])

    assert classifier.calibration is not None
    for scaling, scores in (
        (classifier.calibration.one, classifier.scores(features)[0]),
        (classifier.calibration.several, classifier.independent_scores(features)[0]),
    ):
        assert any(threshold.least is not None for threshold in scaling.thresholds)
        least = {threshold.concept: threshold.least for threshold in scaling.thresholds}
        claimed = [score for score in scores if (at := least[score.concept]) is not None and score.confidence >= at]
        assert [] == claimed
