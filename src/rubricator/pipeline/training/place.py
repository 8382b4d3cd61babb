"""The folder that a training writes: what is there already is neither trained again nor written over."""

from pathlib import Path

from rubricator.classifier.errors import ModelError
from rubricator.classifier.head import FILE, read_head
from rubricator.classifier.locate import CONFIG
from rubricator.classifier.training.checkpoint import FILE as CHECKPOINT
from rubricator.errors import UsageError


class AlreadyTrained(Exception):
    """The folder holds what this very training would write: there is nothing to do."""


def require_room(output: Path, key: str) -> None:
    """Raise UsageError if ``output`` holds a head or model that is not of the training with this ``key``.

    Raises AlreadyTrained if it holds a whole head that is.
    """
    if not (output / FILE).exists():
        require_no_model(output)
        return
    try:
        found = read_head(output).content.get("training", {}).get("key")
    except ModelError:
        found = None
    if found == key and not (output / CHECKPOINT).exists():
        raise AlreadyTrained
    if found != key:
        raise UsageError(
            f"{output} holds a head of other pictures, another model or other options; name another folder with "
            "--output, or remove that one."
        )


def require_no_model(output: Path) -> None:
    """Raise UsageError if ``output`` holds a model that no unfinished training left there."""
    if (output / CONFIG).exists() and not (output / CHECKPOINT).exists():
        raise UsageError(f"{output} holds a model; name another folder with --output, or remove that one.")
