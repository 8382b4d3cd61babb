"""Load on a web server, by wrk (https://github.com/wg/wrk), which takes little of the machine itself."""

import itertools
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("load.lua")
_STARTS = itertools.count(time.time_ns() % 10**9, 10**6)  # so that no run repeats the queries of another


class NoGenerator(Exception):
    """wrk is not installed (Debian: ``apt-get install wrk``)."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did: ``lost`` requests had no whole answer of status 200; ``p99`` is in milliseconds."""

    requests: float
    """A second."""
    size: float
    """Bytes a second, heads included."""
    lost: int
    p99: float


def load(server: str, path: str, *, accept: str, connections: int = 8, seconds: float = 4.0, records: int = 1) -> Load:
    """Ask ``path`` over some connections for some seconds; see load.lua for ``{n}`` and ``{r}`` in it.

    Raises NoGenerator.
    """
    if shutil.which("wrk") is None:
        raise NoGenerator("wrk is not installed")
    environment = {
        "LOAD_PATH": path,
        "LOAD_ACCEPT": accept,
        "LOAD_START": str(next(_STARTS)),
        "LOAD_RECORDS": str(records),
    }
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s", "-s", str(_SCRIPT), server]
    told = subprocess.run(command, env=os.environ | environment, check=True, capture_output=True, text=True).stdout
    figures = next(line for line in told.splitlines() if line.startswith("RESULT")).split()[1:]
    requests, microseconds, size, lost, p99 = map(float, figures)
    return Load(requests * 1e6 / microseconds, size * 1e6 / microseconds, int(lost), p99 / 1000)
