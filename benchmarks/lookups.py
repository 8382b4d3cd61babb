"""SPARQL lookups a second over HTTP: our public endpoint against ``oxigraph serve`` with the same data."""

import http.client
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.measure import Measurement
from benchmarks.records import record_zip
from benchmarks.workspace import free_port, workspace
from rubricator.harvest.edmfile import harvest_edm
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.settings import Settings
from rubricator.store.client import connect

RECORDS, CONNECTIONS, SECONDS, ROUNDS = 5000, 8, 4.0, 3
PROGRAMS = Path(sys.executable).parent


def measure() -> list[Measurement]:
    with tempfile.TemporaryDirectory() as directory, workspace() as settings:
        archive = record_zip(Path(directory) / "records.zip", RECORDS)
        dump = Path(directory) / "dump.nq"
        with connect(settings) as client:
            ingest(harvest_edm([archive]), client, settings)
            dump.write_bytes(b"".join(client.export("application/n-quads")))
        with _ours(settings) as ours, _oxigraph(dump, Path(directory) / "oxigraph") as baseline:
            rounds = [(_rate(*ours), _rate(*baseline)) for _ in range(ROUNDS)]
    figures = [statistics.median(column) for column in zip(*rounds, strict=True)]
    remark = f"{RECORDS:,} records, {CONNECTIONS} connections, no query twice; the clients share the cores"
    return [Measurement("SPARQL lookups", "requests/s", figures[0], "`oxigraph serve`", figures[1], "–", remark)]


@contextmanager
def _ours(settings: Settings) -> Iterator[tuple[int, str]]:
    environment = os.environ | {
        "RUBRICATOR_DATA_DIR": str(settings.data_dir),
        "RUBRICATOR_PORT": str(settings.port),
        "RUBRICATOR_BASE": settings.iris.base,
        "RUBRICATOR_LOG_LEVEL": "ERROR",
    }
    with _server([str(PROGRAMS / "rubricator"), "serve"], environment, settings.port, "/sparql") as server:
        yield server


@contextmanager
def _oxigraph(dump: Path, location: Path) -> Iterator[tuple[int, str]]:
    program, port = str(PROGRAMS / "oxigraph"), free_port()
    load = [program, "load", "--location", str(location), "--file", str(dump)]
    subprocess.run(load, check=True, capture_output=True)
    command = [program, "serve-read-only", "--location", str(location), "--bind", f"127.0.0.1:{port}"]
    with _server(command, dict(os.environ), port, "/query") as server:
        yield server


@contextmanager
def _server(command: list[str], environment: dict[str, str], port: int, path: str) -> Iterator[tuple[int, str]]:
    """A server that has answered its first query."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                try:
                    _ask(http.client.HTTPConnection("127.0.0.1", port), path, 0)
                    break
                except (OSError, http.client.HTTPException):
                    time.sleep(0.1)
            yield port, path
        finally:
            process.terminate()
            process.wait(20)


def _rate(port: int, path: str) -> float:
    """Requests a second over all connections for some seconds."""
    numbers = itertools.count(time.monotonic_ns() % 1000)
    deadline = time.monotonic() + SECONDS

    def work() -> int:
        connection, done = http.client.HTTPConnection("127.0.0.1", port), 0
        while time.monotonic() < deadline:
            _ask(connection, path, next(numbers))
            done += 1
        return done

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(pool.map(lambda _: work(), range(CONNECTIONS))) / SECONDS


def _ask(connection: http.client.HTTPConnection, path: str, n: int) -> None:
    proxy = f"http://data.europeana.eu/proxy/provider/9990001/bench_{n % RECORDS}"
    query = f"SELECT ?p ?o {{ <{proxy}> ?p ?o }} # {n}"
    headers = {"Accept": "application/sparql-results+json"}
    connection.request("GET", f"{path}?{urlencode({'query': query})}", headers=headers)
    answer = connection.getresponse().read()
    if not json.loads(answer)["results"]["bindings"]:
        raise http.client.HTTPException("The lookup found nothing.")
