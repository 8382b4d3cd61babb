"""Answers the plainest requests by their bytes alone, before the server has read them as HTTP, where that is at once.

Whatever is not certain to be read alike by everybody (RFC 9112) is left to the server: any header that is not known to
be harmless, bodies, conditions, parts, pipelines, escapes in a path.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from time import perf_counter, time
from wsgiref.handlers import format_date_time

from rubricator_service.front.messages import SERVER, Fields, Reply, Request, status_line
from rubricator_service.front.watching import Exchange, Watch

LONGEST_HEAD = 8192
"""Bytes of a request that are looked at."""

_PLAIN = re.compile(rb"GET (/(?!/)[!$&-\x3e@-~]*)(?:\?([!$-~]*))? HTTP/1\.1\r\n((?:[A-Za-z-]+: [ -~]*\r\n)+)\r\n")
_SAYS = ("accept", "accept-language", "accept-encoding", "forwarded", "x-forwarded-for")
_HARMLESS = frozenset(
    ("user-agent", "referer", "origin", "dnt", "pragma", "cache-control", "priority", "via", "x-forwarded-host",
     "x-forwarded-proto", "x-real-ip", "upgrade-insecure-requests",
     "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site",
     "sec-fetch-user", "sec-gpc")
)  # fmt: skip


class Prompt:
    """Answers requests by ``at_once``, below the path ``root``. Each answered request is told as any other is."""

    def __init__(self, at_once: Callable[[Request], Reply | None], watch: Watch, root: str) -> None:
        self._at_once = at_once
        self._watch = watch
        self._root = root

    def answer(self, data: bytes, peer: str) -> bytes | None:
        """The whole response to a whole request that came alone from ``peer``; None for what is left to the server."""
        if len(data) > LONGEST_HEAD:
            return None
        began = perf_counter()
        plain = _PLAIN.fullmatch(data)
        headers = plain and _headers(plain[3])
        if not plain or headers is None:
            return None
        path = plain[1].decode()
        if self._root and path.startswith(f"{self._root}/"):
            path = path.removeprefix(self._root)
        request = Request("GET", path, (plain[2] or b"").decode(), "1.1", headers, peer, {})
        reply = self._at_once(request)
        if reply is None or not isinstance(reply.body, bytes):
            return None
        seconds = perf_counter() - began
        told = Exchange(
            "GET", status=reply.status, outcome="whole", size=len(reply.body),
            first_byte=seconds, seconds=seconds, **{"route": "none", **request.notes},
        )  # fmt: skip
        self._watch.tell(told)
        return _response(reply.status, reply.headers, reply.body)


@lru_cache(maxsize=1024)
def _headers(lines: bytes) -> Fields | None:
    """What a client says that may matter, by the names of headers; None where one of them could mean more than that."""
    said = Fields()
    host = False
    for line in lines.decode().splitlines():
        name, _, value = line.partition(":")
        name, value = name.lower(), value.strip()
        if name in _SAYS and name not in said:
            said[name] = value
        elif name == "host" and not host:
            host = True
        elif name not in _HARMLESS and (name, value.lower()) != ("connection", "keep-alive"):
            return None
    return said if host else None


def _response(status: int, headers: Fields, body: bytes) -> bytes:
    fields = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    head = f"HTTP/1.1 {status_line(status)}\r\nDate: {_date(int(time()))}\r\nServer: {SERVER}\r\n{fields}\r\n"
    return head.encode("latin-1") + body


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return format_date_time(second)
