"""Every kind of image tower has places, and a transformer that was taught where to look shows it."""

import json
import random
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

from rubricator.classifier import ClipModel, load_model
from rubricator.classifier.explaining.heatmap import Values
from tests.classifier.explaining.composing import HALVES, SIDES, noise, share

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")
open_clip = pytest.importorskip("open_clip", reason="the extra 'clip' is not installed")

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

COLOURS = ("#d03020", "#30b040", "#3050d0")
DIMENSION = 32
OPPOSITE = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}


def untrained(folder: Path, dimension: int = DIMENSION, **vision: Any) -> ClipModel:
    """A model with random weights and a text tower that is as small as it can be."""
    from safetensors.torch import save_model

    text = {"context_length": 8, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}
    model = {"embed_dim": dimension, "vision_cfg": vision, "text_cfg": text}
    named = "timm_model_name" in vision
    prepared = {"mean": [0.5] * 3, "std": [0.5] * 3, "resize_mode": "squash", "interpolation": "bicubic"}
    config = {"model_cfg": {**model, "custom_text": True} if named else model, "preprocess_cfg": prepared}
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    torch.manual_seed(0)
    made = (open_clip.model.CustomTextCLIP if named else open_clip.model.CLIP)(**model)
    save_model(made, str(folder / "open_clip_model.safetensors"))
    return load_model(str(folder), "cpu")


def timm(name: str, size: int = 224, pool: str = "") -> dict[str, Any]:
    projection = "none" if pool == "map" else "linear"
    return {
        "timm_model_name": name,
        "timm_model_pretrained": False,
        "timm_pool": pool,
        "timm_proj": projection,
        "image_size": size,
    }


OPEN_CLIP = {"layers": 2, "width": 64, "head_width": 16, "patch_size": 16}
POOLER = {"attentional_pool": True, "attn_pooler_queries": 20, "attn_pooler_heads": 4}


@pytest.mark.parametrize(
    ("vision", "grid"),
    [
        ({**OPEN_CLIP, "image_size": 64}, (4, 4)),
        ({**OPEN_CLIP, "image_size": [64, 32]}, (4, 2)),
        ({**OPEN_CLIP, "image_size": 64, "pool_type": "avg"}, (4, 4)),
        ({**OPEN_CLIP, "image_size": 64, **POOLER}, (4, 4)),
        (timm("vit_tiny_patch16_224", pool="map"), (14, 14)),
        (timm("vit_tiny_patch16_224", pool="avg"), (14, 14)),
        (timm("convnext_atto", 96), (3, 3)),
        (timm("swin_tiny_patch4_window7_224"), (7, 7)),
        (timm("mixer_s32_224"), (7, 7)),
    ],
    ids=["vit", "oblong", "average", "pooler", "siglip", "timm", "convnext", "swin", "mixer"],
)
def test_the_places_of_a_tower_are_found_whatever_it_is_made_of(
    tmp_path: Path, vision: dict[str, Any], grid: tuple[int, int]
) -> None:
    from rubricator.classifier.explaining.relevance import relevance

    dimension = 192 if vision.get("timm_pool") == "map" else DIMENSION
    model = untrained(tmp_path / "model", dimension, **vision)
    prepared = model.prepare(noise(80, random.Random(0)))  # noqa: S311 - drawn the same each time
    for seed in range(3):
        torch.manual_seed(seed)
        direction = torch.randn(dimension)
        values = relevance(model, prepared, lambda features, to=direction: (features @ to).sum())  # type: ignore[misc]

        assert grid == tuple(values.shape)
        assert values.isfinite().all()
        assert values.min() >= 0


def test_a_tower_that_ends_without_places_says_so(tmp_path: Path) -> None:
    from rubricator.classifier.explaining.places import NoPlaces
    from rubricator.classifier.explaining.relevance import relevance

    model = untrained(tmp_path / "model", **timm("tf_efficientnet_lite0", 2))
    prepared = model.prepare(Image.new("RGB", (80, 80), "red"))

    with pytest.raises(NoPlaces):
        relevance(model, prepared, lambda features: features.sum())


def spotted(rng: random.Random, spots: dict[str, int]) -> Image.Image:
    """A noisy ground with coloured spots, each (an index of COLOURS) in the middle of a half."""
    picture = noise(64, rng)
    for side, colour in spots.items():
        left, top, right, bottom = HALVES[side]
        x, y = 32 * (left + right) + rng.randint(-4, 4), 32 * (top + bottom) + rng.randint(-4, 4)
        ImageDraw.Draw(picture).ellipse((x - 9, y - 9, x + 9, y + 9), fill=COLOURS[colour])
    return picture


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> "tuple[ClipModel, Tensor]":
    """A small vision transformer that tells the colour of a spot wherever it is, and its head (colours, dimension)."""
    vision = {"layers": 3, "width": 64, "head_width": 16, "patch_size": 8, "image_size": 64}
    model = untrained(tmp_path_factory.mktemp("taught") / "model", **vision)
    rng = random.Random(0)  # noqa: S311 - drawn the same each time
    head = torch.nn.Parameter(torch.randn(len(COLOURS), DIMENSION) / 5)
    optimizer = torch.optim.AdamW([*model.clip.visual.parameters(), head], lr=2e-3)
    for _ in range(50):
        colours = [rng.randrange(len(COLOURS)) for _ in range(32)]
        pictures = [model.prepare(spotted(rng, {rng.choice(SIDES): colour})) for colour in colours]
        features = model.clip.encode_image(torch.stack(pictures), normalize=True)
        loss = torch.nn.functional.cross_entropy(10 * features @ head.T, torch.tensor(colours))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05
    return model, head.detach()


def odds(head: "Tensor", colour: int) -> "Callable[[Tensor], Tensor]":
    def score(features: "Tensor") -> "Tensor":
        logits = 10 * (features @ head.T)[0]
        against: Tensor = torch.cat([logits[:colour], logits[colour + 1 :]]).logsumexp(dim=0)
        return logits[colour] - against

    return score


def test_the_map_of_a_transformer_lies_on_the_spot_that_it_was_taught_to_see(
    taught: "tuple[ClipModel, Tensor]",
) -> None:
    from rubricator.classifier.explaining.relevance import relevance

    (model, head), rng = taught, random.Random(5)  # noqa: S311 - drawn the same each time
    shares = []
    for side in SIDES:
        for colour in range(len(COLOURS)):
            values = relevance(model, model.prepare(spotted(rng, {side: colour})), odds(head, colour))
            shares.append(share(_values(values), HALVES[side]))
            row, column = divmod(int(values.argmax()), values.shape[1])
            peak = ((column + 0.5) / values.shape[1], (row + 0.5) / values.shape[0])
            assert HALVES[side][0] < peak[0] < HALVES[side][2]
            assert HALVES[side][1] < peak[1] < HALVES[side][3]

    assert 0.65 < mean(shares), shares


def test_of_two_spots_the_map_of_a_transformer_lies_on_the_colour_that_is_asked_for(
    taught: "tuple[ClipModel, Tensor]",
) -> None:
    from rubricator.classifier.explaining.relevance import relevance

    (model, head), rng = taught, random.Random(6)  # noqa: S311 - drawn the same each time
    shares = []
    for side in SIDES:
        for colour in range(len(COLOURS)):
            other = (colour + 1) % len(COLOURS)
            picture = model.prepare(spotted(rng, {side: colour, OPPOSITE[side]: other}))
            shares.append(share(_values(relevance(model, picture, odds(head, colour))), HALVES[side]))

    assert 0.6 < min(shares), shares
    assert 0.8 < mean(shares), shares


def _values(values: "Tensor") -> Values:
    return tuple(map(tuple, values.tolist()))
