"""A throw-away installation for one measurement."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rubricator.settings import Settings, load_settings


@contextmanager
def workspace(**overrides: object) -> Iterator[Settings]:
    """Settings with a data directory and a port of their own; the directory goes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="rubricator-bench-") as directory:
        given = {"data_dir": Path(directory) / "data", "base": "http://rubricator.bench", "port": free_port()}
        yield load_settings(**{**given, "log_level": "ERROR", **overrides})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
