"""Every error as one problem document (RFC 9457) or, for people, one page; and the pages that the type IRIs lead to."""

import json
from http import HTTPStatus
from typing import Any

import structlog
from flask import Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, RequestedRangeNotSatisfiable
from werkzeug.exceptions import MethodNotAllowed as WrongMethod

from rubricator.errors import NotFound, RubricatorError
from rubricator.store.errors import BadRequest, BodyTooLarge, MethodNotAllowed, UnsupportedMediaType
from rubricator_service.context import service
from rubricator_service.front.handover import note

log = structlog.get_logger(__name__)

PROBLEM = "application/problem+json"


class UpdateRefused(RubricatorError):
    """The public endpoint is read-only. Updates go to the store itself, with its token."""

    status = 403
    title = "Updates are refused"
    slug = "update-refused"


class RangeNotSatisfiable(BadRequest):
    """A part of a file was asked for that begins after its end. Ask for its head to see how long it is."""

    status = 416
    title = "Range not satisfiable"
    slug = "range-not-satisfiable"

    def __init__(self, message: str, length: int) -> None:
        super().__init__(message)
        self.length = length


_BY_STATUS: dict[int, type[RubricatorError]] = {
    kind.status: kind for kind in (BadRequest, NotFound, BodyTooLarge, UnsupportedMediaType)
}
LATER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def render(error: Exception) -> Response:
    """The answer to a request that failed. Flask comes here with every exception."""
    if isinstance(error, HTTPException):
        if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
            return make_response(error)
        problem = _of_http(error)
    elif isinstance(error, RubricatorError):
        problem = error
    else:
        log.error("request failed", path=request.path, exc_info=error)
        problem = RubricatorError("Something went wrong here, and it has been logged. Try again later.")
    note(request.environ, problem=problem.slug)
    response = _respond(problem)
    if isinstance(problem, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(problem.allow)
    if isinstance(problem, RangeNotSatisfiable):
        response.headers["Content-Range"] = f"bytes */{problem.length}"
    if problem.status in LATER:
        response.headers["Retry-After"] = when_to_come_back(problem)
    return response


def _of_http(error: HTTPException) -> RubricatorError:
    if isinstance(error, WrongMethod):
        allow = tuple(error.valid_methods or ())
        return MethodNotAllowed(f"{request.path} does not take {request.method}; it takes {', '.join(allow)}.", allow)
    if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
        return RangeNotSatisfiable(f"There are {error.length} bytes: ask for a range within these.", error.length)
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    kind = _BY_STATUS.get(status, BadRequest if status < HTTPStatus.INTERNAL_SERVER_ERROR else RubricatorError)
    if kind is NotFound:
        return NotFound(f"There is nothing at {request.path}; start at {service().links.root}/ to find what there is.")
    if kind is BodyTooLarge:
        most = service().settings.query_max_length
        return BodyTooLarge(f"The body is larger than a form with a query of {most:,} bytes can be: ask in parts.")
    return kind(error.description or kind.title)


def _respond(problem: RubricatorError) -> Response:
    document = problem_document(problem, service().iris.base, request.path)
    accept = request.accept_mimetypes
    if accept.provided and accept.quality("text/html") > max(
        accept.quality(PROBLEM), accept.quality("application/json")
    ):
        response = make_response(render_template("problem.html", problem=document))
    else:
        response = Response(json.dumps(document, ensure_ascii=False), content_type=PROBLEM)
    response.status_code = problem.status
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept",))
    return response


def problem_document(problem: RubricatorError, base: str, instance: str | None) -> dict[str, Any]:
    """The members of RFC 9457, and what else the error knows, such as line and column.

    ``base`` is that of our IRIs, ``instance`` the path that was asked for, where one can be told.
    """
    known = {
        "type": f"{base}/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": str(problem),
    } | ({} if instance is None else {"instance": instance})
    more = {name: value for name, value in vars(problem).items() if isinstance(value, str | int | float)}
    return known | {name: value for name, value in more.items() if name not in known}


def when_to_come_back(problem: RubricatorError) -> str:
    """Seconds, for those who are to ask again later."""
    return str(getattr(problem, "retry_after", 2))


def kinds() -> dict[str, type[RubricatorError]]:
    """Every kind of error by its slug."""
    found: dict[str, type[RubricatorError]] = {}
    waiting = [RubricatorError]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.slug, kind)
        waiting.extend(kind.__subclasses__())
    return dict(sorted(found.items()))
