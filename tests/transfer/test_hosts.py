"""Hosts that do not answer are left alone for a while, and only they."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from rubricator.transfer import SilentHosts, TransferError
from rubricator.transfer.errors import Code


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def silent(clock: Clock) -> SilentHosts:
    return SilentHosts(patience=3, cool_down=60.0, clock=clock)


def ask(silent: SilentHosts, host: str, code: Code | None = None) -> bool:
    """Whether the host was asked at all, if it answers with this failure or, without one, well."""
    asked = False
    try:
        with silent.asking(host):
            asked = True
            if code:
                raise TransferError(code, "So it went.")
    except TransferError:
        pass
    return asked


def test_three_silences_in_a_row_are_enough(silent: SilentHosts) -> None:
    assert [True, True, True, False] == [ask(silent, "a", "timeout") for _ in range(4)]
    assert ask(silent, "b")


def test_an_answer_in_between_begins_the_count_anew(silent: SilentHosts) -> None:
    failures: list[Code | None] = ["timeout", "unreachable", None, "timeout", "unreachable"]

    assert [True] * 6 == [ask(silent, "a", failure) for failure in [*failures, None]]


def test_a_refusal_is_an_answer(silent: SilentHosts) -> None:
    assert [True] * 5 == [ask(silent, "a", "private-address") for _ in range(5)]


def test_after_the_pause_it_is_asked_once_and_then_left_alone_again(silent: SilentHosts, clock: Clock) -> None:
    for _ in range(3):
        ask(silent, "a", "unreachable")
    clock.now = 61.0

    assert [True, False] == [ask(silent, "a", "unreachable") for _ in range(2)]
    clock.now = 122.0
    assert [True, True] == [ask(silent, "a"), ask(silent, "a", "timeout")]


def test_the_message_says_why_it_is_not_asked(silent: SilentHosts) -> None:
    for _ in range(3):
        ask(silent, "museum.example", "timeout")

    message = "left alone for 60 seconds; the last time: So it went"
    with pytest.raises(TransferError, match=message) as caught, silent.asking("museum.example"):
        pytest.fail("It was asked.")
    assert "timeout" == caught.value.code


def test_threads_count_together(silent: SilentHosts) -> None:
    with ThreadPoolExecutor(4) as threads:
        asked = list(threads.map(lambda _: ask(silent, "a", "timeout"), range(100)))

    assert 3 <= sum(asked) <= 6
    assert not ask(silent, "a")
