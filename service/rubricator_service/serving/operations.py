"""For those who run the service: is it alive, and can it answer. What it does is told in ``front.figures``."""

from flask import Blueprint, Response, request

from rubricator_service.context import service
from rubricator_service.front.handover import CLIENT

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """This process answers."""
    return _plain("alive\n")


@blueprint.get("/readyz")
def ready() -> Response:
    """A reader answers a query. Else this is a problem document, with the status of what went wrong."""
    request.environ[CLIENT] = ""  # whoever asks: the long queries of one address say nothing of how others fare
    service().readiness.confirm()
    return _plain("ready\n")


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
