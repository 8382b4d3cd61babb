"""A child ends with its parent, and when it is told to, whether it listens or not."""

import subprocess
import sys

from rubricator.store.lifeline import stop

_LISTENS = "import time; print('up', flush=True); time.sleep(60)"
_DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
_TIED = (
    "import os, time; from rubricator.store.lifeline import when_cut\n"
    "when_cut(lambda: os._exit(7)); print('up', flush=True); time.sleep(60)"
)


def child(program: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert b"up\n" == process.stdout.readline()
    process.stdout.close()
    return process


def test_a_child_that_listens_is_asked() -> None:
    process = child(_LISTENS)
    stop(process, 10)

    assert -15 == process.returncode


def test_a_child_that_does_not_listen_is_killed() -> None:
    process = child(_DEAF)
    stop(process, 0.1)

    assert -9 == process.returncode


def test_a_child_acts_when_its_lifeline_is_cut() -> None:
    process = child(_TIED)
    assert process.stdin is not None
    process.stdin.close()

    assert 7 == process.wait(10)
