"""Served for real: an answer is whole or visibly broken, and whatever stops one process stops all."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from rubricator.settings import load_settings
from rubricator.store.endpoint import running
from rubricator_service.serving.together import WebFailed, serve, where_iris_lead
from tests.service.live import Live, serving

ROWS = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
TRIPLES = quote("CONSTRUCT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
LONG_ANSWERS = (f"{ROWS}&format=tsv", f"{ROWS}&format=csv", f"{ROWS}&format=json", f"{TRIPLES}&format=nt")


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


@pytest.mark.parametrize("query", LONG_ANSWERS)
def test_a_cut_answer_is_an_error_to_requests(live: Live, query: str) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(f"{live.url}/sparql?query={query}", timeout=30)


@pytest.mark.parametrize("query", LONG_ANSWERS)
def test_a_cut_answer_is_an_error_to_urllib(live: Live, query: str) -> None:
    with (
        urllib.request.urlopen(f"{live.url}/sparql?query={query}", timeout=30) as response,  # noqa: S310
        pytest.raises(http.client.IncompleteRead),
    ):
        response.read()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("query", LONG_ANSWERS)
def test_a_cut_answer_is_an_error_to_curl(live: Live, query: str) -> None:
    command = ["curl", "--silent", "--output", os.devnull, f"{live.url}/sparql?query={query}"]

    assert 18 == subprocess.run(command, check=False, timeout=30).returncode


def http_1_0(live: Live, target: str) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", live.settings.port), 30) as connection:
        connection.sendall(f"GET {target} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.read()


def test_a_client_that_knows_no_chunks_gets_all_or_a_problem(live: Live) -> None:
    status, body = http_1_0(live, f"/sparql?query={ROWS}&format=tsv")
    whole_status, whole = http_1_0(live, f"/sparql?query={quote('SELECT * WHERE { ?s ?p ?o }')}&format=csv")

    assert status >= 400
    assert b"/problems/" in body
    assert 200 == whole_status
    assert whole.startswith(b"s,p,o\r\n") or 3 == whole.partition(b"\r\n")[0].count(b",") + 1


def test_a_client_that_goes_away_does_not_keep_a_reader(live: Live) -> None:
    for _ in range(5):
        with requests.get(f"{live.url}/sparql?query={ROWS}&format=tsv", stream=True, timeout=30) as response:
            next(response.iter_content(10))

    assert 200 == requests.get(f"{live.url}/readyz", timeout=30).status_code


def test_sigterm_stops_everything_cleanly(tmp_path: Path) -> None:
    with serving(tmp_path) as live:
        live.process.send_signal(signal.SIGTERM)

        assert 0 == live.process.wait(30)
        assert running(live.settings) is None
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{live.url}/healthz", timeout=5)


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
