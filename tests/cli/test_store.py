import json
import signal
import subprocess
from pathlib import Path

from rubricator.settings import Settings
from tests.fakes.program import PROGRAM, Rubricator, environment


def test_the_store_runs_alone_logs_in_json_refuses_a_second_writer_and_stops_cleanly(
    settings: Settings, rubricator: Rubricator, tmp_path: Path
) -> None:
    command = [str(PROGRAM), "store"]
    with subprocess.Popen(command, env=environment(settings), cwd=tmp_path, stderr=subprocess.PIPE, text=True) as store:
        assert store.stderr is not None
        line = json.loads(store.stderr.readline())
        running = rubricator("status", "--quiet")
        second = rubricator("store")
        store.send_signal(signal.SIGTERM)

    assert "listens on http://127.0.0.1:" in line["event"]
    assert 0 == running.returncode
    assert 3 == second.returncode
    assert f"process {store.pid}" in second.stderr
    assert 0 == store.returncode
    assert 3 == rubricator("status", "--quiet").returncode
