"""The figures of the front, at /metrics."""

import math
from datetime import UTC, datetime

from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST

from rubricator.store.snapshots import moment_of
from rubricator_service.context import Service
from rubricator_service.front.caching import Cache
from rubricator_service.front.metrics import Metrics
from rubricator_service.front.watching import Watch


def show(app: Flask, metrics: Metrics, watch: Watch, cache: Cache, service: Service) -> None:
    """Have an application show what was counted, and what is as it is now."""
    metrics.gauge("queries_running", "Queries that are being answered.", lambda: service.readers.figures()[0])
    metrics.gauge("queries_waiting", "Queries that wait for a reader.", lambda: service.readers.figures()[1])
    metrics.gauge("snapshot_age_seconds", "Seconds since the view was published that is read.", lambda: _age(service))
    metrics.gauge("requests_open", "Requests whose answers have not ended.", lambda: watch.open)
    metrics.counter("cache_hits", "Requests answered from the cache.", lambda: cache.hits)
    metrics.counter("cache_misses", "Requests whose answers were not in the cache.", lambda: cache.misses)
    metrics.gauge("cache_bytes", "Bytes that the kept answers take.", lambda: cache.answers.size)

    @app.get("/metrics", endpoint="operations.figures")
    def figures() -> Response:
        """What the service does, in figures for Prometheus."""
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _age(service: Service) -> float:
    """Not a number where there is none, or nobody knows."""
    revision = service.revision()
    return math.nan if revision is None else (datetime.now(UTC) - moment_of(revision)).total_seconds()
