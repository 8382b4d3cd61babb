"""Finds the writer of a data directory, or starts one as a child that outlives its parent for its guests only."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.request import getproxies_environment

from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from rubricator.errors import StoreUnavailable
from rubricator.settings import Settings
from rubricator.store.directory import check_base, store_directory
from rubricator.store.endpoint import Endpoint, running
from rubricator.store.guests import Guest, has_guests
from rubricator.store.lifeline import stop

START_SECONDS = 60.0
STOP_SECONDS = 30.0
GRACE_SECONDS = 1.0
_POLL_SECONDS = 0.02


@contextmanager
def running_store(settings: Settings) -> Iterator[str]:
    """The URL of the data directory's writer; one that had to be started ends when the last that use it have left.

    Raises StoreUnavailable if none can be started, UsageError if the store was made for other IRIs.
    """
    check_base(settings)
    directory = store_directory(settings)
    with Guest(directory) as guest:
        found = running(settings)
        if found is not None:
            yield found.url
            return
        with TemporaryFile() as complaints:
            child = _start(settings, complaints)
            try:
                url = _ready(settings, child, complaints).url
                check_base(settings)  # the writer may be that of a command which was faster
                yield url
            finally:
                guest.leave()
                _release(child, directory)


def bypass_proxies() -> None:
    """Keep urllib and requests from sending what is meant for this machine to a proxy of the environment."""
    exceptions = getproxies_environment().get("no", "")
    if "127.0.0.1" not in exceptions:
        os.environ["no_proxy"] = ",".join(filter(None, (exceptions, "127.0.0.1")))


def _start(settings: Settings, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name.upper() != "RUBRICATOR_STORE_URL"}
    environment |= {
        "RUBRICATOR_DATA_DIR": str(settings.data_dir.absolute()),
        "RUBRICATOR_BASE": settings.iris.base,
        "RUBRICATOR_SNAPSHOT_INTERVAL": str(settings.snapshot_interval),
        "RUBRICATOR_READ_ONLY": str(settings.read_only),
        "RUBRICATOR_LOG_LEVEL": "WARNING",
    }
    if settings.store_token is not None:
        environment["RUBRICATOR_STORE_TOKEN"] = settings.store_token.get_secret_value()
    return subprocess.Popen(
        [sys.executable, "-m", "rubricator.store.server", "--until-stdin-closes"],
        stdin=subprocess.PIPE,  # closes when this process dies, however it dies
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        env=environment,
        start_new_session=True,  # Ctrl-C reaches the command only, which stops its store last
    )


def _release(child: subprocess.Popen[bytes], directory: Path) -> None:
    """Let the child end, and wait until it has, unless others use it: then it ends with the last of them."""
    if child.stdin is not None:
        child.stdin.close()
    began = time.monotonic()
    while child.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            child.wait(_POLL_SECONDS)
        waited = time.monotonic() - began
        if waited > GRACE_SECONDS and has_guests(directory):
            child.returncode = 0  # it is theirs now; this process must not reap or complain of it
        elif waited > STOP_SECONDS:
            stop(child, 0)


def _ready(settings: Settings, child: subprocess.Popen[bytes], complaints: IO[bytes]) -> Endpoint:
    """The writer once it answers: the child, or that of another command which was faster."""

    def look() -> Endpoint | None:
        found = running(settings)
        if found is None and child.poll() not in (None, StoreUnavailable.exit_code):
            raise StoreUnavailable(f"The store could not be started: {_last_line(complaints)}")
        return found

    attempts = Retrying(
        retry=retry_if_result(lambda found: found is None),
        stop=stop_after_delay(START_SECONDS),
        wait=wait_fixed(_POLL_SECONDS),
    )
    try:
        found: Endpoint | None = attempts(look)
    except RetryError:
        found = None
    if found is None:
        raise StoreUnavailable(f"The store did not start within {START_SECONDS:.0f} s: {_last_line(complaints)}")
    return found


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
