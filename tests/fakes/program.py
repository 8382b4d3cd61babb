"""The program as a user runs it: another process, an empty working directory, its own installation."""

import atexit
import json
import os
import subprocess
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread

from rubricator.settings import Settings

Rubricator = Callable[..., "subprocess.CompletedProcess[str]"]
PROGRAM = Path(sys.executable).with_name("rubricator")
_ONE_AT_A_TIME = Lock()


def environment(settings: Settings) -> dict[str, str]:
    """What the program under test sees: this installation, and no settings of whoever runs the tests."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RUBRICATOR_")}
    return inherited | {
        "RUBRICATOR_DATA_DIR": str(settings.data_dir),
        "RUBRICATOR_PORT": str(settings.port),
        "RUBRICATOR_BASE": settings.base,
        "HF_HUB_OFFLINE": "1",
    }


def program(settings: Settings, directory: Path) -> Rubricator:
    """A function that runs ``rubricator`` with its arguments and gives back exit code and output.

    Each call is a process of its own, forked from one that has made the imports: see ``tests.fakes.warm``.
    """

    def run(*arguments: str | Path, text: str = "") -> "subprocess.CompletedProcess[str]":
        command = list(map(str, arguments))
        with TemporaryDirectory() as place:
            streams = [Path(place, name) for name in ("in", "out", "err")]
            for stream, content in zip(streams, (text, "", ""), strict=True):
                stream.write_text(content)
            code = _called(command, environment(settings), directory, streams)
            _, out, err = (stream.read_text() for stream in streams)
        return subprocess.CompletedProcess(command, code, out, err)

    return run


def on_terminal(settings: Settings, directory: Path, columns: int, *arguments: str) -> str:
    """What ``rubricator`` writes on a terminal so many columns wide, before the terminal folds it; colours and all."""
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    written: list[bytes] = []

    def read() -> None:
        with suppress(OSError):  # the other end is closed
            while part := os.read(ours, 2**16):
                written.append(part)

    reader = Thread(target=read)
    reader.start()
    seen = environment(settings) | {"TERM": "xterm-256color"}
    seen.pop("COLUMNS", None)
    try:
        _called(list(arguments), seen, directory, [Path(os.devnull), *[Path(os.ttyname(theirs))] * 2])
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)
    return b"".join(written).decode().replace("\r\n", "\n")


def _called(command: list[str], environment: dict[str, str], directory: Path, streams: list[Path]) -> int:
    call = {
        "arguments": command,
        "environment": environment,
        "directory": str(directory),
        "streams": list(map(str, streams)),
    }
    with _ONE_AT_A_TIME:
        warm = _warm()
        assert warm.stdin is not None
        assert warm.stdout is not None
        print(json.dumps(call), file=warm.stdin, flush=True)
        return int(warm.stdout.readline())


@cache
def _warm() -> "subprocess.Popen[str]":
    """The process that makes the imports, once for all tests of this process."""
    started = subprocess.Popen(
        [sys.executable, "-P", str(Path(__file__).with_name("warm.py"))],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(started.communicate)
    return started
