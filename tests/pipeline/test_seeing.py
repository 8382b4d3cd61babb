"""Labelled pictures are looked at as a run looks at those of a collection: what it refuses, they are refused for."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from rubricator.classifier.dataset import read_dataset
from rubricator.errors import UsageError
from rubricator.progress import silent
from rubricator.settings import Settings, load_settings
from rubricator.vocabulary import load_vocabulary
from tests.fakes.drawn import draw

pytest.importorskip("open_clip", reason="the extra 'clip' is not installed")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", base="http://rubricator.test", image_max_pixels=20_000)


def test_what_a_run_refuses_is_refused_and_not_remembered(tmp_path: Path, settings: Settings) -> None:
    from rubricator.classifier import FeatureCache, load_model
    from rubricator.pipeline.seeing import see

    folder = tmp_path / "labelled"
    (folder / "map").mkdir(parents=True)
    draw("map", "white", "a").save(folder / "map" / "good.png")
    Image.effect_noise((200, 200), 50).save(folder / "map" / "large.png")
    Image.new("RGB", (64, 64), "orange").save(folder / "map" / "blank.png")
    (folder / "map" / "broken.png").write_bytes(b"no picture")
    images = read_dataset(folder, load_vocabulary(settings.iris).concepts).images
    model = load_model(settings.model, "cpu")

    first, again = (see(images, model, settings, silent) for _ in range(2))

    assert ["good.png"] == [image.file.name for image in first.images]
    assert {
        "blank.png": "image-blank",
        "broken.png": "image-not-an-image",
        "large.png": "image-too-many-pixels",
    } == {unseen.image.file.name: unseen.code for unseen in first.unreadable}
    assert first.unreadable == again.unreadable
    assert first.features.equal(again.features)
    with FeatureCache(settings.feature_dir / "features.sqlite", model.features_key) as cache:
        assert [image.file.name == "good.png" for image in images] == [
            cache.get(image.sha256) is not None for image in images
        ]


def test_a_picture_that_was_looked_at_need_not_be_there_any_more(tmp_path: Path, settings: Settings) -> None:
    from rubricator.classifier import load_model
    from rubricator.pipeline.seeing import see

    folder = tmp_path / "labelled"
    (folder / "map").mkdir(parents=True)
    draw("map", "white", "a").save(folder / "map" / "a.png")
    images = read_dataset(folder, load_vocabulary(settings.iris).concepts).images
    model = load_model(settings.model, "cpu")
    see(images, model, settings, silent)
    images[0].file.unlink()

    assert images == see(images, model, settings, silent).images
    with pytest.raises(UsageError, match="image-missing"):
        see([replace(images[0], sha256="")], model, settings, silent)
