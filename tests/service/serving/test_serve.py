"""Served for real: an answer is whole or visibly broken, and whatever stops one process stops all."""

import json
import os
import signal
from pathlib import Path
from time import sleep
from urllib.parse import quote

import pytest
import requests

from rubricator.settings import load_settings
from rubricator.store.endpoint import running
from rubricator_service.serving.together import WebFailed, serve, where_iris_lead
from tests.service.live import Live, serving
from tests.service.serving.wire import Wire, request
from tests.store.running import eventually

ROWS = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


@pytest.mark.parametrize(
    ("given", "port"),
    [
        ({"base": "http://127.0.0.1:9000"}, 9000),
        ({"base": "http://localhost:9000/below"}, 9000),
        ({"base": "http://127.0.0.1:9000", "port": 8123}, 8123),
        ({"base": "http://localhost:9000", "host": "192.0.2.1"}, 8000),
        ({"base": "http://localhost"}, 8000),
        ({"base": "https://museum.example.org:9000"}, 8000),
        ({}, 8000),
    ],
)
def test_the_port_is_that_of_the_iris_where_nobody_set_another_and_they_lead_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, object], port: int
) -> None:
    for name in ("PORT", "HOST", "BASE"):
        monkeypatch.delenv(f"RUBRICATOR_{name}", raising=False)

    assert port == where_iris_lead(load_settings(**given)).port


def test_pages_at_another_port_than_the_iris_say_so_and_lead_on_at_that_port(tmp_path: Path) -> None:
    with serving(tmp_path, base="http://127.0.0.1:1") as served:
        page = requests.get(f"{served.url}/items", timeout=30).text

        assert f"answers at {served.url}/, for IRIs that begin with http://127.0.0.1:1/ (Ctrl-C" in served.told
        assert 'href="/doc/item/' in page or 'href="/id/item/' in page


def test_a_client_that_goes_away_does_not_keep_a_reader(live: Live) -> None:
    for _ in range(5):
        with requests.get(f"{live.url}/sparql?query={ROWS}&format=tsv", stream=True, timeout=30) as response:
            next(response.iter_content(10))

    assert 200 == requests.get(f"{live.url}/readyz", timeout=30).status_code


def test_an_answer_that_is_cut_ends_without_its_final_chunk_and_is_one_line_of_the_log(live: Live) -> None:
    before = len(live.log.read_text())
    with requests.get(f"{live.url}/sparql?query={ROWS}&format=tsv", stream=True, timeout=30) as response:
        assert 200 == response.status_code
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            for _ in response.iter_content(10_000):
                pass

    told = live.log.read_text()[before:]
    reasons = {json.loads(line)["reason"] for line in told.splitlines() if "answer-broken" in line}
    assert {"The answer was cut: The answer is larger than 300,000 bytes: ask in parts by LIMIT and OFFSET."} == reasons
    assert "Traceback" not in told


def test_no_header_tells_another_path_than_the_address(live: Live) -> None:
    """A rule of a proxy for ``/metrics`` would be evaded."""
    answer = requests.get(f"{live.url}/elsewhere/metrics", headers={"SCRIPT_NAME": "/elsewhere"}, timeout=20)

    assert 404 == answer.status_code


def test_sigterm_stops_everything_cleanly(tmp_path: Path) -> None:
    with serving(tmp_path) as live:
        live.process.send_signal(signal.SIGTERM)

        assert 0 == live.process.wait(30)
        assert running(live.settings) is None
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{live.url}/healthz", timeout=5)


def test_a_second_signal_leaves_nothing_running(tmp_path: Path) -> None:
    numbers = " ".join(map(str, range(300)))
    endless = "".join(f"VALUES ?v{block} {{ {numbers} }} " for block in range(4))
    with serving(tmp_path) as live, Wire(live.settings.port) as wire:
        wire.send(request(f"/sparql?query={quote(f'SELECT (COUNT(*) AS ?n) {{ {endless} }}')}"))
        eventually(lambda: b"rubricator_queries_running 1.0" in requests.get(f"{live.url}/metrics", timeout=30).content)
        live.process.send_signal(signal.SIGTERM)
        sleep(0.5)  # in which it has begun to stop
        live.process.send_signal(signal.SIGINT)

        assert 0 == live.process.wait(60)
        wire.socket.settimeout(1)
        assert 503 == wire.read().status  # told before
        assert wire.ended()
        assert running(live.settings) is None


def test_when_the_store_dies_the_web_server_stops_too(tmp_path: Path) -> None:
    with serving(tmp_path) as live:
        store = running(live.settings)
        assert store is not None
        os.kill(store.pid, signal.SIGKILL)

        assert 0 != live.process.wait(30)
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{live.url}/healthz", timeout=5)


def test_a_taken_port_is_said_in_one_sentence(live: Live, tmp_path: Path) -> None:
    settings = live.settings.model_copy(update={"data_dir": tmp_path})
    with pytest.raises(WebFailed, match="choose another"):
        serve(settings)
