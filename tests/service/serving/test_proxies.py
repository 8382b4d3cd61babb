"""Behind the proxies of ``docs/proxies``, as they are printed there, an answer stays whole or visibly broken."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from urllib.parse import quote

import pytest
import requests

from tests.service.live import Live

EXAMPLES = Path(__file__).parents[3] / "docs" / "proxies"
LONG = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
SHORT = quote("SELECT * WHERE { ?s ?p ?o } LIMIT 3")


def found(program: str) -> str:
    """Where a program is, those of this environment first; empty where it is not."""
    return shutil.which(program, path=f"{sys.prefix}/bin:{os.environ['PATH']}") or ""


@contextmanager
def running(command: list[str], port: int) -> Iterator[str]:
    """The address at which a proxy answers, while it runs."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None
                sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def nginx(port: int, live: Live, directory: Path) -> Iterator[str]:
    site = (EXAMPLES / "nginx.conf").read_text()
    site = site.replace("listen 80;", f"listen 127.0.0.1:{port};").replace(":8000;", f":{live.settings.port};")
    paths = "\n".join(
        f"{kind}_temp_path {directory}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    )
    (directory / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {directory}/pid; events {{}}\n"
        f"http {{ access_log off;\n{paths}\n{site} }}\n"
    )
    command = [found("nginx"), "-e", "stderr", "-p", str(directory), "-c", str(directory / "nginx.conf")]
    with running(command, port) as url:
        yield url


@contextmanager
def caddy(port: int, live: Live, directory: Path) -> Iterator[str]:
    site = (EXAMPLES / "Caddyfile").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{live.settings.port}")
    site = site.replace("data.museum.example.org {", f"http://127.0.0.1:{port} {{")
    (directory / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{site}")
    command = [found("caddy"), "run", "--adapter", "caddyfile", "--config", str(directory / "Caddyfile")]
    with running(command, port) as url:
        yield url


PROXIES = {"nginx": nginx, "caddy": caddy}


@pytest.fixture(scope="module", params=PROXIES)
def proxied(request: pytest.FixtureRequest, live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not found(request.param):
        pytest.skip(f"{request.param} is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with PROXIES[request.param](port, live, tmp_path_factory.mktemp(request.param)) as url:
        yield url


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_cut_answer_is_an_error(proxied: str, form: str) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(f"{proxied}/sparql?query={LONG}&format={form}", timeout=30)


def test_a_whole_answer_is_the_same_as_without(proxied: str, live: Live) -> None:
    straight, through = (
        requests.get(f"{url}/sparql?query={SHORT}&format=tsv", timeout=30) for url in (live.url, proxied)
    )

    assert (200, straight.content) == (through.status_code, through.content)


def test_what_a_client_has_already_is_not_sent_again(proxied: str) -> None:
    page = f"{proxied}/ns?format=ttl"
    tag = requests.get(page, timeout=30).headers["ETag"]

    assert 304 == requests.get(page, headers={"If-None-Match": tag}, timeout=30).status_code


def test_redirects_lead_where_the_iris_are_and_not_to_the_proxy(proxied: str) -> None:
    response = requests.get(f"{proxied}/id/run/01JD8QAAAAAAAAAAAAAAAAAAAA", allow_redirects=False, timeout=30)

    assert 303 == response.status_code
    assert proxied.removeprefix("http://") not in response.headers["Location"]


def test_the_figures_of_the_operator_stay_behind_the_proxy(proxied: str, live: Live) -> None:
    assert [200, 404] == [requests.get(f"{url}/metrics", timeout=30).status_code for url in (live.url, proxied)]
