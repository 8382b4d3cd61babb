"""From what a user calls a model to its files on this machine, downloaded if open_clip knows where from."""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path

from rubricator.classifier.errors import ModelError
from rubricator.classifier.head import WEIGHTS as HEAD_WEIGHTS
from rubricator.classifier.hub import hub_asked_once

SHIPPED = Path(__file__).parent / "models"
CONFIG = "open_clip_config.json"
WEIGHTS = "open_clip_model.safetensors"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a model lies and how open_clip's factory is asked for it. ``folder`` is None for open_clip's own names."""

    name: str
    architecture: str
    open_clip_name: str
    pretrained: str | None
    weights: Path
    folder: Path | None
    source: str | None


def locate(name: str) -> Location:
    """Find the files of a model; needs open_clip only for models that are no folder. Raises ModelError."""
    if name in shipped_names():
        return _in_folder(name, SHIPPED / name)
    folder = Path(name.removeprefix("local-dir:"))
    if name.startswith("local-dir:") or folder.is_dir():
        return _in_folder(folder.resolve().name, folder)
    if name.startswith("hf-hub:"):
        return _in_hub(name)
    return _by_tag(name)


def shipped_names() -> list[str]:
    return sorted(config.parent.name for config in SHIPPED.glob(f"*/{CONFIG}"))


def _in_folder(name: str, folder: Path) -> Location:
    if not (folder / CONFIG).is_file():
        raise ModelError(f"{folder} is no model folder: it has no {CONFIG}.")
    found = (file for pattern in ("*.safetensors", "*.bin", "*.pth") for file in folder.glob(pattern))
    weights = sorted(file for file in found if file.name != HEAD_WEIGHTS)
    if len(weights) != 1:
        raise ModelError(f"{folder} must hold exactly one file of weights ({WEIGHTS}); it holds {len(weights)}.")
    return Location(name, _architecture(folder / CONFIG) or name, f"local-dir:{folder}", None, weights[0], folder, None)


def _architecture(config: Path) -> str | None:
    """The image tower's name in timm; open_clip's own towers have none in their configuration."""
    try:
        name = json.loads(config.read_text(encoding="utf-8"))["model_cfg"]["vision_cfg"].get("timm_model_name")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{config} does not describe an open_clip model; fetch it again, or correct it.") from error
    return str(name) if name else None


def _in_hub(name: str) -> Location:
    from open_clip.pretrained import download_pretrained_from_hf

    repository = name.removeprefix("hf-hub:")
    try:
        with hub_asked_once():
            weights = Path(download_pretrained_from_hf(repository))
    except Exception as error:  # the hub's client fails in many ways, offline above all
        raise _not_here(name, error) from error
    return Location(repository, repository, name, None, weights, None, f"https://huggingface.co/{repository}")


def _by_tag(name: str) -> Location:
    import open_clip
    from open_clip.pretrained import download_pretrained, get_pretrained_cfg

    architecture, _, tag = name.partition("/")
    known = open_clip.list_models()
    if architecture not in known:
        near = difflib.get_close_matches(architecture, [*known, *shipped_names()], 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "."
        raise ModelError(f"There is no model or model folder {name!r}{hint} See: rubricator models list --all.")
    config = get_pretrained_cfg(architecture, tag)
    if not config:
        tags = ", ".join(open_clip.list_pretrained_tags_by_model(architecture)) or "none"
        raise ModelError(f"{name!r} names no weights; write {architecture}/TAG with one of these tags: {tags}.")
    try:
        with hub_asked_once():
            weights = Path(download_pretrained(config))
    except Exception as error:  # so do urllib and requests
        raise _not_here(name, error) from error
    return Location(name, architecture, architecture, tag, weights, None, _address(config))


def _address(config: dict[str, str]) -> str | None:
    if hub := config.get("hf_hub"):
        return f"https://huggingface.co/{hub.rstrip('/')}"
    return config.get("url") or None


def _not_here(name: str, error: Exception) -> ModelError:
    from huggingface_hub import constants

    return ModelError(
        f"The weights of {name} are not on this machine and could not be downloaded ({type(error).__name__}); run "
        f"`rubricator models verify {name}` once while online, which keeps them in {constants.HF_HUB_CACHE}, or put a "
        f"folder with {CONFIG} and {WEIGHTS} on this machine and give its path as the model."
    )
