"""One job of a kind at a time on a data directory: two enrichments would end one run twice,
two harvests leave two versions of one record in its graph."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rubricator.errors import RubricatorError
from rubricator.settings import Settings

_TRIALS, _PAUSE = 5, 0.02


class JobRunning(RubricatorError):
    """Another process does the same job on this data directory."""

    status = 409
    title = "Job already running"
    slug = "job-running"
    exit_code = 3


@contextmanager
def sole_job(settings: Settings, name: str) -> Iterator[Callable[[str], None]]:
    """Hold the job ``name`` while the context lasts, however the process ends. Raises JobRunning, naming the holder.

    Gives a function by which the job tells others what it is busy with, for ``busy_with``.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with _lock(settings, name).open("a+") as lock:
        if not _held(lock):
            holder, _ = _written(settings, name)
            raise JobRunning(
                f"Another `rubricator {name}` (process {holder or 'unknown'}) is at work on {settings.data_dir}: "
                "wait until it ends, or use another data directory."
            )

        def tell(task: str) -> None:
            lock.truncate(0)
            lock.write(f"{os.getpid()} {task}\n")
            lock.flush()

        tell("")
        yield tell


def _held(lock: IO[str]) -> bool:
    """Whether the lock could be taken; one that is shared for a moment belongs to somebody who asks ``is_running``."""
    for _ in range(_TRIALS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return True
    return False


def is_running(settings: Settings, name: str) -> bool:
    """Whether a process holds the job ``name``."""
    lock = _lock(settings, name)
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def busy_with(settings: Settings, name: str) -> str | None:
    """What the process that holds the job ``name`` has told that it is busy with; None if there is none."""
    return _written(settings, name)[1] or None if is_running(settings, name) else None


def _lock(settings: Settings, name: str) -> Path:
    return settings.data_dir / f"{name}.lock"


def _written(settings: Settings, name: str) -> tuple[str, str]:
    """Who holds the job, and what it is busy with."""
    holder, _, task = _lock(settings, name).read_text().strip().partition(" ")
    return holder, task
