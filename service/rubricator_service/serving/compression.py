"""Sends text as zstd or gzip to whoever takes it. A broken answer stays broken: its coding is never ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.wsgi import ClosingIterator

from rubricator_service.serving.coding import coded, coding_for

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SMALLEST = 512
"""Bytes of an answer below which coding it saves nothing."""
LARGEST_WHOLE = 2**20
"""Bytes up to which an answer of known length is coded in memory, so that its length is known again."""

_TEXTS = ("application/json", "application/xml", "application/n-triples", "application/n-quads", "application/trig",
          "application/javascript", "image/svg+xml")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compressed:
    """WSGI middleware.

    Each coding is a representation of its own: its ETag ends in ``-gzip`` or ``-zstd``, and an If-None-Match that names
    it is understood. Left alone are images and archives, parts of files, what is coded already, and what is tiny.
    """

    application: "WSGIApplication"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        coding = coding_for(environ.get("HTTP_ACCEPT_ENCODING"))
        asked = environ.get("HTTP_IF_NONE_MATCH", "")
        if coding is not None and asked:
            environ["HTTP_IF_NONE_MATCH"] = asked.replace(f'-{coding}"', '"')
        started: list[tuple[str, Headers, object]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            started[:] = [(status, Headers(headers), exc_info)]
            return _refuse_write

        body = self.application(environ, start)  # type: ignore[arg-type]
        status, headers, exc_info = started[0]
        if status.startswith("304"):
            headers["Vary"] = _with_encoding(headers.get("Vary"))  # whoever keeps the answer replaces what it had
            etag = headers.get("ETag", "")
            if coding is not None and _of_coding(etag, coding) in asked:
                headers["ETag"] = _of_coding(etag, coding)
        elif _is_text(status, headers):
            headers["Vary"] = _with_encoding(headers.get("Vary"))
            if coding is not None:
                body = _coded(body, headers, coding, environ["REQUEST_METHOD"])
        start_response(status, list(headers), exc_info)  # type: ignore[arg-type]
        return body


def _coded(body: Iterable[bytes], headers: Headers, coding: str, method: str) -> Iterable[bytes]:
    close = getattr(body, "close", lambda: None)
    length = headers.get("Content-Length", type=int)
    headers["Content-Encoding"] = coding
    if "ETag" in headers:
        headers["ETag"] = _of_coding(headers["ETag"], coding)
    if method == "HEAD":  # what is there to be sent is not known here
        headers.pop("Content-Length", None)
        return body
    if length is None or length > LARGEST_WHOLE:
        headers.pop("Content-Length", None)
        return ClosingIterator(coded(body, coding), [close])
    try:
        whole = b"".join(coded(body, coding))
    finally:
        close()
    headers["Content-Length"] = str(len(whole))
    return [whole]


def _is_text(status: str, headers: Headers) -> bool:
    if not status.startswith(("2", "4")) or status.startswith(("204", "206")):
        return False
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    text = kind.startswith("text/") or kind.endswith(("+json", "+xml")) or kind in _TEXTS
    length = headers.get("Content-Length", type=int)
    tiny = length is not None and length < SMALLEST
    kept_as_it_is = "Content-Encoding" in headers or "no-transform" in headers.get("Cache-Control", "")
    return text and not tiny and not kept_as_it_is


def _of_coding(etag: str, coding: str) -> str:
    return f'{etag[:-1]}-{coding}"' if etag.endswith('"') else etag


def _with_encoding(vary: str | None) -> str:
    return f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"


def _refuse_write(_data: bytes) -> object:
    raise NotImplementedError("answers are returned, not written")
