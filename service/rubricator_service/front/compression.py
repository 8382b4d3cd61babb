"""Sends text as zstd or gzip to whoever takes it. A broken answer stays broken: its coding is never ended."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus

from rubricator_service.front.coding import Coder, coding_for
from rubricator_service.front.messages import Fields, Reply, Request

SMALLEST = 512
"""Bytes of an answer below which coding it saves nothing."""
LARGEST_WHOLE = 2**20
"""Bytes up to which an answer of known length is coded in memory, so that its length is known again."""
_AT_ONCE = 16 * 2**10  # coding more than this keeps others waiting, so a thread does it

_TEXTS = ("application/json", "application/xml", "application/n-triples", "application/n-quads", "application/trig",
          "application/javascript", "image/svg+xml")  # fmt: skip
_WITHOUT_WHOLE_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.PARTIAL_CONTENT)


def uncoded(request: Request) -> Request:
    """The request as whoever makes the reply should see it: each coding is a representation with an ETag of its own,
    which ends in ``-gzip`` or ``-zstd``, and an If-None-Match that names it means that of the reply.
    """
    coding, asked = coding_for(request.headers.get("accept-encoding")), request.headers.get("if-none-match")
    if coding is None or asked is None:
        return request
    plain = asked.replace(f'-{coding}"', '"')
    return replace(request, headers=request.headers | {"if-none-match": plain})


async def compress(reply: Reply, request: Request) -> None:
    """Code the reply to a request, which is as it came.

    Left alone are images and archives, parts of files, what is coded already, and what is tiny.
    """
    coding = _announced(reply, request)
    if coding is None:
        return
    if isinstance(reply.body, bytes) and len(reply.body) <= LARGEST_WHOLE:
        coder = Coder(coding)
        _replace(reply, await _in_time(coder, reply.body) + coder.end())
    else:
        reply.body = coded(_chunks(reply.body), coding)


def compress_small(reply: Reply, body: bytes, request: Request) -> None:
    """The same for a reply with so small a ``body`` that coding it keeps nobody waiting."""
    coding = _announced(reply, request)
    if coding is not None:
        coder = Coder(coding)
        _replace(reply, coder.code(body) + coder.end())


def _announced(reply: Reply, request: Request) -> str | None:
    """The coding that the body is to have, which the head tells already; None for a body that is left as it is."""
    headers, coding = reply.headers, coding_for(request.headers.get("accept-encoding"))
    etag = headers.get("etag", "")
    if reply.status == HTTPStatus.NOT_MODIFIED:
        headers["vary"] = _with_encoding(headers.get("vary"))  # whoever keeps the answer replaces what it had
        if coding is not None and _of_coding(etag, coding) in request.headers.get("if-none-match", ""):
            headers["etag"] = _of_coding(etag, coding)
        return None
    if not _is_text(reply.status, headers):
        return None
    headers["vary"] = _with_encoding(headers.get("vary"))
    if coding is None or (request.version == "1.0" and not isinstance(reply.body, bytes)):
        return None
    headers["content-encoding"] = coding
    if etag:
        headers["etag"] = _of_coding(etag, coding)
    headers.pop("content-length", None)  # what is there to be sent is not known here
    return None if request.method == "HEAD" else coding


def _replace(reply: Reply, body: bytes) -> None:
    reply.body = body
    reply.headers["content-length"] = str(len(body))


async def coded(chunks: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    """The coded bytes, sent on block by block. An error of ``chunks`` is passed on before the end is written."""
    coder = Coder(coding)
    async for chunk in chunks:
        if piece := await _in_time(coder, chunk):
            yield piece
    yield coder.end()


async def _in_time(coder: Coder, data: bytes) -> bytes:
    if len(data) <= _AT_ONCE:
        return coder.code(data)
    return await asyncio.to_thread(coder.code, data)


async def _chunks(body: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        yield body
        return
    async for chunk in body:
        yield chunk


def _is_text(status: int, headers: Fields) -> bool:
    if not (200 <= status < 300 or 400 <= status < 500) or status in _WITHOUT_WHOLE_BODY:
        return False
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    text = kind.startswith("text/") or kind.endswith(("+json", "+xml")) or kind in _TEXTS
    tiny = int(headers.get("content-length", SMALLEST)) < SMALLEST
    kept_as_it_is = "content-encoding" in headers or "no-transform" in headers.get("cache-control", "")
    return text and not tiny and not kept_as_it_is


def _of_coding(etag: str, coding: str) -> str:
    return f'{etag[:-1]}-{coding}"' if etag.endswith('"') else etag


def _with_encoding(vary: str | None) -> str:
    return f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
