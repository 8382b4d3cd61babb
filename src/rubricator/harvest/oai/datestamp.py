"""Moments in the granularity of a repository (OAI-PMH 2.0, section 3.3)."""

from rubricator.moments import given_moment

_DAY = len("YYYY-MM-DD")


def given_datestamp(text: str, option: str) -> str:
    """What a user means, as a day (``2026-11-22``) or a moment of UTC (``2026-11-22T08:00:00Z``).

    Raises UsageError that names the option.
    """
    moment = given_moment(text, option)
    return f"{moment:%Y-%m-%d}" if len(text.strip()) == _DAY else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def first_moment(datestamp: str, in_seconds: bool) -> str:
    """The datestamp as ``from``: a repository that knows days only is asked from the start of the day."""
    if in_seconds:
        return datestamp if len(datestamp) > _DAY else f"{datestamp}T00:00:00Z"
    return datestamp[:_DAY]


def last_moment(datestamp: str, in_seconds: bool) -> str:
    """The datestamp as ``until``, which is included: a day lasts until its end."""
    if in_seconds:
        return datestamp if len(datestamp) > _DAY else f"{datestamp}T23:59:59Z"
    return datestamp[:_DAY]
