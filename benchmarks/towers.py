"""Models to measure, without any download: what a model costs does not depend on its weights."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rubricator.classifier import ClipModel, load_model
from rubricator.classifier.locate import CONFIG, WEIGHTS

LITE, LARGE = "rubricator-lite", "ViT-B-32"


@contextmanager
def random_model(architecture: str, device: str) -> Iterator[ClipModel]:
    """One of open_clip's architectures with random weights, loaded as a user's model folder would be."""
    import open_clip
    from safetensors.torch import save_file

    with tempfile.TemporaryDirectory(prefix="rubricator-bench-") as directory:
        folder = Path(directory)
        model = open_clip.create_model(architecture)
        prepared = open_clip.get_model_preprocess_cfg(model)
        config = {"model_cfg": open_clip.get_model_config(architecture), "preprocess_cfg": prepared}
        (folder / CONFIG).write_text(json.dumps(config))
        save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, folder / WEIGHTS)
        del model
        yield load_model(directory, device)


@contextmanager
def model_named(name: str, device: str = "cpu") -> Iterator[ClipModel]:
    """The shipped model, or an architecture with random weights."""
    if name == LITE:
        yield load_model(name, device)
    else:
        with random_model(name, device) as model:
            yield model
