"""The image tower of an open_clip model in training: which of its weights learn, and the folder at the end."""

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rubricator.classifier.card import FILE
from rubricator.classifier.errors import ModelError
from rubricator.classifier.golden import golden_picture
from rubricator.classifier.locate import CONFIG, WEIGHTS, locate
from rubricator.classifier.models import ClipModel, file_sha256, load_model

if TYPE_CHECKING:
    from torch import Tensor

GOLDEN_PROMPT = "a museum photograph of a ceramic vase"


def unlock(clip: Any, blocks: int | None) -> dict[str, "Tensor"]:
    """Let the last ``blocks`` groups of layers of the image tower learn (None: all), and nothing else.

    Groups are those of open_clip's ``lock_image_tower``. Returns the weights that learn, by name. The tower stays in
    the mode in which it is used: its batch statistics are those of millions of pictures, not of our small batches.
    """
    for parameter in clip.parameters():
        parameter.requires_grad_(False)
    visual = clip.visual
    for parameter in visual.parameters():
        parameter.requires_grad_(True)
    if blocks is not None:
        try:
            with warnings.catch_warnings(action="ignore", category=FutureWarning):  # open_clip's import from timm
                visual.lock(unlocked_groups=blocks)
        except (AssertionError, KeyError, RuntimeError) as error:
            raise ModelError(
                f"The image tower of this model cannot be taught from block {blocks} on ({error or 'too many'}); "
                "use --blocks all."
            ) from error
    clip.eval()
    return {name: weight for name, weight in visual.named_parameters() if weight.requires_grad}


def write_model(folder: Path, clip: Any, base: ClipModel, base_name: str, told: Mapping[str, Any]) -> ClipModel:
    """Write a model folder as open_clip reads it, with a card; load it again, with all checks, and return it.

    ``told`` are more parts of the card.
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(_configuration(base, base_name), indent=2) + "\n", encoding="utf-8")
    weights = folder / WEIGHTS
    partial = folder / f".{WEIGHTS}.part"
    save_file({name: tensor.detach().cpu().contiguous().clone() for name, tensor in clip.state_dict().items()}, partial)
    partial.chmod(0o644)
    partial.replace(weights)
    (folder / FILE).unlink(missing_ok=True)
    path = str(folder.resolve())
    bare = load_model(path, "cpu")
    card = {
        "name": folder.resolve().name,
        "licence": base.identity.licence,
        "source": base.identity.source,
        "weights_sha256": file_sha256(weights),
        "golden": {
            "image": _vector(bare.encode_images(bare.prepare(golden_picture())[None])[0].tolist()),
            "prompt": GOLDEN_PROMPT,
            "text": _vector(bare.encode_texts([GOLDEN_PROMPT])[0].tolist()),
        },
        **told,
    }
    (folder / FILE).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return load_model(path)


def _configuration(base: ClipModel, name: str) -> dict[str, Any]:
    """As open_clip's factory reads it, whatever way it knows the architecture by."""
    import open_clip

    preprocessing = dict(base.clip.visual.preprocess_cfg)
    wanted = ("mean", "std", "interpolation", "resize_mode", "fill_color")
    return {
        "model_cfg": open_clip.get_model_config(locate(name).open_clip_name),
        "preprocess_cfg": {key: preprocessing[key] for key in wanted if key in preprocessing},
    }


def _vector(values: Sequence[float]) -> list[float]:
    return [round(value, 5) for value in values]
