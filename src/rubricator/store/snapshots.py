"""Immutable snapshots of the store: the writer takes them, readers hold them. Only the standard library is needed here.

``snapshots/{revision}/db`` is a read-only Oxigraph directory, ``snapshots/{revision}/lock`` a file that each of its
readers holds a shared lock on, and ``snapshots/current`` a link to the newest. Revisions sort by age.
"""

import fcntl
import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

CURRENT = "current"
_HALF_MADE = ".half-made"
_STAMP = "%Y%m%dT%H%M%S.%fZ"
_STAMP_LENGTH = len("20261125T120000.000000Z")

log = logging.getLogger(__name__)


class Unsettled(Exception):
    """The store is between two states: what is published is being corrected, and no copy of it may be read."""


class Held:
    """A snapshot that cannot vanish while this object is open."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.revision = path.name
        self.database = path / "db"
        self._descriptor = descriptor

    def close(self) -> None:
        os.close(self._descriptor)


def current_revision(directory: Path) -> str | None:
    """The newest revision in ``directory``, or None where no snapshot was ever taken."""
    try:
        link = os.readlink(f"{directory}/{CURRENT}")  # noqa: PTH115 - asked for each request, in a quarter of the time
        return link.rpartition("/")[2]
    except OSError:
        return None


def moment_of(revision: str) -> datetime:
    """When the snapshot of this name was taken. Raises ValueError for what names none."""
    return datetime.strptime(revision[:_STAMP_LENGTH], _STAMP).replace(tzinfo=UTC)


def hold_current(directory: Path) -> Held | None:
    """Hold the newest snapshot in ``directory``; None where there is none."""
    while revision := current_revision(directory):
        path = directory / revision
        try:
            descriptor = os.open(path / "lock", os.O_RDONLY)
        except FileNotFoundError:
            if current_revision(directory) == revision:
                return None
            continue  # replaced and deleted since the link was read
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_nlink:
                return Held(path, descriptor)
        os.close(descriptor)
    return None


class SnapshotKeeper:
    """Takes a snapshot after commits, at most one every ``interval`` seconds, and deletes those nobody reads."""

    def __init__(self, directory: Path, backup: Callable[[Path], None], interval: float) -> None:
        """``backup`` writes a consistent copy of the store to a path that does not exist yet.

        While it raises Unsettled, readers keep the last snapshot.
        """
        self._directory = directory
        self._backup = backup
        self._interval = interval
        self._changed = Event()
        self._wake = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._keep, name="snapshots", daemon=True)

    def start(self) -> None:
        """Take the first snapshot, so that readers find one, and go on in the background."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._take_if_settled()
        self._thread.start()

    def touch(self) -> None:
        """Say that something was committed."""
        self._changed.set()
        self._wake.set()

    def close(self) -> None:
        """Stop, with a last snapshot if the newest is out of date."""
        self._stopped.set()
        self._wake.set()
        self._thread.join()
        if self._changed.is_set():
            self._take_if_settled()
        self.prune()

    def take(self) -> str:
        """Take a snapshot now and make it the current one. Returns its revision. Raises Unsettled."""
        self._changed.clear()
        half_made = self._directory / _HALF_MADE
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir()
        self._backup(half_made / "db")
        (half_made / "lock").touch()
        revision = self._next_revision()
        half_made.rename(self._directory / revision)
        link = self._directory / ".next"
        link.unlink(missing_ok=True)
        link.symlink_to(revision)
        link.replace(self._directory / CURRENT)
        self.prune()
        return revision

    def prune(self) -> None:
        """Delete the snapshots that are neither current nor read."""
        keep = {CURRENT, current_revision(self._directory)}
        for path in self._directory.iterdir():
            if path.name not in keep:
                _delete_unless_read(path)

    def _keep(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(self._interval)
            self._wake.clear()
            try:
                if self._changed.is_set():
                    self._take_if_settled()
                else:
                    self.prune()
            except OSError:
                log.exception("The snapshot failed; readers keep the last one.")
                self._changed.set()
            self._stopped.wait(self._interval)

    def _take_if_settled(self) -> None:
        try:
            self.take()
        except Unsettled:
            self._changed.set()

    def _next_revision(self) -> str:
        """The time in UTC, or just after the last one where the clock went back: names stay as long as they are."""
        moment = datetime.now(UTC)
        if last := current_revision(self._directory):
            moment = max(moment, moment_of(last) + timedelta(microseconds=1))
        return moment.strftime(_STAMP)


def _delete_unless_read(path: Path) -> None:
    lock = path / "lock"
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except OSError:  # left half made or half deleted by a writer that was killed
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path / "db", ignore_errors=True)
        lock.unlink()
        path.rmdir()
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)
