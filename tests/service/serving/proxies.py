"""Proxies in front of a service, as ``docs/proxies`` has them."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import pytest

from tests.service.live import Live

EXAMPLES = Path(__file__).parents[3] / "docs" / "proxies"


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


@contextmanager
def proxied_by(name: str, live: Live, directory: Path) -> Iterator[int]:
    """The port of a proxy, while it runs; skips where it is not installed."""
    if not found(name):
        pytest.skip(f"{name} is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with PROXIES[name](port, live, directory):
        yield port
