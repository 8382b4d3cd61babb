"""Answers plain queries before Flask is asked, which takes three times as long as a lookup itself.

Only what is small, goes well and is the same each time ends here: an error, or an answer that streams, is handed on
with its request.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from rubricator.errors import RubricatorError
from rubricator.store.negotiation import GRAPHS, SOLUTIONS, choose, with_charset
from rubricator.store.readers import QueryRequest
from rubricator_service.context import Service
from rubricator_service.policy import OPEN_AND_HARMLESS, content_policy
from rubricator_service.responses import REVALIDATE, last_modified
from rubricator_service.serving.caching import OF_THE_VIEW, REVISION
from rubricator_service.serving.limits import ENTERED, Gate
from rubricator_service.serving.patience import wait_for_client
from rubricator_service.serving.watching import note
from rubricator_service.sparql.identity import identity

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OUTCOME = "rubricator.outcome"
"""In the environment of a request: the answer to its query, or the error in its place, which is there already."""
ENDPOINT = "sparql.endpoint"

# With a body the application may refuse the request before it looks for the answer, whose reader would then wait.
_MEANS_MORE = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING",
)  # fmt: skip
_QUERY_ALONE = re.compile(r"query=([^&;]+)")
_HTML = "text/html"


class Direct:
    """WSGI middleware right before the application. Every query is let in by the same ``gate``."""

    def __init__(self, application: "WSGIApplication", service: Service, gate: Gate) -> None:
        self._application = application
        self._service = service
        self._gate = gate

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked, revision = self._asked(environ), environ.get(REVISION)
        etag = identity(asked, revision) if asked is not None and revision is not None else None
        if asked is None or etag is None:
            return self._application(environ, start_response)
        wait_for_client(environ, self._gate.patience)
        client = self._gate.client(environ)
        try:
            self._gate.budgets.enter(client, asks=True)
        except RubricatorError:  # raised again by whoever can render it
            return self._application(environ, start_response)
        try:
            answer = self._service.readers.run(asked, client=client)
        except Exception as error:  # noqa: BLE001 - the application answers it, whatever it is
            environ |= {ENTERED: client, OUTCOME: error}
            return self._application(environ, start_response)
        if not answer.small:
            environ |= {ENTERED: client, OUTCOME: answer}
            return self._application(environ, start_response)
        self._gate.budgets.leave(client)
        body = b"".join(answer.chunks)
        note(environ, route=ENDPOINT, query=sha256(asked.query.encode()).hexdigest()[:16])
        headers = [
            ("Content-Type", with_charset(answer.media_type)),
            ("Content-Length", str(len(body))),
            ("Vary", "Accept"),
            ("Cache-Control", REVALIDATE),
            *OPEN_AND_HARMLESS.items(),
            ("Content-Security-Policy", content_policy()),
            ("ETag", f'"{etag if answer.revision == revision else identity(asked, answer.revision)}"'),
        ]
        if modified := last_modified(revision):
            headers.append(("Last-Modified", modified))
        environ[OF_THE_VIEW] = True
        start_response("200 OK", headers)
        return [body]

    def _asked(self, environ: "WSGIEnvironment") -> QueryRequest | None:
        """A query by GET without conditions, body or any other parameter, by a program; None for all else."""
        if (
            environ["PATH_INFO"] != "/sparql"
            or environ["REQUEST_METHOD"] != "GET"
            or environ.get("SERVER_PROTOCOL") != "HTTP/1.1"
            or any(name in environ for name in _MEANS_MORE)
        ):
            return None
        query = _QUERY_ALONE.fullmatch(environ["QUERY_STRING"])
        formats = _formats(environ.get("HTTP_ACCEPT"))
        if query is None or formats is None:
            return None
        try:
            text = unquote_plus(query[1], errors="strict")
        except UnicodeDecodeError:
            return None
        return QueryRequest(text, f"{self._service.iris.base}/sparql", (), (), *formats)


@lru_cache(maxsize=512)
def _formats(accept: str | None) -> tuple[str | None, str | None] | None:
    """Media types for solutions and for graphs; None for a browser, which gets a page, and where neither will do."""
    formats = choose(accept, SOLUTIONS), choose(accept, GRAPHS)
    wants_page = choose(accept, SOLUTIONS | GRAPHS | {_HTML: _HTML}) == _HTML
    return None if wants_page or formats == (None, None) else formats
