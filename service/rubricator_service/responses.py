"""What every answer has in common: the chosen representation, ETag and 304, Vary, Link, and bodies whole or broken."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from string import printable
from time import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, request
from werkzeug.http import http_date

from rubricator.store.errors import AnswerBroken, AnswerTooLargeToBuffer, NotAcceptable
from rubricator.store.negotiation import choose
from rubricator.store.readers import Answer
from rubricator.store.snapshots import moment_of
from rubricator_service.context import service
from rubricator_service.documents.formats import Representation, acceptable, by_name
from rubricator_service.front.handover import BEHIND, OF_THE_VIEW, REVISION

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

REVALIDATE = "public, no-cache"
"""What follows from the address and the published view: kept here too, while that stays as it is."""
ASK_AGAIN = "public, max-age=0, must-revalidate"
"""What may change while the view stays as it is, as with files beside the store: kept by clients only."""
FOREVER = "public, max-age=31536000, immutable"
_STARTED = datetime.now(UTC)
_ONE_RANGE = re.compile(r"bytes=(\d+-\d*|-\d+)", re.IGNORECASE)


def chosen(offered: Sequence[Representation], suffix: Representation | None = None) -> Representation:
    """The representation to send: the suffix of the address decides, then ``?format=``, then Accept."""
    if suffix is not None:
        return suffix
    name = request.args.get("format")
    if name:
        form = by_name(name, offered)
        if form is None:
            raise NotAcceptable(
                f"format={name} is not to be had here; use one of {', '.join(f.suffix for f in offered)}."
            )
        return form
    forms = acceptable(offered)
    media_type = choose(request.headers.get("Accept"), {name: name for name in forms})
    if media_type is None:
        raise NotAcceptable(f"Ask for one of {', '.join(forms)} in Accept.")
    return forms[media_type]


def respond(
    body: bytes, content_type: str, *, links: Sequence[str] = (), cache: str = REVALIDATE, status: int = HTTPStatus.OK
) -> Response:
    """A whole answer with a strong ETag of its bytes; 304 where the client has them already."""
    response = Response(body, status=status, content_type=content_type)
    response.headers["Cache-Control"] = cache
    response.set_etag(hashlib.sha256(content_type.encode() + b"\n" + body).hexdigest()[:32])
    add_links(response, links)
    response.vary.update(("Accept", "Accept-Language"))
    if status == HTTPStatus.OK:
        if cache == REVALIDATE:
            tell_revision(response)
        response.make_conditional(request)
    return response


def add_links(response: Response, links: Iterable[str]) -> None:
    """Link headers, in ASCII: IRIs of others have letters that no header may have (RFC 9110, section 5.5)."""
    for link in links:
        response.headers.add("Link", quote(link, safe=printable))


def last_modified(revision: str | None) -> str | None:
    """Since when answers of a revision are as they are, as HTTP tells it; None where that is not known.

    It has whole seconds, so it is not told within the second of a change: another one could follow. Another version of
    this software may answer otherwise, so nothing is older than this process.
    """
    if revision is None:
        return None
    told, from_second = _modified(revision)
    return told if time() >= from_second else None


@lru_cache(maxsize=8)
def _modified(revision: str) -> tuple[str, float]:
    """Since when answers of a revision are as they are, and the time from which on that is told."""
    modified = max(moment_of(revision), _STARTED).replace(microsecond=0)
    return http_date(modified), modified.timestamp() + 1


def tell_revision(response: Response) -> None:
    """Say that an answer follows from its address and the published view: it may be kept while that stays as it is.

    Unless part of it was read from an earlier view, and follows this one later.
    """
    if request.environ.get(BEHIND):
        return
    request.environ[OF_THE_VIEW] = True
    if modified := last_modified(request.environ.get(REVISION)):
        response.headers["Last-Modified"] = modified


def take_one_range(environ: "WSGIEnvironment") -> None:
    """Before every request: whoever asks for several ranges, other units or nonsense gets the whole, as RFC 9110 allows
    or demands (section 14.2).
    """
    if not _ONE_RANGE.fullmatch(environ.get("HTTP_RANGE", "")):
        environ.pop("HTTP_RANGE", None)


def validated(response: Response) -> Response:
    """After every request: what is whole and may be kept by clients has an ETag, be it only of its bytes."""
    whole = response.status_code == HTTPStatus.OK and not response.is_streamed and not response.direct_passthrough
    if request.method in ("GET", "HEAD") and whole and not response.cache_control.no_store:
        if "ETag" not in response.headers:
            response.add_etag()
        response.make_conditional(request)
    return response


def not_modified(etag: str) -> Response | None:
    """The answer to a client that has the representation of this ETag already; None for others.

    ``If-None-Match: *`` names none: whether there is an answer at all is known once it is made.
    """
    response = Response(status=HTTPStatus.NOT_MODIFIED)
    if request.if_none_match.star_tag or not request.if_none_match.contains_weak(etag):
        return None
    response.set_etag(etag)
    response.vary.update(("Accept",))
    response.headers["Cache-Control"] = REVALIDATE
    return response


def alternates(path: str, offered: Sequence[Representation]) -> list[str]:
    """Link headers that name every representation of the document at ``path``."""
    return [
        f'<{path}.{form.suffix}>; rel="alternate"; type="{form.media_type}"; title="{form.title}"' for form in offered
    ]


def knows_no_chunks() -> bool:
    """Whether the client speaks HTTP/1.0. What it gets passes through memory, so it must be bounded."""
    return bool(request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0")


def stream(
    answer: Answer, content_type: str, chunks: Iterator[bytes] | None = None, etag: str | None = None
) -> Response:
    """Send an answer as it comes. If it is cut, the server closes the connection without the final chunk.

    A client that knows no chunks could not tell a cut answer from a whole one: it waits for all of it. ``etag`` is
    given where equal requests have equal answers as long as the view stays as it is.
    """
    rest = answer.chunks if chunks is None else chunks
    whole = answer.small and chunks is None
    if knows_no_chunks():
        whole, rest = True, iter((_held(answer, rest),))
    if request.method == "HEAD" and not whole:
        answer.close()
        rest = iter(())
    response = Response(b"".join(rest) if whole else rest, content_type=content_type)
    response.call_on_close(answer.close)
    response.vary.update(("Accept",))
    response.headers["Cache-Control"] = REVALIDATE
    if etag is not None:
        response.set_etag(etag)
        tell_revision(response)
    return response


def _held(answer: Answer, chunks: Iterator[bytes]) -> bytes:
    """All of an answer. What cuts it is raised as it is: nothing has left yet."""
    most, size, held = service().settings.buffer_max_bytes, 0, list[bytes]()
    with answer:
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise AnswerTooLargeToBuffer(
                        f"The answer is larger than the {most:,} bytes that go over HTTP/1.0: ask by HTTP/1.1."
                    )
                held.append(chunk)
        except AnswerBroken as broken:
            raise broken.__cause__ or broken from None
    return b"".join(held)
