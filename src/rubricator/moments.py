"""Moments as people write them on a command line: one form for all options."""

from datetime import UTC, datetime

from rubricator.errors import UsageError


def given_moment(text: str, option: str) -> datetime:
    """A moment of UTC: a day (``2026-11-25``, which is its start), or a date and time, of UTC where no zone is given.

    Raises UsageError, which names the option.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no moment for {option}; write a day such as 2026-11-25, or 2026-11-25T12:00Z."
        ) from error
    except OverflowError as error:
        raise UsageError(f"{text!r} for {option} is in no year of UTC; write a day such as 2026-11-25.") from error
