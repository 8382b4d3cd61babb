"""For those who run the service: is it alive, can it answer, and how much does it do."""

from flask import Blueprint, Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST

from rubricator_service.context import service
from rubricator_service.serving.caching import Cache
from rubricator_service.serving.metrics import Metrics
from rubricator_service.serving.watching import Watch

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


def show(app: Flask, metrics: Metrics, watch: Watch, cache: Cache) -> None:
    """Show figures at /metrics: what was counted, and what is as it is now."""
    metrics.gauge("requests_open", "Requests whose answers have not ended.", lambda: watch.open)
    metrics.gauge("cache_hits", "Requests answered from the cache.", lambda: cache.hits)
    metrics.gauge("cache_misses", "Requests whose answers were not in the cache.", lambda: cache.misses)
    metrics.gauge("cache_bytes", "Bytes that the kept answers take.", lambda: cache.answers.size)

    @app.get("/metrics", endpoint="operations.figures")
    def figures() -> Response:
        """What the service does, in figures for Prometheus."""
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
