"""Store and web server under one parent, which stops both: on Ctrl-C, on SIGTERM, and when one of them is gone."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr

from rubricator.errors import RubricatorError, StoreUnavailable
from rubricator.settings import Settings
from rubricator.store.endpoint import running
from rubricator.store.launch import running_store
from rubricator.store.lifeline import stop

LIFELINE = "UNTIL_STDIN_CLOSES"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
_POLL_SECONDS = 1.0
_HERE = ("localhost", "127.0.0.1", "::1")


class WebFailed(RubricatorError):
    """The web server could not be started, or ended by itself."""

    title = "Web server failed"
    slug = "web-failed"
    exit_code = 3


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Uses the store that runs, or starts one; never starts one before a foreign store.

    Raises WebFailed or StoreUnavailable when one of the two ends by itself; the other is stopped by then.
    """
    _refuse_taken_port(settings)
    store = running_store(settings) if settings.store_url is None else nullcontext()
    with _signals_as_exit(), store, _web(settings) as web:
        _wait_until_ready(settings, web)
        print(f"{_told(settings)} (Ctrl-C stops it).", flush=True)
        while True:
            try:
                web.wait(_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                if settings.store_url is None and running(settings) is None:
                    raise StoreUnavailable("The store has stopped, so the web server was stopped too.") from None
            else:
                raise WebFailed(f"The web server ended with status {web.returncode}; its messages stand above.")


def where_iris_lead(settings: Settings) -> Settings:
    """With the port of the base, where both it and what is served name this machine, and nobody set another."""
    base = urlsplit(settings.base)
    here = base.scheme == "http" and base.hostname in _HERE and settings.host in _HERE
    if "port" in settings.model_fields_set or not here or base.port is None:
        return settings
    return settings.model_copy(update={"port": base.port})


def _told(settings: Settings) -> str:
    """Where the pages are and, where they say otherwise, the IRIs."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}{urlsplit(settings.iris.base).path}"
    if address == settings.iris.base:
        return f"Rubricator answers at {address}/"
    return f"Rubricator answers at {address}/, for IRIs that begin with {settings.iris.base}/"


def _refuse_taken_port(settings: Settings) -> None:
    """Say so now: later the other server would answer in place of ours."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise WebFailed(
                f"Port {settings.port} of {settings.host} cannot be had ({error.strerror}): choose another with --port."
            ) from error


@contextmanager
def _signals_as_exit() -> Iterator[None]:
    """Within the context, SIGINT and SIGTERM leave it; it swallows that exit, which was asked for.

    Only the first does: a second one would leave behind what the first is about to stop.
    """

    class Stopped(BaseException):
        pass

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except Stopped:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _web(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "rubricator_service.serving.server"],
        stdin=subprocess.PIPE,  # closes when this process dies, however it dies
        env={**os.environ, **_environment(settings), LIFELINE: "1"},
        start_new_session=True,  # Ctrl-C reaches this process only, which stops the web server first, the store last
    )
    try:
        yield child
    finally:
        stop(child, STOP_SECONDS)


def _wait_until_ready(settings: Settings, web: subprocess.Popen[bytes]) -> None:
    """Return once the address answers."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - compared, not bound
    for _ in range(round(START_SECONDS / 0.1)):
        try:
            requests.get(f"http://{host}:{settings.port}/healthz", timeout=_POLL_SECONDS)
        except requests.RequestException:
            try:
                web.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            raise WebFailed(f"The web server ended with status {web.returncode}; its messages stand above.") from None
        else:
            return
    raise WebFailed(f"The web server did not answer within {START_SECONDS:.0f} s.")


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as a child process reads them."""
    given = {name: getattr(settings, name) for name in type(settings).model_fields}
    return {f"RUBRICATOR_{name.upper()}": _spelled(value) for name, value in given.items() if value is not None}


def _spelled(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
