"""Ctrl-C and SIGTERM: both raise KeyboardInterrupt, and are remembered in case it gets lost.

Python drops what a finalizer raises, and a signal may arrive while one runs; those of files drop it without a word.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_asked: list[int] = []
"""The signals that came."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Within the context both signals interrupt. Call it in the main thread.

    A SIGINT that whoever started this process has it ignore stays ignored, as shells have it for what runs in the
    background of a script.
    """
    numbers = [signal.SIGTERM]
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        numbers.append(signal.SIGINT)
    before = {number: signal.signal(number, _interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _asked.clear()


def check_interrupted() -> None:
    """Raises KeyboardInterrupt if the process was asked to end and goes on all the same."""
    if _asked:
        raise KeyboardInterrupt


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _asked.append(number)
    raise KeyboardInterrupt
