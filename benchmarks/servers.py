"""Our front end and ``oxigraph serve`` over the same quads, each as those who run it start it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from benchmarks.workspace import free_port
from rubricator.settings import Settings

PROGRAMS = Path(sys.executable).parent
_OUR_PROGRAM = b"rubricator_service.serving.server"
_UNLIMITED = {"CLIENT_RATE": "1e9", "CLIENT_BURST": "1000000000", "CLIENT_REQUESTS": "1000", "LOG_LEVEL": "ERROR"}


@dataclass(frozen=True, slots=True)
class Server:
    """``sparql`` is the path of its endpoint."""

    url: str
    sparql: str
    process: subprocess.Popen[bytes]


@contextmanager
def ours(settings: Settings) -> Iterator[Server]:
    """``rubricator serve``, which lets one client ask as much as it can."""
    given = {"DATA_DIR": str(settings.data_dir), "PORT": str(settings.port), "BASE": settings.iris.base, **_UNLIMITED}
    environment = os.environ | {f"RUBRICATOR_{name}": value for name, value in given.items()}
    with _started([str(PROGRAMS / "rubricator"), "serve"], environment, settings.port, "/sparql") as server:
        yield server


@contextmanager
def oxigraph(dump: Path, location: Path) -> Iterator[Server]:
    """``oxigraph serve-read-only`` over what is in ``dump``, loaded into ``location``."""
    program, port = str(PROGRAMS / "oxigraph"), free_port()
    subprocess.run([program, "load", "--location", str(location), "--file", str(dump)], check=True, capture_output=True)
    command = [program, "serve-read-only", "--location", str(location), "--bind", f"127.0.0.1:{port}"]
    with _started(command, dict(os.environ), port, "/query") as server:
        yield server


@contextmanager
def _started(command: list[str], environment: dict[str, str], port: int, sparql: str) -> Iterator[Server]:
    """A server that has answered its first query."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        server = Server(f"http://127.0.0.1:{port}", sparql, process)
        try:
            for _ in range(600):
                try:
                    if requests.get(f"{server.url}{sparql}", {"query": "ASK {}"}, timeout=30).ok:
                        break
                except requests.RequestException:
                    time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def front_memory(server: Server) -> float:
    """Resident MB of the processes of our server that speak HTTP, without readers and store."""
    return sum(_resident(pid) for pid in _descendants(server.process.pid) if _OUR_PROGRAM in _command(pid))


def _descendants(pid: int) -> Iterator[int]:
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            yield child
            yield from _descendants(child)


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
