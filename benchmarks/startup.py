"""How soon ``rubricator --help`` answers, against the bare interpreter."""

import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import Measurement, seconds

PROGRAM = Path(sys.executable).with_name("rubricator")


def measure() -> list[Measurement]:
    help_ = [str(PROGRAM), "--help"]
    bare = [sys.executable, "-c", "pass"]
    rounds = [(_run(help_), _run(bare)) for _ in range(7)]
    ours, baseline = (statistics.median(column) for column in zip(*rounds, strict=True))
    return [Measurement("`rubricator --help`", "s", ours, "`python -c pass`", baseline, "< 0.5 s")]


def _run(command: list[str]) -> float:
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True))
