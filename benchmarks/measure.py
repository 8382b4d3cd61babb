"""A measurement, how it is taken, and how it is told."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Ours against a baseline of the same run. ``ratio`` is ours / baseline; ``aim`` says what it should be."""

    what: str
    unit: str
    ours: float
    baseline_name: str
    baseline: float
    aim: str
    remark: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline

    @property
    def row(self) -> str:
        cells = (self.what, f"{self.ours:,.4g} {self.unit}", self.baseline_name, f"{self.baseline:,.4g} {self.unit}")
        return f"| {' | '.join(cells)} | {self.ratio:.2f} | {self.aim} | {self.remark} |"


HEADER = """| what | ours | baseline | its figure | ratio | aim | remark |
|---|---|---|---|---|---|---|"""


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes, by the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(*works: Callable[[int], object], rounds: int = 3) -> tuple[float, ...]:
    """Median seconds of each, taken in turns so that a noisy machine disturbs all alike. Each is given the round."""
    taken = [[seconds(partial(work, number)) for work in works] for number in range(rounds)]
    return tuple(map(statistics.median, zip(*taken, strict=True)))


@contextmanager
def one_core() -> Iterator[None]:
    """Keeps this thread, and the processes and threads that it starts meanwhile, on one core (Linux only)."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def disk_usage(directory: Path) -> int:
    """Bytes of the files in a directory, each once however often it is linked: snapshots share those of the store."""
    files = [path.stat() for path in directory.rglob("*") if path.is_file()]
    return sum({file.st_ino: file.st_size for file in files}.values())


def report(measurements: Sequence[Measurement]) -> str:
    """RESULTS.md: the table, with machine and commit."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    changed = subprocess.run(
        ["git", "status", "--porcelain", "src", "service"], cwd=ROOT, capture_output=True, text=True
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "rdflib", "torch", "uvicorn"))
    return f"""# Figures

Taken by `make bench` on {_processor()}, Python {platform.python_version()}, {packages}; commit
{commit.strip()}{" with changes" if changed.stdout else ""}. The machine is shared and noisy: read the ratios, each
taken against its baseline in the same run, not the absolute figures.

{HEADER}
{chr(10).join(measurement.row for measurement in measurements)}
"""


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return f"{os.cpu_count()} cores of {line.partition(':')[2].strip()}"
    return f"{os.cpu_count()} cores of {platform.machine()}"
