"""How the writer of a data directory is found: its lock, its token and the file that names its URL."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rubricator.errors import StoreUnavailable
from rubricator.settings import Settings
from rubricator.store.directory import store_directory

HEALTH_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A writer that said it was ready: ``url`` without a slash at its end, and its process."""

    url: str
    pid: int


@contextmanager
def sole_writer(settings: Settings) -> Iterator[None]:
    """Hold the data directory's store.

    Raises StoreUnavailable if it cannot be written or, naming the holder, if another process has it.
    """
    with (store_directory(settings) / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StoreUnavailable(
                f"The store in {settings.store_dir} is already open in process {lock.read().strip() or 'unknown'}: "
                "stop that process, or use another data directory."
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def store_token(settings: Settings) -> str:
    """The token of the settings, else that of the data directory: made on first use, for its owner only to read."""
    if settings.store_token is not None:
        return settings.store_token.get_secret_value()
    path = settings.store_dir / "token"
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    store_directory(settings)
    draft = path.with_name(f"token.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(32))
    with suppress(FileExistsError):
        path.hardlink_to(draft)  # unlike a rename, never over the token of somebody faster
    draft.unlink()
    return path.read_text().strip()


@contextmanager
def announced(settings: Settings, endpoint: Endpoint) -> Iterator[None]:
    """Let others find this writer, for as long as the context lasts."""
    path = _file(settings)
    draft = path.with_name("endpoint.draft")
    draft.write_text(json.dumps({"url": endpoint.url, "pid": endpoint.pid}))
    draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def running(settings: Settings) -> Endpoint | None:
    """The writer of the data directory, if one answers. A file left by a dead one is not trusted."""
    import requests  # the writer itself asks nobody, and starts sooner without

    try:
        found = json.loads(_file(settings).read_text())
        endpoint = Endpoint(str(found["url"]), int(found["pid"]))
        answer = requests.get(f"{endpoint.url}/healthz", timeout=HEALTH_TIMEOUT).json()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return endpoint if isinstance(answer, dict) and answer.get("pid") == endpoint.pid else None


def _file(settings: Settings) -> Path:
    return settings.store_dir / "endpoint.json"
