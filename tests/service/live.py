"""A small installation to fill a store with, and a way to serve one for real."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import uvicorn
from flask import Flask
from PIL import Image
from pyoxigraph import RdfFormat, parse

from rubricator.images import ImageStore
from rubricator.settings import Settings, load_settings
from rubricator.store.answers import Answer, AsyncAnswer, QueryRequest
from rubricator.store.client import connect
from rubricator.store.readers import Readers
from rubricator_service.front.asgi import Front
from rubricator_service.serving.server import configured
from tests.service.serving.wire import Told, Wire, request

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


@dataclass(frozen=True)
class Lent:
    """Readers that outlive the front that they are lent to."""

    readers: Readers

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        return self.readers.run(request, timeout, client)

    async def ask(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> AsyncAnswer | None:
        return await self.readers.ask(request, timeout, client)

    def look_up(self, request: QueryRequest, revision: str | None) -> AsyncAnswer | None:
        return self.readers.look_up(request, revision)

    def download(self, request: QueryRequest, client: str = "") -> Answer:
        return self.readers.download(request, client)

    def figures(self) -> tuple[int, int]:
        return self.readers.figures()

    def close(self) -> None:
        """They are closed by whoever opened them."""


@dataclass(frozen=True, slots=True)
class Fronted:
    """An application behind its front, served by a thread of this process."""

    url: str
    port: int
    front: Front
    server: uvicorn.Server

    def get(self, path: str, **headers: str) -> Told:
        """The answer to a request over a connection of its own, with no headers but these."""
        return self.ask(request(path, "GET", None, **headers))

    def post(self, path: str, body: bytes, **headers: str) -> Told:
        return self.ask(request(path, "POST", body, **headers))

    def ask(self, whole: bytes) -> Told:
        """The answer to the bytes of a whole request."""
        with Wire(self.port) as wire:
            return wire.ask(whole)


@contextmanager
def fronted(app: Flask) -> Iterator[Fronted]:
    """Serve an application on a free port, as ``rubricator serve`` does; stopped on leaving."""
    front = Front(app)
    config = configured(front, front.settings.model_copy(update={"port": 0}))
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, name="served")
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server ended before it began"
            sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Fronted(f"http://127.0.0.1:{port}", port, front, server)
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


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
