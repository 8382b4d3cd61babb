"""What a retraction that was killed before the view followed leaves, and who finishes it."""

import signal
import socket
import subprocess
from pathlib import Path

import pytest
import requests
from PIL import Image
from pyoxigraph import Quad

from rubricator.enrichment.lifecycle import Event, retraction_quads
from rubricator.pipeline.curating.change import is_settled
from rubricator.rdf import ENR
from rubricator.settings import Settings
from rubricator.store.client import connect
from tests.fakes.program import PROGRAM, Rubricator, environment
from tests.pipeline.curating.runs import BEGUN, ITEMS, published, written
from tests.store.running import eventually

CLAIMS = f"SELECT (COUNT(*) AS ?n) {{ ?item {ENR['hasEnrichment']} ?claim }}"


@pytest.fixture
def unsettled(settings: Settings) -> Settings:
    iris = settings.iris
    with connect(settings) as client:
        graph = iris.run_graph(written(client, settings, {ITEMS[0]: {"map": 0.9}}).ulid)
        facts = retraction_quads(Event.at(BEGUN, "operator", "wrong"), [graph], iris)
        client.load([*facts, Quad(iris.unsettled, ENR["affected"], graph, iris.unsettled)])
    return settings


def test_the_status_tells_that_the_view_is_unsettled(unsettled: Settings, rubricator: Rubricator) -> None:
    before = rubricator("status")
    rubricator("view", "rebuild")
    after = rubricator("status")

    assert (0, True) == (before.returncode, "unsettled: claims are being changed" in before.stdout)
    assert (0, True) == (after.returncode, "up to date" in after.stdout)
    with connect(unsettled) as client:
        assert set() == published(client)


def test_a_harvest_finishes_it_before_it_begins(unsettled: Settings, rubricator: Rubricator, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    Image.new("RGB", (300, 300), "teal").save(pictures / "teal.png")
    harvested = rubricator("harvest", "folder", pictures)
    answer = rubricator("query", "--format", "csv", CLAIMS)

    assert 0 == harvested.returncode, harvested.stderr
    assert ["n", "0"] == answer.stdout.splitlines()
    with connect(unsettled) as client:
        assert is_settled(client, unsettled.iris)


def test_whoever_serves_finishes_it_first(unsettled: Settings, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [str(PROGRAM), "serve", "--port", port]
    with subprocess.Popen(
        command, env=environment(unsettled), cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        told = serving.stdout.readline()
        try:
            eventually(lambda: "0" == claims(port))
        finally:
            serving.send_signal(signal.SIGTERM)

    assert told.startswith("Rubricator answers at")
    assert 0 == serving.returncode


def claims(port: str) -> str:
    """How many claims the service says are published."""
    answer = requests.get(f"http://127.0.0.1:{port}/sparql", params={"query": CLAIMS, "format": "csv"}, timeout=20)
    return answer.text.splitlines()[-1]
