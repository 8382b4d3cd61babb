"""For those who run the service: is it alive, can it answer, and how much does it do."""

import time

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from rubricator_service.context import service

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


def count_requests(app: Flask) -> None:
    """Count requests and their time until the first byte, by route, and show them at /metrics."""
    registry = CollectorRegistry()
    requests = Counter("rubricator_requests", "Requests answered.", ["method", "endpoint", "status"], registry=registry)
    seconds = Histogram("rubricator_request_seconds", "Seconds until an answer began.", ["endpoint"], registry=registry)

    @app.before_request
    def started() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def answered(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        requests.labels(request.method, endpoint, response.status_code).inc()
        seconds.labels(endpoint).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
