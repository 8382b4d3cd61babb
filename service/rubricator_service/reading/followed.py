"""What can be told only by reading much of the store: read again once the view has changed, not for every visitor."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from rubricator.errors import RubricatorError

T = TypeVar("T")

_SHARE = 20
"""One part in so many of the time goes into reading, however fast the view changes."""
_QUICK = 0.25
"""What takes fewer seconds than this is read at every change of the view: those come about once a second."""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What was read, and of which revision of the view."""

    revision: str
    value: T


class Followed(Generic[T]):
    """Follows the view, at a distance where reading takes long. Thread-safe.

    While somebody reads anew, all others get what was found last; so does everybody where reading fails.
    """

    def __init__(
        self, revision: Callable[[], str], read: Callable[[], T], clock: Callable[[], float] = monotonic
    ) -> None:
        self._revision = revision
        self._read = read
        self._clock = clock
        self._lock = Lock()
        self._found: Found[T] | None = None
        self._due = 0.0

    def get(self) -> Found[T]:
        """What was found last. Raises what reading raises, where nothing was found yet."""
        revision, found = self._revision(), self._found
        if found is None:
            with self._lock:
                return self._read_anew()
        if found.revision == revision or self._clock() < self._due or not self._lock.acquire(blocking=False):
            return found
        try:
            return self._read_anew()
        finally:
            self._lock.release()

    def _read_anew(self) -> Found[T]:
        revision = self._revision()
        if self._found is not None and self._found.revision == revision:
            return self._found  # by whoever this one waited for
        began = self._clock()
        try:
            self._found = Found(revision, self._read())
        except RubricatorError:
            if self._found is None:
                raise
        took = self._clock() - began
        self._due = began + took * (_SHARE if took > _QUICK else 1)
        return self._found
