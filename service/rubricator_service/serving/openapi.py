"""What the site answers besides SPARQL, as OpenAPI 3.1, read off the routes themselves so that it cannot drift.

SPARQL has a description of its own, at the endpoint; what is answered in RDF is described by the RDF.
"""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import Rule

from rubricator import __version__
from rubricator.store.protocol import SPARQL_QUERY
from rubricator_service.context import service
from rubricator_service.documents.formats import DOCUMENT, GRAPH, OF_ANNOTATIONS, acceptable, write_json
from rubricator_service.errors import PROBLEM
from rubricator_service.responses import respond

blueprint = Blueprint("openapi", __name__)

_DESCRIBED_ELSEWHERE = frozenset({"static", "sparql.endpoint"})
_ARGUMENT = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class _Answers:
    """What a route answers besides problems: media types of its bodies, and statuses."""

    media_types: tuple[str, ...]
    statuses: tuple[str, ...] = ("200", "304")


_DOCUMENT = _Answers(tuple(acceptable(DOCUMENT)))
_ANNOTATIONS = _Answers(tuple(acceptable(OF_ANNOTATIONS)))
_TEXT = _Answers(("text/plain",))
_XML = _Answers(("application/xml",))
_OTHERS = {
    "container.annotations": _ANNOTATIONS,
    "dereference.annotation": _ANNOTATIONS,
    "dereference.thing": _Answers((), ("303",)),
    "dereference.unnamed": _Answers((), ("303",)),
    "dumps.download": _Answers(("application/gzip", "text/plain"), ("200", "206", "304", "416")),
    "examples.one_example": _Answers((*_DOCUMENT.media_types, SPARQL_QUERY)),
    "explanations.explanation": _Answers((*_DOCUMENT.media_types, "image/png")),
    "graphs.graph": _Answers(tuple(form.media_type for form in GRAPH)),
    "media.picture": _Answers(("image/*",)),
    "thumbnails.thumbnail": _Answers(("image/webp",)),
    "openapi.description": _Answers(("application/json",)),
    "operations.alive": _TEXT,
    "operations.figures": _TEXT,
    "operations.ready": _TEXT,
    "pages.start": _Answers(("text/html",)),
    "robots.index": _XML,
    "robots.robots": _TEXT,
    "robots.sitemap": _XML,
}
"""Routes that do not answer as documents do."""
_WITHOUT_BODY = {"303": "It is a thing; the document about it is elsewhere.", "304": "You have it already."}


@blueprint.get("/openapi.json")
def description() -> Response:
    """This description."""
    return respond(write_json(describe(current_app)), "application/json")


def describe(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an application."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rubricator",
            "version": __version__,
            "description": "Machine-made enrichments of heritage records, each with where it came from. "
            "Everything is read-only. Queries go to /sparql, which describes itself.",
        },
        "servers": [{"url": service().iris.base}],
        "paths": dict(sorted(_paths(app))),
        "components": {"responses": {"Problem": {"description": "RFC 9457", "content": _problem_content()}}},
    }


def _problem_content() -> dict[str, Any]:
    text = {"type": "string"}
    members = {"type": text, "title": text, "status": {"type": "integer"}, "detail": text, "instance": text}
    schema = {"type": "object", "required": list(members), "properties": members}
    return {PROBLEM: {"schema": schema}, "text/html": {"schema": text}}


def _paths(app: Flask) -> Iterator[tuple[str, dict[str, Any]]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in _DESCRIBED_ELSEWHERE:
            summary, _, rest = inspect.cleandoc(app.view_functions[rule.endpoint].__doc__ or "").partition("\n")
            operation = {
                "operationId": _operation(rule),
                "summary": summary,
                "description": rest.strip(),
                "responses": _responses(rule),
            }
            item: dict[str, Any] = {"get": operation}
            if parameters := list(_parameters(rule)):
                item["parameters"] = parameters
            yield _ARGUMENT.sub(r"{\2}", rule.rule), item


def _operation(rule: Rule) -> str:
    """A name of its own for each path, also where two share what answers them."""
    return re.sub(r"[^\w.]+", "-", f"{rule.endpoint}{rule.rule}").strip("-")


def _parameters(rule: Rule) -> Iterator[dict[str, Any]]:
    for kind, name in _ARGUMENT.findall(rule.rule):
        schema = {"type": "integer" if kind == "int" else "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _responses(rule: Rule) -> dict[str, Any]:
    answers = _OTHERS.get(rule.endpoint, _DOCUMENT)
    found: dict[str, Any] = {
        status: {"description": _WITHOUT_BODY[status]}
        if status in _WITHOUT_BODY
        else {"description": "As asked for.", "content": {media_type: {} for media_type in answers.media_types}}
        for status in answers.statuses
    }
    return found | {"default": {"$ref": "#/components/responses/Problem"}}
