"""A small installation to fill a store with, and a way to serve one for real."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from pyoxigraph import RdfFormat, parse

from rubricator.images import ImageStore
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect

BASE = "http://rubricator.test"
PATIENT: dict[str, Any] = {"client_rate": 1e6, "client_burst": 10**6, "client_errors": 10**6}
"""Settings that bear with as many requests and errors as a test makes, however fast the machine is."""
_SERVE = """
from rubricator.settings import load_settings
from rubricator_service.serving.together import serve

serve(load_settings())
"""


def fill(settings: Settings, directory: Path) -> None:
    """Put ``installation.trig`` into the store, and its picture into the image cache."""
    picture = directory / "picture.png"
    Image.linear_gradient("L").save(picture)
    sha256 = ImageStore(settings).ingest(picture).sha256
    text = (Path(__file__).parent / "installation.trig").read_text()
    text = text.replace("PICTURE", sha256).replace(BASE, settings.iris.base)
    with connect(settings) as client:
        client.load(parse(text.encode(), format=RdfFormat.TRIG))


@dataclass(frozen=True, slots=True)
class Live:
    """A served installation: its address, the line that told of it, the process that serves it, and what that logs."""

    url: str
    told: str
    process: subprocess.Popen[str]
    settings: Settings
    log: Path


@contextmanager
def serving(directory: Path, **overrides: object) -> Iterator[Live]:
    """``rubricator serve`` in a process of its own, on a free port; stopped on leaving."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = load_settings(data_dir=directory / "data", port=port, **overrides)
    fill(settings, directory)
    environment = {f"RUBRICATOR_{name.upper()}": str(value) for name, value in overrides.items()}
    environment |= {"RUBRICATOR_DATA_DIR": str(settings.data_dir), "RUBRICATOR_PORT": str(port)}
    log = directory / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-c", _SERVE],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            assert "Rubricator answers at" in told
            yield Live(f"http://127.0.0.1:{port}", told, process, settings, log)
        finally:
            process.terminate()
            process.wait(30)
