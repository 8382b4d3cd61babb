"""The public front end: SPARQL, dereferencing and pages, read-only; nobody imports it.

``create_app`` makes the application, which answers each request by itself; ``front.asgi`` puts figures, kept answers
and limits before it.
"""

from flask import Flask, Response, request

from rubricator.settings import Settings
from rubricator.store.errors import QuerySyntaxError
from rubricator.store.readers import Readers, open_readers
from rubricator_service import errors
from rubricator_service.context import EXTENSION, Service
from rubricator_service.documents import blueprints as documents
from rubricator_service.exchange import blueprints as exchange
from rubricator_service.front.handover import FAILURE, note
from rubricator_service.front.naming import InTheNameOfClients
from rubricator_service.pages import site as pages
from rubricator_service.policy import OPEN_AND_HARMLESS, content_policy
from rubricator_service.responses import take_one_range, validated
from rubricator_service.serving import openapi, operations
from rubricator_service.serving.mounting import Mounted
from rubricator_service.sparql import catalogue
from rubricator_service.sparql import endpoint as sparql
from rubricator_service.templating import equip

__all__ = ["create_app"]


def create_app(settings: Settings, readers: Readers | None = None) -> Flask:
    """The WSGI application of one installation. ``readers`` are opened where none are given."""
    app = Flask(__name__)
    # A query in a form is percent-encoded: up to three bytes for each of its own.
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = 3 * settings.query_max_length
    app.url_map.merge_slashes = False
    state = Service(settings, InTheNameOfClients(readers or open_readers(settings)))
    app.extensions[EXTENSION] = state
    for blueprint in (sparql, catalogue, *documents.BLUEPRINTS, *exchange.BLUEPRINTS, pages, operations, openapi):
        app.register_blueprint(blueprint.blueprint)
    # Where programs look that have read no page of ours.
    app.add_url_rule("/favicon.ico", endpoint="static", redirect_to="static/icon.svg")
    app.register_error_handler(Exception, errors.render)
    equip(app, state)
    app.after_request(_open_and_harmless)
    app.after_request(validated)
    app.before_request(_begin)
    app.wsgi_app = Mounted(app.wsgi_app, state.root)  # type: ignore[method-assign]
    return app


def _begin() -> None:
    """Tell what answers, and answer with the error that came before."""
    note(request.environ, route=request.endpoint or "none")
    take_one_range(request.environ)
    failure: Exception | None = request.environ.get(FAILURE)
    if failure is not None and not isinstance(failure, QuerySyntaxError):  # which the endpoint explains
        raise failure


def _open_and_harmless(response: Response) -> Response:
    """Everything may be read from any web page (CORS), errors too; nothing may be taken for what it is not."""
    response.headers.update(OPEN_AND_HARMLESS)
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
        response.headers["Access-Control-Allow-Headers"] = (
            "Accept, Accept-Language, Content-Type, If-Modified-Since, If-None-Match, If-Range, Prefer, Range"
        )
        response.headers["Access-Control-Max-Age"] = "86400"
    response.headers.setdefault("Content-Security-Policy", content_policy())
    return response
