"""How long a source wants to be left alone."""

from datetime import UTC, datetime

import pytest

from rubricator.harvest.courtesy import Notices, Pause, rest_asked_for

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DATE = "Sun, 22 Nov 2026 12:00:30 GMT"


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60.0),
        ("Sunday, 22-Nov-26 12:01:00 GMT", 60.0),
        ("Sun Nov 22 12:01:00 2026", 60.0),
        ("Sun, 22 Nov 2026 12:01:00 -0000", 60.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 5000, 1e8),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 1e8),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("²", None),
        ("Sun, 99 Nov 2026 12:01:00 GMT", None),
        ("Sun, 22 Nov 2026 12:01:00 +99999999999999999999", None),
    ],
)
def test_seconds_and_dates_are_understood_and_nothing_else(retry_after: str, seconds: float | None) -> None:
    assert seconds == rest_asked_for(retry_after, "", NOON)


def test_a_date_counts_from_the_sources_own_clock() -> None:
    assert 30.0 == rest_asked_for("Sun, 22 Nov 2026 12:01:00 GMT", DATE, NOON)
    assert 60.0 == rest_asked_for("Sun, 22 Nov 2026 12:01:00 GMT", "no date", NOON)


def test_the_longest_pause_holds() -> None:
    pause = Pause()
    assert 0.0 == pause.left()

    pause.ask_for(100.0)
    pause.ask_for(1.0)

    assert 99.0 < pause.left() <= 100.0


def test_a_wait_is_told_if_it_is_long_and_not_part_of_one_already_told(caplog: pytest.LogCaptureFixture) -> None:
    notices = Notices(least=2.0)

    for attempt, seconds in enumerate((1.0, 30.0, 40.0, 80.0), 2):
        notices.tell(f"Asked again in {seconds:.0f} s", seconds, attempt, 7)

    assert ["Asked again in 30 s (try 3 of 7).", "Asked again in 80 s (try 5 of 7)."] == caplog.messages
