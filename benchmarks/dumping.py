"""Dumps of a million quads, hashed and gzipped, and their memory, against Oxigraph's own dump into one plain file."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Store, serialize

from benchmarks.claims import batches, run_inputs
from benchmarks.measure import Measurement, disk_usage, seconds
from benchmarks.workspace import workspace
from rubricator.dumps import read_dumps
from rubricator.enrichment.run import Run
from rubricator.rdf import now
from rubricator.settings import Settings
from rubricator.store.client import connect

CLAIMS = 68_000
"""Of some 15 quads each, with their pictures: a million in all."""
RUNS = 4
_OURS = """
import sys
from pathlib import Path
from rubricator.pipeline.dumping.dump import make_dumps
from rubricator.settings import load_settings
make_dumps(load_settings(data_dir=sys.argv[1], base="http://rubricator.bench"))
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""


def measure() -> list[Measurement]:
    with workspace() as settings, tempfile.TemporaryDirectory() as directory:
        with connect(settings) as client:
            for chunk in _quads(settings):
                client.load_nquads(chunk)
        snapshot = Store.read_only(str((settings.store_dir / "snapshots" / "current").resolve() / "db"))
        assert sum(1 for _ in snapshot)  # once, so that both find it in memory
        plain = Path(directory) / "plain.nq"
        baseline = seconds(lambda: snapshot.dump(plain, RdfFormat.N_QUADS))
        command, memory = [sys.executable, "-c", _OURS, str(settings.data_dir)], list[str]()
        ours = seconds(lambda: memory.append(subprocess.run(command, check=True, capture_output=True).stdout.decode()))
        dumps = read_dumps(settings.data_dir)
        assert dumps is not None
        quads, size, unpacked = dumps.dumps[0].quads, disk_usage(dumps.folder), plain.stat().st_size
    remark = (
        f"{len(dumps.dumps)} files of {quads:,} quads, gzipped and hashed; peak memory {int(memory[0]) / 1024:.0f} MB"
    )
    return [
        Measurement("dumps made", "quads/s", quads / ours, "`Store.dump`, plain", quads / baseline, "–", remark),
        Measurement("dumps on disk", "bytes", size, "their plain N-Quads", unpacked, "–", "whole and parts"),
    ]


def _quads(settings: Settings) -> Iterator[bytes]:
    """The claims of some runs, with what they looked at, a thousand claims at a time."""
    inputs = run_inputs(settings)
    for _ in range(RUNS):
        for batch in batches(range(CLAIMS // RUNS), 1000, Run.begin(now()), inputs, settings):
            yield serialize(batch, format=RdfFormat.N_QUADS) or b""
