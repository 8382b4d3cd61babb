"""Whatever a picture is, and whatever the model makes of it, costs that picture and nothing else."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from rubricator.classifier import FeatureCache
from rubricator.engine import Features, ImageFailure, classify_stream
from rubricator.images import ImageCapture, ImageError, ImageStore
from rubricator.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

    from rubricator.classifier import ClipModel

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


@pytest.fixture(scope="module")
def lite() -> "ClipModel":
    from rubricator.classifier import load_model

    return load_model("rubricator-lite", "cpu")


@pytest.fixture
def images(settings: Settings) -> ImageStore:
    return ImageStore(settings)


@pytest.fixture
def cache(settings: Settings, lite: "ClipModel") -> Iterator[FeatureCache]:
    with FeatureCache(settings.feature_dir / "features.sqlite", lite.features_key) as opened:
        yield opened


def saved(image: Image.Image, name: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, name, **options)
    return content.getvalue()


def colours(count: int) -> list[Image.Image]:
    return [Image.new("RGB", (30, 20), (80 * n % 256, 200, 255 - 60 * n)) for n in range(count)]


def palette() -> Image.Image:
    return Image.effect_noise((30, 20), 50).convert("P")


ODD = {
    "one pixel": saved(Image.new("RGB", (1, 1), "red"), "PNG"),
    "a column": saved(Image.new("RGB", (1, 10_000), "red"), "PNG"),
    "a row": saved(Image.new("RGB", (10_000, 1), "red"), "PNG"),
    "blank": saved(Image.new("RGB", (600, 400), "white"), "JPEG"),
    "black": saved(Image.new("L", (600, 400)), "PNG"),
    "animated": saved(colours(1)[0], "GIF", save_all=True, append_images=colours(4)[1:], duration=40),
    "16 bit": saved(Image.new("I;16", (30, 20), 40_000), "PNG"),
    "palette with transparency": saved(palette(), "PNG", transparency=3),
    "palette with half transparency": saved(palette(), "PNG", transparency=bytes(range(256))),
    "print colours": saved(Image.new("CMYK", (30, 20), (10, 200, 30, 40)), "JPEG"),
}


def stored(images: ImageStore, folder: Path, content: bytes) -> ImageCapture:
    file = folder / "picture"
    file.write_bytes(content)
    return images.ingest(file)


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_an_odd_picture_is_looked_at(
    content: bytes, images: ImageStore, tmp_path: Path, lite: "ClipModel", cache: FeatureCache
) -> None:
    (result,) = classify_stream([stored(images, tmp_path, content)], images, lite, cache)

    assert isinstance(result, Features)
    assert float(result.vector.norm()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "image-not-an-image"),
        (saved(colours(1)[0], "JPEG")[:20], "image-not-an-image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image-not-an-image"),
        (saved(Image.new("1", (30_000, 30_000)), "PNG"), "image-too-many-pixels"),
    ],
)
def test_what_is_no_picture_is_refused_by_its_header(
    content: bytes, code: str, images: ImageStore, tmp_path: Path
) -> None:
    with pytest.raises(ImageError) as caught:
        stored(images, tmp_path, content)

    assert code == caught.value.code


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_picture_that_breaks_off_costs_itself_only(
    name: str, images: ImageStore, tmp_path: Path, lite: "ClipModel", cache: FeatureCache
) -> None:
    whole = stored(images, tmp_path, ODD["blank"])
    content = saved(Image.effect_noise((300, 200), 80).convert("RGB"), name)
    cut = stored(images, tmp_path, content)
    images.path(cut.sha256).write_bytes(content[: len(content) // 2])

    first, second = classify_stream([cut, whole], images, lite, cache)

    assert isinstance(first, ImageFailure)
    assert first.code in ("image-truncated", "image-not-an-image")
    assert isinstance(second, Features)


class Troubled:
    """The tower of a model, but for pictures that are all of one colour: too much for it, or for the memory."""

    at_once: int | None = None

    def __init__(self, model: "ClipModel", trouble: str) -> None:
        self.model, self.trouble = model, trouble

    def __call__(self, batch: "Tensor") -> "Tensor":
        plain = batch.flatten(1).amin(dim=1) == batch.flatten(1).amax(dim=1)
        if self.trouble == "image-out-of-memory" and plain.any():
            raise torch.OutOfMemoryError("CUDA out of memory.")
        features = self.model.encode_images(batch)
        features[plain] = float("nan")
        return features


@pytest.mark.parametrize("trouble", ["features-not-finite", "image-out-of-memory"])
def test_a_picture_that_is_too_much_for_the_model_costs_itself_only(
    trouble: str, images: ImageStore, tmp_path: Path, lite: "ClipModel", cache: FeatureCache
) -> None:
    grey = stored(images, tmp_path, saved(Image.new("RGB", (9, 9), (128, 128, 128)), "PNG"))
    noises = [stored(images, tmp_path, saved(Image.effect_noise((40, 40), n), "PNG")) for n in (30, 60)]
    model = lite.with_tower(Troubled(lite, trouble))

    results = list(classify_stream([grey, *noises], images, model, cache, batch_size=3))

    assert [trouble, "", ""] == [getattr(result, "code", "") for result in results]
    assert [False, True, True] == [cache.get(capture.sha256) is not None for capture in (grey, *noises)]
