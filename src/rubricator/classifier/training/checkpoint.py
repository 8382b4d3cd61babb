"""Where a training stands, in one file that is whole or not there: killed at any moment, it goes on from the last."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rubricator.errors import UsageError

FILE = "training.checkpoint"


def key_of(inputs: Mapping[str, Any]) -> str:
    """The hash of everything that decides how a training goes."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def write_checkpoint(folder: Path, key: str, state: Mapping[str, Any]) -> None:
    """Put ``state`` (tensors, numbers and containers of them) in the place of the last checkpoint."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{FILE}"
    with partial.open("wb") as file:
        torch.save({"key": key, "state": dict(state)}, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / FILE)


def read_checkpoint(folder: Path, key: str) -> dict[str, Any] | None:
    """The state of the last checkpoint, or None where there is none. Raises UsageError if it is of another training."""
    import torch

    file = folder / FILE
    if not file.exists():
        return None
    try:
        content = torch.load(file, map_location="cpu", weights_only=True)
        found, state = content["key"], dict(content["state"])
    except Exception as error:  # each kind of damage fails in a type of its own
        raise UsageError(
            f"{file} is damaged ({type(error).__name__}); remove it to begin the training again."
        ) from error
    if found != key:
        raise UsageError(
            f"{file} is of a training with other pictures, another model or other options; finish that one, remove the "
            "file to give it up, or name another folder with --output."
        )
    return state


def remove_checkpoint(folder: Path) -> None:
    """Once everything is written."""
    (folder / FILE).unlink(missing_ok=True)
