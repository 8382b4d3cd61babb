import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import IOBase

import pytest

from rubricator.cli.interrupt import check_interrupted, interruptible
from rubricator.cli.progress import progress_bar

SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    with interruptible():
        yield


class Unclosed(IOBase):
    """A file that is interrupted while it is being finalized."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self.close = interrupt  # type: ignore[method-assign]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_interrupts(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


@pytest.mark.parametrize("number", SIGNALS)
def test_work_whose_interrupt_was_lost_in_a_finalizer_ends_where_it_tells_its_progress(number: signal.Signals) -> None:
    with progress_bar("Counting", "sheep", "sheep") as progress:
        progress(1)
        Unclosed(lambda: signal.raise_signal(number))
        with pytest.raises(KeyboardInterrupt):
            progress(2)


def test_a_plain_line_says_how_far_interrupted_work_has_come(capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(KeyboardInterrupt), progress_bar("Counting", "sheep", "sheep") as progress:
        progress(2, 9)
        signal.raise_signal(signal.SIGINT)

    assert "Counting: 2 of 9 sheep\n" == capsys.readouterr().err


def test_what_was_interrupted_before_is_forgotten() -> None:
    with suppress(KeyboardInterrupt), interruptible():
        signal.raise_signal(signal.SIGINT)

    check_interrupted()


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible():
            signal.raise_signal(signal.SIGINT)
            check_interrupted()
    finally:
        signal.signal(signal.SIGINT, before)
