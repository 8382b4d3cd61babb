"""The file that ``rubricator calibrate`` writes and ``enrich --policy`` takes: a calibration, and from what it is."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rubricator.classifier.deciding.errors import CalibrationError
from rubricator.classifier.deciding.measured import Calibration, calibration_of

VERSION = 1


def write_policy(file: Path, calibration: Calibration, told: Mapping[str, Any]) -> None:
    """Write JSON with ``version``, ``calibration`` and, for people, what was ``told``: model, prompts, head, data."""
    content = {"version": VERSION, **told, "calibration": calibration.content()}
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_policy(file: Path) -> Calibration:
    """Raises CalibrationError if ``file`` is none that ``write_policy`` wrote."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        version, calibration = content["version"], content["calibration"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CalibrationError(f"{file} holds no policy ({error!r}); give a file of `rubricator calibrate`.") from error
    if version != VERSION:
        raise CalibrationError(f"{file} has version {version!r}; write it anew with `rubricator calibrate`.")
    return calibration_of(calibration)
