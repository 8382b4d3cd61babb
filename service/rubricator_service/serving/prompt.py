"""Answers the plainest requests from the cache by their bytes alone, before the server has read them as HTTP.

Whatever is not certain to be read alike by everybody (RFC 9112) is left to the server: any header that is not known to
be harmless, bodies, conditions, parts, pipelines, escapes in a path.
"""

import re
from functools import lru_cache
from time import perf_counter, time
from wsgiref.handlers import format_date_time

from rubricator_service.front.caching import Cache, Kept
from rubricator_service.front.messages import SERVER, status_line
from rubricator_service.front.watching import Exchange, Watch

LONGEST_HEAD = 8192
"""Bytes of a request that are looked at."""

_PLAIN = re.compile(rb"GET (/(?!/)[!$&-\x3e@-~]*)(?:\?([!$-~]*))? HTTP/1\.1\r\n((?:[A-Za-z-]+: [ -~]*\r\n)+)\r\n")
_ASKS_FOR = ("accept", "accept-language", "accept-encoding")
_HARMLESS = frozenset(
    ("host", "user-agent", "referer", "origin", "dnt", "pragma", "cache-control", "priority", "via", "forwarded",
     "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "upgrade-insecure-requests",
     "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site",
     "sec-fetch-user", "sec-gpc")
)  # fmt: skip


class Prompt:
    """Finds kept answers for requests, below the path ``root``. Each answered request is told as any other is."""

    def __init__(self, cache: Cache, watch: Watch, root: str) -> None:
        self._cache = cache
        self._watch = watch
        self._root = root

    def answer(self, request: bytes) -> bytes | None:
        """The whole response to a whole request that came alone; None for what is left to the server."""
        if len(request) > LONGEST_HEAD:
            return None
        began = perf_counter()
        plain = _PLAIN.fullmatch(request)
        asked = plain and _headers(plain[3])
        if not plain or asked is None:
            return None
        path = plain[1].decode()
        if self._root and path.startswith(f"{self._root}/"):
            path = path.removeprefix(self._root)
        kept = self._cache.find_plain(path, (plain[2] or b"").decode(), asked)
        if kept is None:
            return None
        told = Exchange(
            "GET", status=kept.status, outcome="whole", size=len(kept.body),
            first_byte=0.0, seconds=perf_counter() - began, **{"route": "none", **kept.notes},
        )  # fmt: skip
        self._watch.tell(told)
        return _response(kept)


@lru_cache(maxsize=1024)
def _headers(lines: bytes) -> dict[str, str] | None:
    """What a client asks for, by the names of headers; None where one of them could mean more than that."""
    asked = dict[str, str]()
    host = False
    for line in lines.decode().splitlines():
        name, _, value = line.partition(":")
        name, value = name.lower(), value.strip()
        if name in _ASKS_FOR and name not in asked:
            asked[name] = value
        elif name == "host" and not host:
            host = True
        elif name not in _HARMLESS - {"host"} and (name, value.lower()) != ("connection", "keep-alive"):
            return None
    return asked if host else None


def _response(kept: Kept) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in kept.headers.items())
    head = (
        f"HTTP/1.1 {status_line(kept.status)}\r\nDate: {_date(int(time()))}\r\nServer: {SERVER}\r\n"
        f"Connection: keep-alive\r\n{fields}\r\n"
    )
    return head.encode("latin-1") + kept.body


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return format_date_time(second)
