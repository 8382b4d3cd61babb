"""The console script as a user runs it: another process, an empty working directory, its own installation."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from rubricator.settings import Settings

Rubricator = Callable[..., "subprocess.CompletedProcess[str]"]
PROGRAM = Path(sys.executable).with_name("rubricator")


def environment(settings: Settings) -> dict[str, str]:
    """What the program under test sees: this installation, and no settings of whoever runs the tests."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RUBRICATOR_")}
    return inherited | {
        "RUBRICATOR_DATA_DIR": str(settings.data_dir),
        "RUBRICATOR_PORT": str(settings.port),
        "RUBRICATOR_BASE": settings.base,
        "HF_HUB_OFFLINE": "1",
    }


def program(settings: Settings, directory: Path) -> Rubricator:
    """A function that runs ``rubricator`` with its arguments and gives back exit code and output."""

    def run(*arguments: str | Path, text: str | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(PROGRAM), *map(str, arguments)],
            env=environment(settings),
            cwd=directory,
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run
