"""Decoding large JPEGs at a smaller scale changes no decision, and no confidence beyond what is stated."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from rubricator.classifier import Classifier
from rubricator.images import decode
from rubricator.images.decode import SCALED_TOLERANCE
from rubricator.iris import Iris
from rubricator.vocabulary import load_prompts, load_vocabulary

if TYPE_CHECKING:
    from torch import Tensor

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")
HERITAGE = Path(__file__).parents[2] / "../shared/heritage"
LARGE = (3872, 2592)
TILE = 256


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    from rubricator.classifier import load_model

    return Classifier(load_model("rubricator-lite", "cpu"), load_prompts(load_vocabulary(Iris("http://x.test"))))


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    if not HERITAGE.exists():
        pytest.skip("the labelled pictures of ../shared/heritage are not here")
    with (HERITAGE / "manifest.csv").open(encoding="utf-8") as manifest:
        paths = [HERITAGE / row["path"] for row in csv.DictReader(manifest)]
    return [Image.open(path).convert("RGB") for path in paths[:: len(paths) // 12]]


def mosaic(pictures: list[Image.Image]) -> Image.Image:
    """Many pictures side by side: detail down to the pixel, which enlarged ones lack."""
    wall = Image.new("RGB", LARGE)
    places = [(x, y) for y in range(0, LARGE[1], TILE) for x in range(0, LARGE[0], TILE)]
    for number, place in enumerate(places):
        wall.paste(pictures[number % len(pictures)].resize((TILE, TILE)), place)
    return wall


def test_scaled_decoding_changes_no_decision(classifier: Classifier, pictures: list[Image.Image]) -> None:
    large = [mosaic(pictures), *(picture.resize(LARGE, Image.Resampling.BICUBIC) for picture in pictures[::4])]
    grainy = Image.blend(large[1], Image.effect_noise(LARGE, 60).convert("RGB"), 0.2)
    model = classifier.model

    def confidences(shorter_side: int | None) -> "Tensor":
        decoded = [model.prepare(decode(content, 2 * 10**7, shorter_side)) for content in contents]
        return classifier.confidences(model.encode_images(torch.stack(decoded)))

    contents = [jpeg(picture) for picture in (*large, grainy)]
    whole, scaled = confidences(None), confidences(model.image_size)

    claimed = whole.amax(dim=1) >= 0.5
    assert claimed.any()
    assert torch.equal(whole[claimed].argmax(dim=1), scaled[claimed].argmax(dim=1))
    assert 0 < float((whole - scaled).abs().max()) < SCALED_TOLERANCE


def jpeg(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=90)
    return content.getvalue()
