"""The W3C's protocol and graph store suites against our writer."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.running import Http

RUNNER = Path(__file__).parents[2] / "../shared/conformance/run.py"


@pytest.mark.skipif(not RUNNER.exists(), reason="the W3C suites are not beside this checkout (../shared/conformance)")
def test_our_writer_passes_every_test_of_both_suites(http: Http) -> None:
    token = http.authorisation["Authorization"].removeprefix("Bearer ")
    command = [sys.executable, str(RUNNER), http.url, "--query", "/query", "--token", token]

    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert [
        "protocol/manifest.ttl: 34/34",
        "graph-store-protocol/manifest-indirect.ttl: 9/9",
        "graph-store-protocol/manifest-direct.ttl: 4/4",
    ] == run.stdout.splitlines()
