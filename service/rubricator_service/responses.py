"""What every answer has in common: the chosen representation, ETag and 304, Vary, Link, and bodies whole or broken."""

import hashlib
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from flask import Response, request

from rubricator.store.errors import NotAcceptable
from rubricator.store.negotiation import choose
from rubricator.store.readers import Answer
from rubricator_service.documents.formats import Representation, by_name

REVALIDATE = "public, no-cache"
FOREVER = "public, max-age=31536000, immutable"


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
    media_type = choose(request.headers.get("Accept"), {form.media_type: form.media_type for form in offered})
    form = by_name(media_type, offered) if media_type else None
    if form is None:
        raise NotAcceptable(f"Ask for one of {', '.join(form.media_type for form in offered)} in Accept.")
    return form


def respond(
    body: bytes, content_type: str, *, links: Sequence[str] = (), cache: str = REVALIDATE, status: int = HTTPStatus.OK
) -> Response:
    """A whole answer with a strong ETag of its bytes; 304 where the client has them already."""
    response = Response(body, status=status, content_type=content_type)
    response.headers["Cache-Control"] = cache
    response.set_etag(hashlib.sha256(content_type.encode() + b"\n" + body).hexdigest()[:32])
    for link in links:
        response.headers.add("Link", link)
    response.vary.update(("Accept", "Accept-Language"))
    if status == HTTPStatus.OK:
        response.make_conditional(request)
    return response


def alternates(path: str, offered: Sequence[Representation]) -> list[str]:
    """Link headers that name every representation of the document at ``path``."""
    return [
        f'<{path}.{form.suffix}>; rel="alternate"; type="{form.media_type}"; title="{form.title}"' for form in offered
    ]


def knows_no_chunks() -> bool:
    """Whether the client speaks HTTP/1.0. What it gets passes through memory, so it must be bounded."""
    return bool(request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0")


def stream(answer: Answer, content_type: str, chunks: Iterator[bytes] | None = None) -> Response:
    """Send an answer as it comes. If it is cut, the server closes the connection without the final chunk.

    A client that knows no chunks could not tell a cut answer from a whole one: it waits for all of it.
    """
    rest = answer.chunks if chunks is None else chunks
    if request.method == "HEAD":
        answer.close()
        rest = iter(())
    response = Response(b"".join(rest) if knows_no_chunks() else rest, content_type=content_type)
    response.call_on_close(answer.close)
    response.vary.update(("Accept",))
    response.headers["Cache-Control"] = REVALIDATE
    return response
