"""Plain queries, which a reader answers without the application, exactly as the application would.

Plain is a query alone, by GET or POST, of a program. Whatever else may be meant, and every error, is the application's.
"""

import re
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import unquote_plus

from rubricator.store.answers import AsyncAnswer, QueryRequest
from rubricator.store.negotiation import GRAPHS, SOLUTIONS, choose, with_charset
from rubricator_service.front.coding import LONGEST_HEADER
from rubricator_service.front.messages import Reply, Request, fields_of
from rubricator_service.policy import OPEN_AND_HARMLESS, content_policy
from rubricator_service.responses import REVALIDATE, last_modified
from rubricator_service.sparql.identity import identity

ENDPOINT = "sparql.endpoint"

_MEANS_MORE = ("if-none-match", "if-modified-since", "content-type", "content-length", "transfer-encoding")
_QUERY_ALONE = re.compile(r"query=([^&;]+)")
_HTML = "text/html"
_ALWAYS = fields_of([*OPEN_AND_HARMLESS.items(), ("Content-Security-Policy", content_policy())])


def asked_of(request: Request, body: bytes, base: str) -> QueryRequest | None:
    """What a request asks of a reader; None where the application has to see it."""
    if request.path != "/sparql" or request.version != "1.1":
        return None
    accept = request.headers.get("accept")
    if accept is not None and len(accept) > LONGEST_HEADER:  # which takes a while to read
        return None
    query, formats = _query(request, body), _formats(accept)
    return None if query is None or formats is None else QueryRequest(query, f"{base}/sparql", (), (), *formats)


def reply_of(answer: AsyncAnswer, asked: QueryRequest, request: Request, revision: str | None) -> Reply:
    """The reply that hands an answer on. ``revision`` is that of the view when the request came."""
    request.notes["route"] = ENDPOINT
    headers = {
        "content-type": with_charset(answer.media_type),
        "vary": "Accept",
        "cache-control": REVALIDATE,
        **_ALWAYS,
    }
    if isinstance(answer.body, bytes):
        headers["content-length"] = str(len(answer.body))
    reply = Reply(HTTPStatus.OK, headers, answer.body, closing=[answer.close])
    of_the_view = revision is not None and answer.revision != ""  # and nothing that other servers said
    etag = identity(asked, answer.revision) if request.method == "GET" and of_the_view else None
    if etag is not None:
        reply.of_the_view = True
        headers["etag"] = f'"{etag}"'
        if modified := last_modified(revision):
            headers["last-modified"] = modified
    return reply


def _query(request: Request, body: bytes) -> str | None:
    """The query, where that is all that the request brings."""
    try:
        if request.method == "GET" and not any(name in request.headers for name in _MEANS_MORE):
            return _alone(request.query)
        if request.method != "POST" or request.query:
            return None
        match request.headers.get("content-type", "").lower():
            case "application/sparql-query" | "application/sparql-query; charset=utf-8":
                return body.decode() or None
            case "application/x-www-form-urlencoded" | "application/x-www-form-urlencoded; charset=utf-8":
                return _alone(body.decode())
    except UnicodeDecodeError:
        return None
    return None


def _alone(fields: str) -> str | None:
    found = _QUERY_ALONE.fullmatch(fields)
    return found and unquote_plus(found[1], errors="strict")


@lru_cache(maxsize=512)
def _formats(accept: str | None) -> tuple[str | None, str | None] | None:
    """Media types for solutions and for graphs; None for a browser, which gets a page, and where neither will do."""
    formats = choose(accept, SOLUTIONS), choose(accept, GRAPHS)
    wants_page = choose(accept, SOLUTIONS | GRAPHS | {_HTML: _HTML}) == _HTML
    return None if wants_page or formats == (None, None) else formats
