import os
import subprocess
import sys
import time
from pathlib import Path

from rubricator.settings import Settings
from rubricator.store.client import connect
from rubricator.store.endpoint import running

STARTER = """
import sys
from rubricator.settings import load_settings
from rubricator.store.client import connect
with connect(load_settings()) as client:
    print("started", flush=True)
    sys.stdin.readline()
"""


def starter(settings: Settings, tmp_path: Path) -> "subprocess.Popen[str]":
    """Another command that has started the store, and ends when it is sent a line."""
    environment = os.environ | {"RUBRICATOR_DATA_DIR": str(settings.data_dir), "RUBRICATOR_BASE": settings.base}
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "started\n" == process.stdout.readline()
    return process


def gone(settings: Settings) -> bool:
    for _ in range(200):
        if running(settings) is None:
            return True
        time.sleep(0.05)
    return False


def test_a_command_keeps_the_store_that_another_started_and_left(settings: Settings, tmp_path: Path) -> None:
    with starter(settings, tmp_path) as first:
        with connect(settings) as client:
            first.communicate("\n", timeout=30)
            assert 0 == first.returncode
            client.update("INSERT DATA { <http://x.test/s> <http://x.test/p> <http://x.test/o> }")
            assert client.ask("ASK { ?s ?p ?o }")

        assert gone(settings)


def test_a_command_keeps_the_store_of_another_that_was_killed(settings: Settings, tmp_path: Path) -> None:
    with starter(settings, tmp_path) as first:
        with connect(settings) as client:
            first.kill()
            first.wait()
            assert not client.ask("ASK { ?s ?p ?o }")

        assert gone(settings)


def test_a_store_that_nobody_uses_ends_with_the_command_that_started_it(settings: Settings, tmp_path: Path) -> None:
    with starter(settings, tmp_path) as first:
        first.communicate("\n", timeout=30)

    assert running(settings) is None


def test_commands_one_after_the_other_each_find_a_store(settings: Settings) -> None:
    for number in range(3):
        with connect(settings) as client:
            client.update(f"INSERT DATA {{ <http://x.test/s> <http://x.test/p> {number} }}")

    with connect(settings) as client:
        assert 3 == len(client.select("SELECT ?o { ?s ?p ?o }"))
