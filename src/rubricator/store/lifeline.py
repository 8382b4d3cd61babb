"""A child's standard input is its lifeline: a pipe that closes when its parent dies, however it dies.

Both ends are here. Only the standard library is needed, so that readers start quickly.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from threading import Thread


def when_cut(act: Callable[[], None]) -> None:
    """In a child: call ``act`` once the parent is gone."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):  # not through sys.stdin, whose lock would hold up the exit
            pass
        act()

    Thread(target=wait, name="lifeline", daemon=True).start()


def stop(child: "subprocess.Popen[bytes]", patience: float) -> None:
    """In the parent: ask the child to end, and kill it where it has not after ``patience`` seconds."""
    child.terminate()
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdin is not None:
        child.stdin.close()
