"""A page as Chromium makes it, with no network but loopback."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask
from lxml import html
from werkzeug.serving import make_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
    "--virtual-time-budget=5000", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip


def opened(url: str, path: str, profile: Path, record: Path | None = None) -> tuple[Any, str]:
    """The page once its script has run, and what the browser complained about.

    ``record`` is where the browser writes down what went over the network.
    """
    recording = [f"--log-net-log={record}"] if record else []
    browser = subprocess.run(
        [str(CHROMIUM), *FLAGS, *recording, f"--user-data-dir={profile}", "--dump-dom", f"{url}{path}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    complaints = "\n".join(line for line in browser.stderr.splitlines() if "CONSOLE" in line)
    return html.fromstring(browser.stdout), complaints


@contextmanager
def answering(app: Flask) -> Iterator[str]:
    """The address of an application that is served on loopback for as long as the block lasts."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()
