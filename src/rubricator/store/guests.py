"""Who uses the store: a writer that a command started for itself ends with its last guest, not with that command.

A guest holds a shared lock on one file for as long as it uses the store; the kernel lets go of it however the guest
ends. The writer that wants to end takes the lock for itself, and keeps it until it is gone.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class Guest:
    """A context in which the writer of a store directory stays. Entering waits for a writer that is on its way out."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "guests"
        self._lock = -1

    def __enter__(self) -> Self:
        self._lock = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_SH)
        return self

    def leave(self) -> None:
        """Stop being a guest; leaving twice is no error."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


def has_guests(directory: Path) -> bool:
    """Whether the writer has not shut its door: somebody uses it, or it has not got round to it."""
    lock = os.open(directory / "guests", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def wait_for_the_last_guest(directory: Path) -> None:
    """Return when nobody uses the store; nobody can from then on, until this process is gone."""
    fcntl.flock(os.open(directory / "guests", os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
