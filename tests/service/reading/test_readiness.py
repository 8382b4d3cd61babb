"""However many want to know whether the service is ready, its readers are asked now and then."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from rubricator.store.errors import ReadersBusy
from rubricator_service.reading.readiness import LASTS_SECONDS, Readiness


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def failing(times: list[float], clock: Clock) -> Callable[[], None]:
    def ask() -> None:
        times.append(clock.now)
        if clock.now < LASTS_SECONDS:
            raise ReadersBusy("Not yet.")

    return ask


def test_what_was_found_is_told_for_a_second_and_then_asked_again() -> None:
    clock, times = Clock(), list[float]()
    readiness = Readiness(failing(times, clock), clock)

    for _ in range(3):
        with pytest.raises(ReadersBusy):
            readiness.confirm()
    for clock.now in (LASTS_SECONDS, LASTS_SECONDS + 0.5):
        readiness.confirm()
    assert [0.0, LASTS_SECONDS] == times


def test_whoever_comes_while_readers_are_asked_waits_for_that_answer() -> None:
    may_answer, times = Event(), list[float]()

    def ask() -> None:
        times.append(0.0)
        assert may_answer.wait(10)

    readiness = Readiness(ask)
    with ThreadPoolExecutor(5) as threads:
        told = [threads.submit(readiness.confirm) for _ in range(5)]
        may_answer.set()
        assert [None] * 5 == [each.result(10) for each in told]
    assert 1 == len(times)
