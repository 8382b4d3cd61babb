"""The writer's HTTP face on loopback: SPARQL Query, Update and Graph Store Protocol behind a bearer token."""

import hmac
import json
import logging
import os
from pathlib import Path

from flask import Flask, request
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from rubricator.errors import RubricatorError, UsageError
from rubricator.store import protocol
from rubricator.store.database import Database, serialise
from rubricator.store.dataset import with_using
from rubricator.store.errors import MethodNotAllowed, StoreReadOnly
from rubricator.store.graphstore import GraphStore
from rubricator.store.negotiation import GRAPHS, SOLUTIONS, choose
from rubricator.store.stream import streamed

PROBLEM = "application/problem+json"
_PLAIN = "text/plain; charset=utf-8"

log = logging.getLogger(__name__)


def create_app(database: Database, token: str, spool: Path, base: str, read_only: bool = False) -> Flask:
    """The application. ``spool`` is the directory where large bodies wait until they are loaded, ``base`` what the
    types of its problems start with (RFC 9457).

    Raises UsageError for an empty token, which every request without one would match.
    """
    if not token.strip():
        raise UsageError(
            "The store's token is empty, so anybody could write: delete the file store/token in the data directory, "
            "or set RUBRICATOR_STORE_TOKEN."
        )
    app = Flask("rubricator.store", static_folder=None)

    @app.before_request
    def _authorise() -> Response | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if request.path == "/healthz" or hmac.compare_digest(given.encode(), token.encode()):
            return None
        challenge = {"WWW-Authenticate": 'Bearer realm="rubricator store"'}
        return Response("Send the store's bearer token.", 401, challenge, content_type=_PLAIN)

    @app.errorhandler(RubricatorError)
    def _explain(error: RubricatorError) -> Response:
        headers = {"Allow": ", ".join(error.allow)} if isinstance(error, MethodNotAllowed) else {}
        problem = {"type": f"{base}/problems/{error.slug}", "title": error.title, "status": error.status}
        known = {name: value for name, value in vars(error).items() if isinstance(value, int | str)}
        body = json.dumps(problem | {"detail": str(error)} | known, ensure_ascii=False)
        return Response(body, error.status, headers, content_type=PROBLEM)

    def _refuse_writing() -> None:
        if read_only:
            raise StoreReadOnly("This store is read-only: unset read_only, and start it again.")

    @app.errorhandler(Exception)
    def _report(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return Response(f"{error.code} {error.name}", error.code, content_type=_PLAIN)
        log.error("The store failed on %s %s", request.method, request.path, exc_info=error)
        return Response(f"{type(error).__name__}: {error}", 500, content_type=_PLAIN)

    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        return {"status": "ok", "pid": os.getpid()}

    graph_store = GraphStore(database, spool)
    methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]

    @app.route("/query", methods=methods)
    @app.route("/query/", methods=methods)
    def query() -> Response:
        asked = protocol.parse_query(
            request.method, request.query_string.decode("latin-1"), request.content_type, request.get_data(cache=False)
        )
        accept = request.headers.get("Accept")
        solutions, graph = choose(accept, SOLUTIONS), choose(accept, GRAPHS)
        base, default, named = request.base_url, asked.default_graphs, asked.named_graphs
        return streamed(
            request,
            lambda body: serialise(database.query(asked.query, base, default, named), body, solutions, graph),
        )

    @app.route("/update", methods=methods)
    @app.route("/update/", methods=methods)
    def update() -> Response:
        asked = protocol.parse_update(
            request.method, request.query_string.decode("latin-1"), request.content_type, request.get_data(cache=False)
        )
        _refuse_writing()
        database.update(with_using(asked), request.base_url)
        return Response(status=204)

    @app.route("/store", methods=methods)
    @app.route("/store/", methods=methods)
    @app.route("/store/<path:name>", methods=methods)
    def store(name: str = "") -> Response:
        if request.method not in ("GET", "HEAD"):
            _refuse_writing()
        return graph_store.answer(request, name)

    return app
