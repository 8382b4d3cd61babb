"""For those who run the service: is it alive, can it answer, and how much does it do."""

from flask import Blueprint, Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from rubricator_service.context import service
from rubricator_service.serving.accesslog import log_exchange
from rubricator_service.serving.caching import Cached
from rubricator_service.serving.metrics import Metrics
from rubricator_service.serving.prompt import PROMPT, Prompt
from rubricator_service.serving.watching import Watched, note

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """This process answers."""
    return _plain("alive\n")


@blueprint.get("/readyz")
def ready() -> Response:
    """A reader answers a query. Else this is a problem document, with the status of what went wrong."""
    service().reading.revision()
    return _plain("ready\n")


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def watch(app: Flask, cached: Cached) -> None:
    """Count and log every request, and show the figures at /metrics."""
    metrics = Metrics()
    watched = Watched(app.wsgi_app, metrics.count, log_exchange)
    metrics.gauge("requests_open", "Requests whose answers have not ended.", lambda: watched.open)
    metrics.gauge("cache_hits", "Requests answered from the cache.", lambda: cached.hits)
    metrics.gauge("cache_misses", "Requests whose answers were not in the cache.", lambda: cached.misses)
    metrics.gauge("cache_bytes", "Bytes that the kept answers take.", lambda: cached.answers.size)
    app.wsgi_app = watched  # type: ignore[method-assign]
    app.extensions[PROMPT] = Prompt(cached, watched)

    @app.before_request
    def name_route() -> None:
        note(request.environ, route=request.endpoint or "none")

    @app.get("/metrics", endpoint="operations.figures")
    def figures() -> Response:
        """What the service does, in figures for Prometheus."""
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
