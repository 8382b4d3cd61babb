"""Which backend looks at pictures: the fastest that is here and sees what torch sees."""

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from rubricator.classifier.backends.tower import FEATURE_TOLERANCE, ImageTower
from rubricator.classifier.errors import ModelError
from rubricator.classifier.golden import golden_picture
from rubricator.errors import MissingExtra

if TYPE_CHECKING:
    from torch import Tensor

    from rubricator.classifier.backends.onnx import OnnxTower
    from rubricator.classifier.models import ClipModel
    from rubricator.settings import Settings

log = logging.getLogger(__name__)


def accelerated(model: "ClipModel", settings: "Settings") -> "ClipModel":
    """The same model with the backend that ``settings.backend`` names; features stay the same, and so their cache.

    ``auto`` takes ONNX Runtime on a processor where it is installed and sees what torch sees, torch otherwise. ``onnx``
    insists: raises MissingExtra without ONNX Runtime, ModelError if it cannot run the model.
    """
    if settings.backend == "torch" or (settings.backend == "auto" and not model.on_processor):
        return model
    try:
        return model.with_tower(_checked(model, settings.tower_dir / f"{model.features_key}.onnx"))
    except ModuleNotFoundError as error:
        if settings.backend == "onnx":
            raise MissingExtra(
                f"The backend onnx needs {error.name}, which is not installed; "
                "install Rubricator with the extra: pip install 'rubricator[fast]'."
            ) from error
    except Exception as error:  # torch's exporter and ONNX Runtime fail in types of their own
        reason = _first_line(error)
        if settings.backend == "onnx":
            raise ModelError(
                f"ONNX Runtime cannot run {model.identity.name}: {reason}; set backend to torch or auto."
            ) from error
        log.warning("ONNX Runtime cannot run %s (%s); torch does.", model.identity.name, reason)
    return model


def _first_line(error: Exception) -> str:
    """Of what an error says, which may be nothing: its type then."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _checked(model: "ClipModel", file: Path) -> ImageTower:
    """A tower that sees the same, from the file of an earlier time if it is any good, else from a new one."""
    import torch

    golden = model.prepare(golden_picture())
    views = torch.stack([golden, golden.flip(2), golden.flip(1)])
    seen = model.encode_images(views)
    if file.exists() and (tower := _readable(file, model)) is not None and _agrees(tower, views, seen):
        return tower
    return _exported(model, views, seen, file)


def _readable(file: Path, model: "ClipModel") -> "OnnxTower | None":
    from rubricator.classifier.backends.onnx import OnnxTower

    try:
        return OnnxTower(file, model.tower.at_once)
    except ModuleNotFoundError:
        raise
    except Exception as error:  # noqa: BLE001 - cut off or damaged: it is only a cache, and made anew
        log.warning("%s cannot be read (%s); it is made anew.", file, _first_line(error))
        return None


def _exported(model: "ClipModel", views: "Tensor", seen: "Tensor", file: Path) -> "OnnxTower":
    """A new tower, in the place of an earlier file only when it sees what torch ``seen``."""
    import onnx  # noqa: F401 - torch's exporter would say in its own words that it is missing
    import onnxruntime  # noqa: F401 - an export that nobody can run is not worth its time

    from rubricator.classifier.backends.onnx import OnnxTower, export

    _, _, height, width = views.shape
    fresh = file.with_name(f".fresh-{os.getpid()}-{file.name}")
    try:
        export(model.clip.visual, height, width, fresh)
        tower = OnnxTower(fresh, model.tower.at_once)
        if not _agrees(tower, views, seen):
            raise ModelError("it does not see what torch sees")
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    return tower


def _agrees(tower: ImageTower, views: "Tensor", seen: "Tensor") -> bool:
    """Of one picture alone and of several at once: an export may hold for one size of batch only."""
    import torch

    others = torch.cat([tower(views[:1]), tower(views)])
    return others.shape[1:] == seen.shape[1:] and bool(
        ((others - torch.cat([seen[:1], seen])).norm(dim=1) <= FEATURE_TOLERANCE).all()
    )
