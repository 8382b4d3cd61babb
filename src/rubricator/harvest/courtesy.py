"""When a source asks to be left alone for a while, all requests to it wait."""

import logging
import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

log = logging.getLogger(__name__)

_LONGEST_REST = 10**8
"""Seconds, three years: longer ones are no dates that anybody plans with."""


class Pause:
    """Until when a source wants to be left alone. Threads share one."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def ask_for(self, seconds: float) -> None:
        with self._lock:
            self._until = max(self._until, time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds, 0.0 if it may be asked."""
        return max(self._until - time.monotonic(), 0.0)


class Notices:
    """Tells waits that are worth it: those longer than ``least`` seconds, and more than twice as long as what is left
    of one already told.

    Threads share one, so that several requests that wait for the same thing say it once.
    """

    def __init__(self, least: float) -> None:
        self._least = least
        self._told_until = 0.0
        self._lock = threading.Lock()

    def tell(self, why: str, seconds: float, attempt: int, tries: int) -> None:
        """Log a wait that begins now, before try number ``attempt`` of ``tries``, if it is news; ``why`` says how long
        it is, and has no full stop."""
        now = time.monotonic()
        with self._lock:
            if seconds <= max(self._least, 2 * (self._told_until - now)):
                return
            self._told_until = now + seconds
        log.warning("%s (try %d of %d).", why, attempt, tries)


def rest_asked_for(retry_after: str, date: str, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header means (RFC 9110, section 10.2.3); None if it means nothing.

    A moment counts from the source's own ``Date``, whose clock it is by, else from ``now``.
    """
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(min(int(text[:10]), _LONGEST_REST))
    moment = _moment(text)
    if moment is None:
        return None
    seconds = (moment - (_moment(date) or now)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_REST)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
