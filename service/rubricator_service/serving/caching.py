"""Keeps small answers in memory, in front of everything that would make them again.

An answer is kept for one revision of the published view only. Whoever makes answers marks those that follow from it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers, ResponseCacheControl
from werkzeug.http import is_resource_modified, parse_cache_control_header
from werkzeug.wsgi import ClosingIterator

from rubricator_service.serving.coding import coding_for
from rubricator_service.serving.watching import NOTES, note

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REVISION = "rubricator.revision"
"""In the environment of a request: the revision of the view when it came; None where nobody knows it."""
OF_THE_VIEW = "rubricator.of-the-view"
"""In the environment of a request, once its answer is made: it follows from the address and the view alone."""
BEHIND = "rubricator.behind"
"""In the environment of a request: part of its answer was read from an earlier view, and may change while this one
stays."""

_ASKED_BY = {"accept": "HTTP_ACCEPT", "accept-language": "HTTP_ACCEPT_LANGUAGE", "prefer": "HTTP_PREFER"}
_KNOWN = {*_ASKED_BY, "accept-encoding"}
_KEPT_STATUS = ("200 ", "303 ")
_SHARE = 64  # no answer may take more than this part of the cache
_OVERHEAD = 1500  # bytes that an entry takes beside its key and body, about
_OF_A_BODY = ("content-length", "content-type", "content-encoding", "content-disposition")

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was sent."""

    status: str
    headers: list[tuple[str, str]]
    etag: str | None
    modified: str | None
    body: bytes
    notes: dict[str, str]


class Answers:
    """The kept answers of the newest revision, those that were asked for last. Thread-safe."""

    def __init__(self, capacity: int) -> None:
        """``capacity`` is in bytes."""
        self.capacity = capacity
        self.size = 0
        self._revision = ""
        self._kept = OrderedDict[Key, Kept]()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, revision: str, key: Key) -> Kept | None:
        with self._lock:
            if revision != self._revision or (kept := self._kept.get(key)) is None:
                return None
            self._kept.move_to_end(key)
            return kept

    def put(self, revision: str, key: Key, kept: Kept) -> None:
        with self._lock:
            if revision > self._revision:
                self._kept.clear()
                self._revision, self.size = revision, 0
            if revision != self._revision or key in self._kept:
                return
            self._kept[key] = kept
            self.size += _size(key, kept)
            while self.size > self.capacity:
                self.size -= _size(*self._kept.popitem(last=False))


class Cached:
    """WSGI middleware. ``revision`` tells that of the view now; it is asked before and after an answer is made.

    Errors, cookies, parts of files and what varies by a header that is not part of the key are never kept.
    """

    def __init__(self, application: "WSGIApplication", revision: Callable[[], str | None], capacity: int) -> None:
        self._application = application
        self._revision = revision
        self.answers = Answers(capacity)
        self.hits = self.misses = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        revision = environ[REVISION] = self._revision()
        if revision is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_RANGE" in environ:
            return self._application(environ, start_response)
        key = _key(environ)
        kept = self.answers.get(revision, key)
        if kept is None:
            self.misses += 1
            return self._made(environ, start_response, revision, key)
        self.hits += 1
        note(environ, **kept.notes)
        return _again(kept, environ, start_response)

    def find(self, environ: "WSGIEnvironment") -> Kept | None:
        """The kept answer to a GET request, of which ``environ`` tells the address and what is asked for."""
        revision = self._revision()
        kept = self.answers.get(revision, _key(environ)) if revision is not None else None
        if kept is not None:
            self.hits += 1
        return kept

    def _made(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", revision: str, key: Key
    ) -> Iterable[bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            started[:] = [(status, headers)]
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]

        body = self._application(environ, start)  # type: ignore[arg-type]
        if environ["REQUEST_METHOD"] == "HEAD" or not started or not environ.get(OF_THE_VIEW):
            return body
        status, headers = started[0]
        if not _may_be_kept(status, Headers(headers)):
            return body
        gathered = self._gathered(body, status, headers, environ.get(NOTES, {}), revision, key)
        return ClosingIterator(gathered, [getattr(body, "close", lambda: None)])

    def _gathered(
        self,
        body: Iterable[bytes],
        status: str,
        headers: list[tuple[str, str]],
        notes: dict[str, str],
        revision: str,
        key: Key,
    ) -> Iterator[bytes]:
        chunks, size = list[bytes](), 0
        most = self.answers.capacity // _SHARE
        for chunk in body:
            size += len(chunk)
            if size <= most:
                chunks.append(chunk)
            else:
                chunks.clear()
            yield chunk
        if size <= most and self._revision() == revision:
            whole = b"".join(chunks)
            known = Headers(headers)
            known["Content-Length"] = str(len(whole))
            known.remove("Date")  # the server tells it
            kept = Kept(status, list(known), known.get("ETag"), known.get("Last-Modified"), whole, dict(notes))
            self.answers.put(revision, key, kept)


def _key(environ: "WSGIEnvironment") -> Key:
    return (
        environ["PATH_INFO"],
        environ["QUERY_STRING"],
        coding_for(environ.get("HTTP_ACCEPT_ENCODING")),
        *(environ.get(name) for name in _ASKED_BY.values()),
    )


def _size(key: Key, kept: Kept) -> int:
    return _OVERHEAD + len(kept.body) + sum(len(part) for part in key if part)


def _may_be_kept(status: str, headers: Headers) -> bool:
    control = parse_cache_control_header(headers.get("Cache-Control"), cls=ResponseCacheControl)
    varies = {name.strip().lower() for value in headers.getlist("Vary") for name in value.split(",") if name.strip()}
    return (
        status.startswith(_KEPT_STATUS)
        and "Set-Cookie" not in headers
        and not control.no_store
        and not control.private
        and varies <= _KNOWN
    )


def _again(kept: Kept, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    if ("HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ) and not is_resource_modified(
        environ, etag=kept.etag and kept.etag.strip('"'), last_modified=kept.modified
    ):
        headers = [(name, value) for name, value in kept.headers if name.lower() not in _OF_A_BODY]
        start_response(f"304 {HTTPStatus.NOT_MODIFIED.phrase}", headers)
        return []
    start_response(kept.status, kept.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]
