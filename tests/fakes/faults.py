"""How a web service misbehaves: each fault takes the answer that would have been right and gives another."""

import gzip
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

from flask import Response, redirect
from werkzeug import Response as AnyResponse

Fault = Callable[[Response], AnyResponse]


def busy(seconds: int = 0) -> Fault:
    """429, to be asked again after so many seconds."""
    return lambda _: Response("Too many requests", 429, {"Retry-After": str(seconds)})


def busy_until(seconds: int = 0) -> Fault:
    """429 with a date in place of seconds."""
    return lambda _: Response(
        "Too many requests",
        429,
        {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)},
    )


def status(code: int, body: str = "", media_type: str = "text/html", **headers: str) -> Fault:
    """An answer with nothing to say but its status."""
    return lambda _: Response(body, code, headers, mimetype=media_type)


def html(_: Response) -> Response:
    """A page of some gateway, with a status that says that all is well."""
    return Response("<!DOCTYPE html><html><title>Bad gateway</title><h1>Back soon</h1></html>", mimetype="text/html")


def cut_off(right: Response) -> Response:
    """Half of what was announced, then the connection is closed."""
    body = right.get_data()
    return Response(
        iter([body[: len(body) // 2]]), right.status_code, {**right.headers, "Content-Length": str(len(body))}
    )


def half(right: Response) -> Response:
    """Half of the body, which the headers call the whole."""
    body = right.get_data()
    right.set_data(body[: len(body) // 2])
    return right


def wrong_charset(right: Response) -> Response:
    """Latin-1 bytes that are said to be UTF-8."""
    right.set_data(right.get_data().decode().encode("latin-1", "xmlcharrefreplace"))
    right.headers["Content-Type"] = f"{right.mimetype}; charset=UTF-8"
    return right


def silent(stopping: threading.Event) -> Fault:
    """Says nothing until ``stopping`` is set."""

    def wait(right: Response) -> Response:
        stopping.wait(60)
        return right

    return wait


def redirected(to: str) -> Fault:
    """302 to another address, such as a private one."""
    return lambda _: redirect(to)


def gzip_bomb(right: Response) -> Response:
    """128 MiB of blanks in a few kilobytes."""
    headers = {"Content-Encoding": "gzip", "Content-Type": right.headers["Content-Type"]}
    return Response(_bomb(), right.status_code, headers)


def aside(happen: Callable[[], object]) -> Fault:
    """The right answer, while something happens."""

    def answer(right: Response) -> Response:
        happen()
        return right

    return answer


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    return gzip.compress(b" " * 2**27, 6)
