"""A triple store of another make: OpenLink Virtuoso, on loopback, where Debian's package is installed."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

MOST_ROWS = 500
_SETTINGS = """
[Database]
DatabaseFile = {directory}/virtuoso.db
ErrorLogFile = {directory}/virtuoso.log
LockFile = {directory}/virtuoso.lck
TransactionFile = {directory}/virtuoso.trx
xa_persistent_file = {directory}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {directory}/virtuoso-temp.db
TransactionFile = {directory}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {directory}
[SPARQL]
ResultSetMaxRows = {most_rows}
"""


@contextmanager
def virtuoso_server(directory: Path) -> Iterator[str]:
    """The URL of an empty server that anybody may write to, and that cuts answers after ``MOST_ROWS`` rows.

    Skips the test where there is no Virtuoso.
    """
    program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or console is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    port, sql_port = _free_ports()
    settings = directory / "virtuoso.ini"
    settings.write_text(
        _SETTINGS.format(directory=directory, port=port, sql_port=sql_port, most_rows=MOST_ROWS), encoding="utf-8"
    )
    command = [program, "+configfile", str(settings), "+foreground"]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(url, server)
            grant = 'EXEC=grant SPARQL_UPDATE to "SPARQL"'
            subprocess.run(
                [console, f"127.0.0.1:{sql_port}", "dba", "dba", grant], check=True, capture_output=True, timeout=20
            )
            yield url
        finally:
            server.kill()  # nothing of it is kept, and an orderly end takes seconds


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        try:
            if requests.get(f"{url}/sparql", params={"query": "ASK { ?s ?p ?o }"}, timeout=5).ok:
                return
        except requests.RequestException:
            if server.poll() is not None:
                raise ChildProcessError(f"Virtuoso ended with {server.returncode}.") from None
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not start")
