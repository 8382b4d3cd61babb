"""The file that ``rubricator calibrate`` writes and ``enrich --policy`` takes: a calibration, and from what it is."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rubricator.classifier.deciding.errors import CalibrationError
from rubricator.classifier.deciding.measured import Calibration, calibration_of
from rubricator.classifier.jsonfile import read_object
from rubricator.wholefile import whole_file

VERSION = 1


def write_policy(file: Path, calibration: Calibration, told: Mapping[str, Any]) -> None:
    """Write JSON with ``version``, ``calibration`` and, for people, what was ``told``: model, prompts, head, data.

    It is written whole or not at all. Raises UsageError if it cannot be written.
    """
    content = {"version": VERSION, **told, "calibration": calibration.content()}
    with whole_file(file) as policy:
        policy.write(json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n")


def require_place(file: Path) -> None:
    """Raise CalibrationError if ``file`` cannot be written, before anything is measured for it."""
    if file.is_dir() or not file.parent.is_dir() or not os.access(file.parent, os.W_OK):
        raise CalibrationError(f"Cannot write {file}; name a file in a folder that is there and that you can write to.")


def require_same(file: Path, calibration: Calibration) -> None:
    """Raise CalibrationError if ``file`` is there and no policy of the same classifier, pictures and promise."""
    if not file.exists():
        return
    try:
        there = read_policy(file)
    except CalibrationError:
        there = None
    wanted = (calibration.holds_for, calibration.dataset_sha256, calibration.precision)
    if there is None or (there.holds_for, there.dataset_sha256, there.precision) != wanted:
        raise CalibrationError(
            f"{file} is there already, and no policy of the same classifier, pictures and promise; name another file "
            "with --output, or remove that one."
        )


def read_policy(file: Path) -> Calibration:
    """Raises CalibrationError if ``file`` is none that ``write_policy`` wrote."""
    content = read_object(file, ("version", "calibration"), CalibrationError, "give a file of `rubricator calibrate`")
    version, calibration = content["version"], content["calibration"]
    if version != VERSION:
        raise CalibrationError(f"{file} has version {version!r}; write it anew with `rubricator calibrate`.")
    return calibration_of(calibration)
