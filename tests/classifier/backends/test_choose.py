"""A backend is taken only where it sees what torch sees, and a cache of exports never costs a run."""

import csv
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from rubricator.classifier import Classifier, ClipModel, ModelError, load_model
from rubricator.classifier.backends import accelerated
from rubricator.errors import MissingExtra
from rubricator.settings import Settings, load_settings
from rubricator.vocabulary import PromptSet

if TYPE_CHECKING:
    from torch import Tensor

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


@pytest.fixture(scope="session")
def session_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One directory of exports for all tests that only read it."""
    return load_settings(data_dir=tmp_path_factory.mktemp("fast"), base="http://rubricator.test", backend="onnx")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"backend": "auto"})


@pytest.fixture(scope="session")
def fast(lite: ClipModel, session_settings: Settings) -> ClipModel:
    for package in ("onnx", "onnxruntime"):
        pytest.importorskip(package, reason="the extra 'fast' is not installed")
    return accelerated(lite, session_settings)


@pytest.fixture
def export(session_settings: Settings, fast: ClipModel) -> Path:
    return session_settings.tower_dir / f"{fast.features_key}.onnx"


def noises(model: ClipModel, count: int) -> "Tensor":
    drawn = [Image.effect_noise((90, 60), 20 + 9 * n).convert("RGB") for n in range(count)]
    stacked: Tensor = torch.stack([model.prepare(noise) for noise in drawn])
    return stacked


def test_onnx_runtime_sees_what_torch_sees(lite: ClipModel, fast: ClipModel) -> None:
    pictures = noises(lite, 11)

    difference = (lite.encode_images(pictures) - fast.encode_images(pictures)).norm(dim=1)

    assert difference.max() < 1e-5
    assert type(lite.tower.tower) is not type(fast.tower.tower)
    assert lite.features_key == fast.features_key


@pytest.fixture
def transformer(tmp_path: Path) -> ClipModel:
    """A very small model of the kind that most of open_clip's are."""
    import open_clip
    from safetensors.torch import save_file

    vision = {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8}
    text = {"context_length": 8, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}
    config = {"embed_dim": 16, "vision_cfg": vision, "text_cfg": text}
    folder = tmp_path / "transformer"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": {}}))
    save_file(open_clip.CLIP(**config).state_dict(), folder / "open_clip_model.safetensors")
    return load_model(str(folder), "cpu")


def test_transformers_are_exported_too(transformer: ClipModel, settings: Settings) -> None:
    pictures = noises(transformer, 11)

    fast = accelerated(transformer, settings)

    assert fast is not transformer
    assert (transformer.encode_images(pictures) - fast.encode_images(pictures)).norm(dim=1).max() < 1e-5


def test_decisions_on_heritage_are_the_same(
    lite: ClipModel, fast: ClipModel, prompts: PromptSet, heritage: Path
) -> None:
    with (heritage / "manifest.csv").open(encoding="utf-8") as manifest:
        paths = [heritage / row["path"] for row in csv.DictReader(manifest)][::160]
    pictures = torch.stack([lite.prepare(Image.open(path).convert("RGB")) for path in paths])
    classifier = Classifier(lite, prompts)

    slow, quick = (classifier.confidences(model.encode_images(pictures)) for model in (lite, fast))

    assert len(paths) > 10
    assert torch.equal(slow.argmax(dim=1), quick.argmax(dim=1))
    assert torch.allclose(slow, quick, atol=1e-4)


def test_a_model_is_exported_once(lite: ClipModel, session_settings: Settings, export: Path) -> None:
    before = export.stat()

    accelerated(lite, session_settings)

    assert (before.st_ino, before.st_mtime_ns) == (export.stat().st_ino, export.stat().st_mtime_ns)
    assert [export.name] == [file.name for file in export.parent.iterdir()]


@pytest.mark.parametrize("damage", ["cut off", "of another model"])
def test_a_bad_export_is_made_anew(lite: ClipModel, settings: Settings, export: Path, damage: str) -> None:
    import onnx

    content = export.read_bytes()
    if damage == "of another model":
        other = onnx.load_from_string(content)
        weights = max(other.graph.initializer, key=lambda tensor: len(tensor.raw_data))
        weights.raw_data = bytes(len(weights.raw_data))
        content = other.SerializeToString()
    copy = settings.tower_dir / export.name
    copy.parent.mkdir()
    copy.write_bytes(content[:100_000] if damage == "cut off" else content)

    fast = accelerated(lite, settings)

    assert fast is not lite
    assert len(copy.read_bytes()) == export.stat().st_size


def test_an_export_that_disagrees_takes_no_place_of_an_earlier_file(
    lite: ClipModel, settings: Settings, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rubricator.classifier.backends import choose

    earlier = settings.tower_dir / export.name
    earlier.parent.mkdir()
    earlier.write_bytes(b"of an earlier time")
    monkeypatch.setattr(choose, "_agrees", lambda *_: False)

    assert lite is accelerated(lite, settings)
    assert {earlier: b"of an earlier time"} == {file: file.read_bytes() for file in earlier.parent.iterdir()}


def test_torch_is_what_one_gets_by_that_name(lite: ClipModel, settings: Settings) -> None:
    assert lite is accelerated(lite, settings.model_copy(update={"backend": "torch"}))
    assert not settings.tower_dir.exists()


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_without_the_extra_torch_goes_on_unless_one_insists(
    lite: ClipModel, settings: Settings, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.delitem(sys.modules, "rubricator.classifier.backends.onnx", raising=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)

    assert lite is accelerated(lite, settings)
    with pytest.raises(MissingExtra, match=r"pip install 'rubricator\[fast\]'"):
        accelerated(lite, settings.model_copy(update={"backend": "onnx"}))


def test_a_model_that_cannot_be_exported_stays_with_torch(
    lite: ClipModel, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.data_dir.joinpath("towers").write_text("a file where the directory should be")

    with caplog.at_level(logging.WARNING):
        assert lite is accelerated(lite, settings)
    assert "ONNX Runtime cannot run rubricator-lite" in caplog.text
    with pytest.raises(ModelError, match="set backend to torch or auto"):
        accelerated(lite, settings.model_copy(update={"backend": "onnx"}))
