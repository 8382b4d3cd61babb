"""Models are found, checked to be what they claim, and refused in one sentence otherwise."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from rubricator.classifier import ClipModel, ModelError, list_models, load_model, show_model, verify_model
from rubricator.classifier.card import Golden
from rubricator.classifier.golden import differs
from rubricator.classifier.locate import SHIPPED
from rubricator.classifier.models import file_sha256

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")
LITE = SHIPPED / "rubricator-lite"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The shipped model in a folder of the test's own."""
    return Path(shutil.copytree(LITE, tmp_path / "lite"))


def test_the_shipped_model_says_which_one_it_is(lite: ClipModel) -> None:
    identity = lite.identity

    assert ("rubricator-lite", 256, True) == (identity.name, identity.dimension, identity.calibrated)
    assert file_sha256(LITE / "open_clip_model.safetensors") == identity.weights_sha256
    assert lite.calibration is not None
    assert all(0 < threshold.least < 1 for threshold in lite.calibration.one.thresholds if threshold.least is not None)


def test_the_shipped_model_stays_small() -> None:
    assert (LITE / "open_clip_model.safetensors").stat().st_size < 30_000_000


def test_features_have_unit_length(lite: ClipModel) -> None:
    images = lite.encode_images(torch.stack([lite.prepare(Image.new("RGB", (90, 60), "red"))] * 3))
    texts = lite.encode_texts(["a vase", "a map of a town"])

    assert ((3, 256), (2, 256)) == (tuple(images.shape), tuple(texts.shape))
    assert torch.cat([images, texts]).norm(dim=1).tolist() == pytest.approx([1.0] * 5, abs=1e-5)


def test_a_batch_and_single_images_have_the_same_features(lite: ClipModel) -> None:
    noises = [Image.effect_noise((200, 100), spread).convert("RGB") for spread in range(11)]
    pictures = torch.stack([lite.prepare(noise) for noise in noises])

    batch = lite.encode_images(pictures)

    assert torch.allclose(batch, torch.cat([lite.encode_images(picture[None]) for picture in pictures]), atol=1e-5)


def test_a_model_folder_is_loaded_by_its_path(copy: Path) -> None:
    assert "rubricator-lite" == load_model(str(copy), "cpu").identity.name
    assert "rubricator-lite" == load_model(f"local-dir:{copy}", "cpu").identity.name


def test_a_folder_without_card_is_loaded_uncalibrated(copy: Path, lite: ClipModel) -> None:
    (copy / "card.json").unlink()

    identity = load_model(str(copy), "cpu").identity

    assert ("lite", False) == (identity.name, identity.calibrated)
    assert lite.identity.logit_scale == pytest.approx(identity.logit_scale, rel=1e-2)


def test_a_flipped_weight_is_caught(copy: Path) -> None:
    weights = copy / "open_clip_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 0x80
    weights.write_bytes(content)

    with pytest.raises(ModelError, match="not those of its card"):
        load_model(str(copy), "cpu")


def test_other_weights_are_caught_by_what_they_see(copy: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = copy / "open_clip_model.safetensors"
    state = load_file(weights)
    state["visual.trunk.conv_stem.weight"] = -state["visual.trunk.conv_stem.weight"]
    save_file(state, weights)
    card = json.loads((copy / "card.json").read_text())
    (copy / "card.json").write_text(json.dumps(card | {"weights_sha256": file_sha256(weights)}))

    with pytest.raises(ModelError, match="its image features differ"):
        load_model(str(copy), "cpu")


@pytest.mark.parametrize(
    "change",
    [
        {"mean": [0.48145466, 0.4578275, 0.40821073]},
        {"std": [0.26862954, 0.26130258, 0.27577711]},
        {"resize_mode": "shortest"},
    ],
)
def test_changed_preprocessing_is_caught(copy: Path, change: dict[str, object]) -> None:
    config = json.loads((copy / "open_clip_config.json").read_text())
    config["preprocess_cfg"] |= change
    (copy / "open_clip_config.json").write_text(json.dumps(config))

    with pytest.raises(ModelError, match="its image features differ"):
        load_model(str(copy), "cpu")


def test_cached_features_depend_on_preprocessing_too(copy: Path, lite: ClipModel) -> None:
    (copy / "card.json").unlink()
    config = json.loads((copy / "open_clip_config.json").read_text())
    config["preprocess_cfg"]["resize_mode"] = "shortest"
    (copy / "open_clip_config.json").write_text(json.dumps(config))

    other = load_model(str(copy), "cpu")

    assert lite.identity.weights_sha256 == other.identity.weights_sha256
    assert lite.features_key != other.features_key


@pytest.mark.parametrize("broken", ["", "{", '{"name": "x"}'])
def test_a_damaged_card_is_refused(copy: Path, broken: str) -> None:
    (copy / "card.json").write_text(broken)

    with pytest.raises(ModelError, match="damaged"):
        load_model(str(copy), "cpu")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path, copy: Path) -> None:
    (copy / "open_clip_model.safetensors").unlink()

    with pytest.raises(ModelError, match=r"has no open_clip_config\.json"):
        load_model(str(tmp_path), "cpu")
    with pytest.raises(ModelError, match="exactly one file of weights"):
        load_model(str(copy), "cpu")


def test_a_configuration_that_open_clip_refuses_is_told(copy: Path) -> None:
    config = json.loads((copy / "open_clip_config.json").read_text())
    config["model_cfg"]["text_cfg"]["width"] = 64
    (copy / "open_clip_config.json").write_text(json.dumps(config))

    with pytest.raises(ModelError, match="open_clip cannot load"):
        load_model(str(copy), "cpu")


def test_a_damaged_configuration_is_refused(copy: Path) -> None:
    (copy / "open_clip_config.json").write_text('{"model_cfg": {"embed_dim": 3}}')

    with pytest.raises(ModelError, match="does not describe an open_clip model"):
        load_model(str(copy), "cpu")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("rubricator-light", "did you mean rubricator-lite"),
        ("ViT-B-23/openai", "ViT-B-32"),
        ("ViT-B-32", "one of these tags: openai"),
        ("ViT-B-32/none", "one of these tags: openai"),
        ("no/such/folder", "There is no model or model folder"),
    ],
)
def test_an_unknown_name_is_answered_with_near_ones(name: str, hint: str) -> None:
    with pytest.raises(ModelError) as caught:
        load_model(name, "cpu")

    assert hint in str(caught.value)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("name", ["hf-hub:rubricator/no-such-model", "ViT-B-32/laion2b_e16"])
def test_weights_that_cannot_be_had_are_told_in_one_sentence(name: str) -> None:
    with pytest.raises(ModelError, match="not on this machine and could not be downloaded"):
        load_model(name, "cpu")


@pytest.mark.usefixtures("offline")
def test_a_hub_out_of_reach_is_told_once_and_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Left alone, the hub's client tries each of several names six times, with a line on standard error for each."""
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    code = (
        "from rubricator.cli import main; import sys\n"
        "sys.argv = ['rubricator', 'models', 'verify', 'ViT-B-32/laion2b_e16']; main()\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)

    said = " ".join(done.stderr.split())
    assert 2 == done.returncode
    assert "run `rubricator models verify ViT-B-32/laion2b_e16` once while online" in said
    assert str(tmp_path) in said.replace(" ", "")
    assert "Retry" not in said
    assert "Traceback" not in said


def without_card(copy: Path) -> Path:
    (copy / "card.json").unlink()
    return copy / "open_clip_model.safetensors"


def test_weights_that_are_cut_off_are_told(copy: Path) -> None:
    weights = without_card(copy)
    weights.write_bytes(weights.read_bytes()[:1_000_000])

    with pytest.raises(ModelError, match="cut off or damaged"):
        load_model(str(copy), "cpu")


def test_empty_weights_are_told(copy: Path) -> None:
    without_card(copy).write_bytes(b"")

    with pytest.raises(ModelError, match="open_clip cannot load"):
        load_model(str(copy), "cpu")


@pytest.mark.parametrize("suffix", [".bin", ".pth"])
def test_weights_that_are_no_weights_are_told(copy: Path, suffix: str) -> None:
    without_card(copy).unlink()
    (copy / f"open_clip_model{suffix}").write_bytes(b"<html>Log in to download</html>")

    with pytest.raises(ModelError, match="open_clip cannot load"):
        load_model(str(copy), "cpu")


def test_weights_of_another_model_are_told(copy: Path) -> None:
    from safetensors.torch import save_file

    weights = without_card(copy)
    save_file({"visual.conv1.weight": torch.zeros(4, 3, 2, 2)}, weights)

    with pytest.raises(ModelError, match="those of another model"):
        load_model(str(copy), "cpu")


@pytest.mark.parametrize(("mode", "proportion"), [("shortest", 16), ("longest", 64)])
@pytest.mark.parametrize("upright", [True, False])
def test_a_column_is_looked_at_in_its_middle_instead_of_filling_the_memory(
    copy: Path, mode: str, proportion: int, upright: bool
) -> None:
    without_card(copy)
    config = json.loads((copy / "open_clip_config.json").read_text())
    config["preprocess_cfg"]["resize_mode"] = mode
    (copy / "open_clip_config.json").write_text(json.dumps(config))
    model = load_model(str(copy), "cpu")
    column = Image.effect_noise((1, 10_000), 90).convert("RGB")
    start = (10_000 - proportion) // 2
    middle = column.crop((0, start, 1, start + proportion))
    turn = Image.Transpose.ROTATE_180 if upright else Image.Transpose.ROTATE_90

    tensors = [model.prepare(picture.transpose(turn)) for picture in (column, middle)]

    assert (3, 260, 260) == tuple(tensors[0].shape)
    assert torch.equal(*tensors)


def test_the_shipped_model_is_listed_first_and_shown_with_its_card() -> None:
    assert ["rubricator-lite"] == [model.name for model in list_models() if model.shipped]
    assert any(model.name == "ViT-B-32/laion2b_s34b_b79k" for model in list_models(downloadable=True))
    assert "What it is not good at" in show_model("rubricator-lite")
    assert "rubricator-lite" == verify_model("rubricator-lite").name


def test_listing_models_needs_no_torch() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['open_clip'] = None\n"
        "from rubricator.classifier import list_models, load_model\n"
        "from rubricator.errors import MissingExtra\n"
        "print([model.name for model in list_models()])\n"
        "try: load_model('rubricator-lite')\n"
        "except MissingExtra as error: print(error)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "['rubricator-lite']" in done.stdout
    assert "pip install 'rubricator[clip]'" in done.stdout


def test_features_that_are_no_numbers_are_not_the_golden_ones() -> None:
    golden = Golden((1.0, 0.0), "a vase", (0.0, 1.0))

    assert differs(golden, [1.0, 0.0], [0.0, 1.0]) is None
    assert "image" == differs(golden, [float("nan")] * 2, [0.0, 1.0])
