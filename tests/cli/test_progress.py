"""What a terminal shows while work goes on: the bar, and above it what is logged meanwhile."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

from rubricator.cli.progress import progress_bar
from rubricator.settings import Settings
from tests.fakes.program import environment

COLUMNS = 80
COLOURS_AND_CURSOR = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[hl]")
WORK = """
import logging, os, threading
from rubricator.cli.progress import progress_bar
from rubricator.log import configure_logging
from rubricator.settings import load_settings

configure_logging(load_settings())
warn = logging.getLogger("rubricator.harvest").warning
with progress_bar("Harvesting", "record") as progress:
    progress(3, 9)
    thread = threading.Thread(target=warn, args=("museum.example asks to wait %d s; going on then.", 30))
    thread.start()
    thread.join()
    progress(4, 9)
    warn("A warning of more than one line: " + "blah " * 30)
    {end}
"""


def screen(work: str, settings: Settings) -> list[str]:
    """The lines that a terminal shows after a Python program has written to it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    variables = environment(settings) | {"TERM": "xterm"}
    with (
        subprocess.Popen([sys.executable, "-c", work], stdin=theirs, stdout=theirs, stderr=theirs, env=variables),
        os.fdopen(ours, "rb", 0) as terminal,
    ):
        os.close(theirs)
        written = b"".join(iter(lambda: _read(terminal.fileno()), b"")).decode()
    lines = [""]
    for part in re.split(r"(\r\n|\r|\x1b\[2K|\x1b\[1A)", COLOURS_AND_CURSOR.sub("", written)):
        if part == "\r\n":
            lines.append("")
        elif part == "\x1b[1A":
            lines.pop()
        elif part == "\x1b[2K":
            lines[-1] = ""
        elif part != "\r":
            assert "\x1b" not in part
            lines[-1] += part
    return [line.rstrip() for line in lines]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux's way to say that nobody has it open any more
        return b""


def test_a_warning_stands_whole_above_the_bar_which_goes_on(settings: Settings) -> None:
    *warnings, bar = screen(WORK.format(end="os._exit(0)"), settings)

    assert re.match(r". Harvesting ━+ ", bar)
    assert not [line for line in warnings if "━" in line]
    said = " ".join(warnings)
    assert "warning" in warnings[0]
    assert "museum.example asks to wait 30 s; going on then." in said
    assert 30 == said.count("blah")


def test_the_bar_goes_when_the_work_is_done_and_the_warnings_stay(settings: Settings) -> None:
    lines = screen(WORK.format(end="pass"), settings)

    assert "" == lines[-1]
    assert not [line for line in lines if "━" in line]
    assert 30 == " ".join(lines).count("blah")


def test_a_pipe_gets_a_plain_line_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Counting", "sheep", "sheep") as progress:
        for number in range(4):
            progress(number, 3)

    assert "Counting: 3 of 3 sheep\n" == capsys.readouterr().err
