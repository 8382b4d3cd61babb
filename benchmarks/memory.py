"""Peak memory of ``rubricator harvest`` and of its store: it must not grow with the number of records."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Measurement
from benchmarks.records import record_zip
from benchmarks.workspace import workspace

PROGRAM = Path(sys.executable).with_name("rubricator")
SMALL, MIDDLE, LARGE = 10_000, 50_000, 200_000


def measure() -> list[Measurement]:
    small, middle, large = _peaks(SMALL), _peaks(MIDDLE), _peaks(LARGE)
    return [
        Measurement(
            f"peak memory of the {who}, harvesting {LARGE:,} records",
            "MB",
            large[who],
            f"{SMALL:,} records",
            small[who],
            "≈ 1",
            f"{middle[who]:.0f} MB at {MIDDLE:,}: {remark}",
        )
        for who, remark in (
            ("harvester", f"zips of {SMALL:,} records, whose directories Python holds in memory"),
            ("store", "RocksDB's buffers fill first, then its open tables grow"),
        )
    ]


def _peaks(count: int) -> dict[str, float]:
    """Peak resident MB of the command and of the store process that it starts."""
    peaks = {"harvester": 0.0, "store": 0.0}
    with tempfile.TemporaryDirectory() as directory, workspace() as settings:
        for start in range(0, count, SMALL):
            record_zip(Path(directory) / f"{start:06}.zip", SMALL, start)
        command = [str(PROGRAM), "--data-dir", str(settings.data_dir), "harvest", "edm", directory]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as harvester:
            while harvester.poll() is None:
                peaks["harvester"] = max(peaks["harvester"], _peak(harvester.pid))
                peaks["store"] = max([peaks["store"], *map(_peak, _children(harvester.pid))])
                time.sleep(0.2)
        if harvester.returncode:
            raise RuntimeError(f"The harvest of {count} records ended with {harvester.returncode}.")
    return peaks


def _peak(pid: int) -> float:
    """The high-water mark of resident memory so far, in MB; 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
