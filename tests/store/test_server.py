"""The one writer: found, alone, durable, and gone with its parent."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer

import pytest
from pyoxigraph import Store

from rubricator.errors import StoreError, StoreUnavailable
from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.endpoint import running, sole_writer, store_token
from rubricator.store.snapshots import hold_current
from tests.store.running import eventually, quad


@contextmanager
def writer(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """A writer that is a child of the test, killed at the end if it still lives."""
    environment = os.environ | {
        "RUBRICATOR_DATA_DIR": str(settings.data_dir),
        "RUBRICATOR_BASE": settings.iris.base,
        "RUBRICATOR_SNAPSHOT_INTERVAL": "0.05",
    }
    command = [sys.executable, "-m", "rubricator.store.server"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            eventually(lambda: running(settings))
            yield process
        finally:
            process.kill()


def test_a_command_without_store_starts_one_for_its_own_duration(settings: Settings) -> None:
    with connect(settings) as client:
        client.load([quad(1)])
        found = running(settings)
    with connect(settings) as client:
        kept = client.ask("ASK { ?s ?p ?o }")

    assert (True, True, None) == (found is not None, kept, running(settings))


def test_a_running_store_is_used(settings: Settings) -> None:
    with writer(settings) as process, connect(settings) as client:
        found = running(settings)
        client.load([quad(1)])

    assert process.pid == (found.pid if found else None)


def test_two_commands_share_the_store_of_the_first(settings: Settings) -> None:
    with connect(settings) as first, connect(settings) as second:
        first.load([quad(1)])

        assert second.ask("ASK { ?s ?p ?o }")


def test_a_command_whose_shared_store_vanishes_is_told(settings: Settings) -> None:
    with writer(settings) as process, connect(settings) as client:
        process.kill()
        process.wait()

        with pytest.raises(StoreUnavailable, match="the command that had started it has ended"):
            client.ask("ASK {}")


def test_an_empty_graph_of_marks_keeps_nothing_from_being_published(
    our_store: Settings, our_client: StoreClient
) -> None:
    our_client.update(f"CREATE GRAPH {our_store.iris.unsettled}")
    our_client.load([quad(1)])
    snapshots = our_store.store_dir / "snapshots"

    eventually(lambda: 1 == published(snapshots))


def published(snapshots: Path) -> int:
    """How many quads readers see."""
    held = hold_current(snapshots)
    assert held is not None
    with closing(held):
        return len(Store.read_only(str(held.database)))


def test_a_second_writer_is_told_who_has_the_store(settings: Settings) -> None:
    with writer(settings) as process:
        second = subprocess.run(
            [sys.executable, "-m", "rubricator.store.server"],
            env=os.environ | {"RUBRICATOR_DATA_DIR": str(settings.data_dir)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert (
        3,
        f"The store in {settings.store_dir} is already open in process {process.pid}: "
        "stop that process, or use another data directory.\n",
    ) == (second.returncode, second.stderr)


def test_a_store_that_was_stopped_cleanly_leaves_no_endpoint(settings: Settings) -> None:
    with writer(settings) as process:
        process.terminate()

        assert (0, False) == (process.wait(10), (settings.store_dir / "endpoint.json").exists())


def test_an_endpoint_that_a_killed_store_left_is_not_trusted(settings: Settings) -> None:
    with writer(settings) as process:
        process.kill()
        process.wait()
    with connect(settings) as client:
        assert client.ask("ASK {}")


def test_an_endpoint_where_somebody_else_answers_is_not_trusted(settings: Settings, foreign_url: str) -> None:
    settings.store_dir.mkdir()
    (settings.store_dir / "endpoint.json").write_text(json.dumps({"url": foreign_url, "pid": 1}))

    assert running(settings) is None


def test_the_token_is_made_once_for_its_owner_only(settings: Settings) -> None:
    token = store_token(settings)

    path = settings.store_dir / "token"
    assert (token, 0o600, 43) == (store_token(settings), stat.S_IMODE(path.stat().st_mode), len(token))


def test_an_empty_lock_of_another_process_is_still_a_lock(settings: Settings) -> None:
    with (
        sole_writer(settings),
        pytest.raises(StoreUnavailable, match=f"in process {os.getpid()}"),
        sole_writer(settings),
    ):
        pytest.fail("two writers")


def test_no_acknowledged_batch_is_lost_and_none_is_half_there_after_kill_9(settings: Settings) -> None:
    acknowledged = 0
    with writer(settings) as process, connect(settings) as client:
        killer = Timer(0.7, process.kill)
        killer.start()
        with pytest.raises(StoreError):  # noqa: PT012 - the kill comes somewhere among many batches
            while True:
                size = size_of(acknowledged)
                client.load(quad(row, f"http://batch/{acknowledged}") for row in range(size))
                acknowledged += 1

    sizes = batch_sizes(settings.store_dir / "db")
    assert [size_of(number) for number in range(len(sizes))] == sizes
    assert acknowledged <= len(sizes) <= acknowledged + 1


def size_of(batch: int) -> int:
    """Every fourth batch is large enough to be loaded in bulk."""
    return 20_000 if batch % 4 == 3 else 50


def batch_sizes(directory: Path) -> list[int]:
    rows = Store(directory).query(
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY STRLEN(STR(?g)) STR(?g)"
    )
    return [int(row["n"].value) for row in rows]  # type: ignore[union-attr]


def test_a_store_dies_with_the_command_that_started_it_even_by_kill_9(settings: Settings) -> None:
    command = (
        "import sys, time; from rubricator.settings import load_settings; from rubricator.store.client import connect\n"
        f"with connect(load_settings(data_dir={str(settings.data_dir)!r})): print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        found = running(settings)
        parent.kill()

    assert found is not None
    eventually(lambda: is_free(settings))


def is_free(settings: Settings) -> bool:
    try:
        with sole_writer(settings):
            return True
    except StoreUnavailable:
        return False


def test_a_store_that_cannot_start_says_why(settings: Settings) -> None:
    (settings.store_dir / "db").mkdir(parents=True)
    (settings.store_dir / "db" / "CURRENT").write_text("nonsense")

    with pytest.raises(StoreUnavailable, match="could not be started"), connect(settings):
        pytest.fail("it started")
