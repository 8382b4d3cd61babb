"""To every client that people use, an answer that was cut is an error, and one that is whole is none."""

import http.client
import os
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import SPARQLWrapper

from tests.service.live import Live

HERE = Path(__file__).parent
PATTERN = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ROWS = f"SELECT * WHERE {PATTERN}"
FEW_ROWS = "SELECT * WHERE { ?a ?b ?c }"
TRIPLES = (
    "CONSTRUCT { ?a ?e ?j } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i BIND(CONCAT(STR(?c), STR(?g), STR(?i)) AS ?j) }"
)
FEW_TRIPLES = "CONSTRUCT WHERE { ?a ?b ?c }"
FORMATS = ("json", "xml", "csv", "tsv", "nt")


def address(live: Live, form: str, *, whole: bool) -> str:
    query = (FEW_TRIPLES if whole else TRIPLES) if form == "nt" else (FEW_ROWS if whole else ROWS)
    return f"{live.url}/sparql?query={quote(query)}&format={form}"


def by_requests(url: str) -> int:
    return len(requests.get(url, timeout=30).content)


def by_requests_without_compression(url: str) -> int:
    return len(requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=30).content)


def by_urllib(url: str) -> int:
    with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - our own server
        return len(response.read())


def by_curl(url: str) -> int:
    command = ["curl", "--silent", "--fail", "--output", os.devnull, "--write-out", "%{size_download}", url]
    return int(subprocess.run(command, check=True, capture_output=True, timeout=30).stdout)


CLIENTS: dict[Callable[[str], int], type[Exception]] = {
    by_requests: requests.exceptions.ChunkedEncodingError,
    by_requests_without_compression: requests.exceptions.ChunkedEncodingError,
    by_urllib: http.client.IncompleteRead,
    by_curl: subprocess.CalledProcessError,
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("ask", CLIENTS)
def test_a_cut_answer_is_an_error_and_a_whole_one_is_none(live: Live, ask: Callable[[str], int], form: str) -> None:
    if ask is by_curl and shutil.which("curl") is None:
        pytest.skip("curl is not installed")

    assert ask(address(live, form, whole=True)) > 1000
    with pytest.raises(CLIENTS[ask]):
        ask(address(live, form, whole=False))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # SPARQLWrapper's own
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "n3", "rdf+xml"])
def test_sparqlwrapper_raises(live: Live, form: str) -> None:
    def ask(query: str) -> object:
        wrapper = SPARQLWrapper(f"{live.url}/sparql", returnFormat=form)
        wrapper.setQuery(query)
        return wrapper.query().convert()

    graph = form in ("n3", "rdf+xml")
    assert ask(FEW_TRIPLES if graph else FEW_ROWS)
    with pytest.raises(http.client.IncompleteRead):
        ask(TRIPLES if graph else ROWS)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rdflib_raises(live: Live, form: str) -> None:
    store = SPARQLStore(f"{live.url}/sparql", returnFormat=form)

    assert {"a", "b", "c"} == {str(variable) for variable in store.query(FEW_ROWS).vars or ()}
    with pytest.raises(http.client.IncompleteRead):
        list(store.query(ROWS))


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.skipif(
    not (HERE / "node_modules").exists(), reason="fetch-sparql-endpoint is not installed: npm install in this folder"
)
@pytest.mark.parametrize(("few", "many"), [(FEW_ROWS, ROWS), (FEW_TRIPLES, TRIPLES)], ids=["solutions", "triples"])
def test_fetch_sparql_endpoint_raises(live: Live, few: str, many: str) -> None:
    def ask(query: str) -> "subprocess.CompletedProcess[str]":
        command = ["node", "ask.mjs", f"{live.url}/sparql", query]
        return subprocess.run(command, cwd=HERE, check=False, capture_output=True, text=True, timeout=60)

    whole, cut = ask(few), ask(many)
    assert (0, "") == (whole.returncode, whole.stderr)
    assert int(whole.stdout) > 10
    assert (1, "") == (cut.returncode, cut.stdout)
    assert "terminated" in cut.stderr


def http_1_0(live: Live, target: str) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", live.settings.port), 30) as connection:
        connection.sendall(f"GET {target} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.read()


@pytest.mark.parametrize("form", FORMATS)
def test_a_client_that_knows_no_chunks_gets_all_or_a_problem(live: Live, form: str) -> None:
    whole, cut = (address(live, form, whole=whole).removeprefix(live.url) for whole in (True, False))

    status, body = http_1_0(live, whole)
    assert (200, requests.get(live.url + whole, timeout=30).content) == (status, body)
    status, body = http_1_0(live, cut)
    assert 422 == status
    assert b"/problems/answer-too-large-to-buffer" in body
