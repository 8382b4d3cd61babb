"""For those who run the service: is it alive, can it answer, and how much does it do."""

import math
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST

from rubricator.store.snapshots import moment_of
from rubricator_service.context import Service, service
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


def _age(state: Service) -> float:
    """Not a number where there is none, or nobody knows."""
    revision = state.revision()
    return math.nan if revision is None else (datetime.now(UTC) - moment_of(revision)).total_seconds()


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def show(app: Flask, metrics: Metrics, watch: Watch, cache: Cache, state: Service) -> None:
    """Show figures at /metrics: what was counted, and what is as it is now."""
    metrics.gauge("queries_running", "Queries that are being answered.", lambda: state.readers.figures()[0])
    metrics.gauge("queries_waiting", "Queries that wait for a reader.", lambda: state.readers.figures()[1])
    metrics.gauge("snapshot_age_seconds", "Seconds since the view was published that is read.", lambda: _age(state))
    metrics.gauge("requests_open", "Requests whose answers have not ended.", lambda: watch.open)
    metrics.gauge("cache_hits", "Requests answered from the cache.", lambda: cache.hits)
    metrics.gauge("cache_misses", "Requests whose answers were not in the cache.", lambda: cache.misses)
    metrics.gauge("cache_bytes", "Bytes that the kept answers take.", lambda: cache.answers.size)

    @app.get("/metrics", endpoint="operations.figures")
    def figures() -> Response:
        """What the service does, in figures for Prometheus."""
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
