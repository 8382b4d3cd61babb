"""``python -m rubricator`` is the command, under its own name."""

import subprocess
import sys

import pytest


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rubricator", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["stauts"], 2)])
def test_the_module_is_the_command(arguments: list[str], code: int) -> None:
    told = run(*arguments)

    assert code == told.returncode
    assert "Usage: rubricator " in told.stdout + told.stderr
    assert "python -m" not in told.stdout + told.stderr
