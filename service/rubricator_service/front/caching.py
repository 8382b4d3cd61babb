"""Keeps small answers in memory, in front of everything that would make them again.

An answer is kept for one revision of the published view only. Whoever makes answers marks those that follow from it.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from threading import Lock

from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import is_resource_modified, parse_cache_control_header

from rubricator_service.front.coding import coding_for
from rubricator_service.front.messages import Fields, Reply, Request

_ASKED_BY = ("accept", "accept-language", "prefer")
_KNOWN = {*_ASKED_BY, "accept-encoding"}
_KEPT_STATUS = (HTTPStatus.OK, HTTPStatus.SEE_OTHER)
_SHARE = 64  # no answer may take more than this part of the cache
_LARGEST = 256 * 2**10  # bytes: of what is larger, few are asked for twice
_MISSED = 20_000  # keys that are remembered
_OVERHEAD = 600  # bytes that an entry takes beside its key, head and body, about
_OF_A_BODY = ("content-length", "content-type", "content-encoding", "content-disposition")

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was sent."""

    status: int
    headers: Fields
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

    @property
    def largest(self) -> int:
        """Bytes of body that an answer may have to be kept."""
        return min(self.capacity // _SHARE, _LARGEST)

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


class Cache:
    """Answers from what is kept, and keeps what may be. ``revision`` tells that of the view now.

    It is asked before and after an answer is made. Errors, cookies, parts of files and what varies by a header that is
    not part of the key are never kept.
    """

    def __init__(self, revision: Callable[[], str | None], capacity: int) -> None:
        self._revision = revision
        self.answers = Answers(capacity)
        self.hits = self.misses = 0
        self._missed = set[int]()

    def find(self, request: Request, revision: str | None, key: Key) -> Kept | None:
        """What was kept of an answer to the request, which has this key, at a revision."""
        if revision is None or request.method not in ("GET", "HEAD") or "range" in request.headers:
            return None
        kept = self.answers.get(revision, key)
        self.hits += kept is not None
        self.misses += kept is None
        return kept

    def peek(self, revision: str | None, key: Key) -> Kept | None:
        """The same for a GET request for all of it, where who finds nothing will come back with ``find``."""
        kept = None if revision is None else self.answers.get(revision, key)
        self.hits += kept is not None
        return kept

    def was_missed(self, key: Key) -> bool:
        """Whether this was asked of late. What is soon made again is not worth keeping the first time."""
        if hash(key) in self._missed:
            return True
        if len(self._missed) >= _MISSED:
            self._missed.clear()
        self._missed.add(hash(key))
        return False

    def keep(self, reply: Reply, request: Request, revision: str | None, key: Key) -> None:
        """Keep a reply, once it has left whole, if it may be kept."""
        if revision is None or request.method != "GET" or "range" in request.headers or not reply.of_the_view:
            return
        if reply.status not in _KEPT_STATUS or "set-cookie" in reply.headers:
            return
        if not _may_be_kept(reply.headers.get("cache-control"), reply.headers.get("vary")):
            return
        if isinstance(reply.body, bytes):
            self._put(reply, reply.body, request, revision, key)
        else:
            reply.body = self._gathered(reply, reply.body, request, revision, key)

    async def _gathered(
        self, reply: Reply, body: AsyncIterator[bytes], request: Request, revision: str, key: Key
    ) -> AsyncIterator[bytes]:
        chunks, size = list[bytes](), 0
        async for chunk in body:
            size += len(chunk)
            if size <= self.answers.largest:
                chunks.append(chunk)
            else:
                chunks.clear()
            yield chunk
        if size <= self.answers.largest:
            self._put(reply, b"".join(chunks), request, revision, key)

    def _put(self, reply: Reply, body: bytes, request: Request, revision: str, key: Key) -> None:
        if len(body) > self.answers.largest or self._revision() != revision:
            return
        headers = reply.headers | {"content-length": str(len(body))}
        kept = Kept(reply.status, headers, body, dict(request.notes))
        self.answers.put(revision, key, kept)


def again(kept: Kept, request: Request) -> Reply:
    """The reply to a request that a kept answer answers."""
    if ("if-none-match" in request.headers or "if-modified-since" in request.headers) and not is_resource_modified(
        {
            "REQUEST_METHOD": request.method,
            "HTTP_IF_NONE_MATCH": request.headers.get("if-none-match", ""),
            "HTTP_IF_MODIFIED_SINCE": request.headers.get("if-modified-since", ""),
        },
        etag=kept.headers.get("etag", "").strip('"') or None,
        last_modified=kept.headers.get("last-modified"),
    ):
        headers = {name: value for name, value in kept.headers.items() if name not in _OF_A_BODY}
        return Reply(HTTPStatus.NOT_MODIFIED, headers)
    return Reply(kept.status, kept.headers, b"" if request.method == "HEAD" else kept.body)


def key_of(path: str, query: str, headers: Fields) -> Key:
    """What the answer to a GET request depends on, beside the view."""
    coding = coding_for(headers.get("accept-encoding"))
    return (path, query, coding, *(headers.get(name) for name in _ASKED_BY))


def _size(key: Key, kept: Kept) -> int:
    head = sum(map(len, kept.headers.values()))
    return _OVERHEAD + head + len(kept.body) + sum(map(len, filter(None, key)))


@lru_cache(maxsize=512)
def _may_be_kept(cache_control: str | None, vary: str | None) -> bool:
    control = parse_cache_control_header(cache_control, cls=ResponseCacheControl)
    varies = {name.strip().lower() for name in (vary or "").split(",") if name.strip()}
    return not control.no_store and not control.private and varies <= _KNOWN
