"""One job of a kind at a time on a data directory: two enrichments would end one run twice,
two harvests leave two versions of one record in its graph."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from rubricator.errors import RubricatorError
from rubricator.settings import Settings


class JobRunning(RubricatorError):
    """Another process does the same job on this data directory."""

    status = 409
    title = "Job already running"
    slug = "job-running"
    exit_code = 3


@contextmanager
def sole_job(settings: Settings, name: str) -> Iterator[None]:
    """Hold the job ``name`` while the context lasts, however the process ends. Raises JobRunning, naming the holder."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / f"{name}.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise JobRunning(
                f"Another `rubricator {name}` (process {holder}) is at work on {settings.data_dir}: "
                "wait until it ends, or use another data directory."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def is_running(settings: Settings, name: str) -> bool:
    """Whether a process holds the job ``name``."""
    lock = settings.data_dir / f"{name}.lock"
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
