"""Pages that are about no single thing: the start page, the runs, and the items to browse."""

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode

from rubricator.errors import NotFound
from rubricator.vocabulary.entities import canonical_entity
from rubricator_service.context import languages, service
from rubricator_service.documents.renderings import page_number
from rubricator_service.reading.browse import (
    all_items,
    concept_bodies,
    items_with,
    read_newest,
    read_page,
    used_concepts,
)
from rubricator_service.reading.labels import read_headings
from rubricator_service.reading.runs import read_runs
from rubricator_service.responses import respond
from rubricator_service.sparql.examples import FIRST_STEPS, examples

blueprint = Blueprint("pages", __name__)

_RUNS_PER_PAGE = 50


@blueprint.get("/")
def start() -> Response:
    """What there is, what was done last, and where to go on."""
    state = service()
    return _html(
        render_template(
            "start.html",
            counts=state.figures().counts,
            runs=read_runs(state.reading, state.iris, 5),
            newest=read_newest(state.reading, state.iris, 12, languages()),
            examples=[one for one in examples(state.iris) if FIRST_STEPS in one.keywords],
        )
    )


@blueprint.get("/items/")
def items() -> Response:
    """All items, or with ``?concept=`` those that carry a concept, named by its slug or IRI."""
    state, wanted = service(), request.args.get("concept", "")
    concept = _concept(wanted) if wanted else None
    selection = items_with(concept_bodies(state.reading, state.iris, concept)) if concept else all_items()
    heading = read_headings(state.reading, state.iris, [concept], languages())[concept] if concept else None
    return _html(
        render_template(
            "items.html",
            page=read_page(state.reading, state.iris, selection, page_number(), languages()),
            heading=heading,
            wanted=wanted,
            concepts=used_concepts(state.reading, state.iris, state.figures().items_by_body or {}, languages()),
        )
    )


def _concept(wanted: str) -> NamedNode:
    if "://" not in wanted:
        return service().iris.concept(wanted)
    try:
        return NamedNode(canonical_entity(wanted))
    except ValueError as error:
        raise NotFound(f"{wanted!r} is not the IRI of a concept.") from error


@blueprint.get("/runs/")
def runs() -> Response:
    """All runs, the newest first."""
    state, number = service(), page_number()
    lines = read_runs(state.reading, state.iris, _RUNS_PER_PAGE + 1, (number - 1) * _RUNS_PER_PAGE)
    return _html(
        render_template("runs.html", runs=lines[:_RUNS_PER_PAGE], number=number, more=len(lines) > _RUNS_PER_PAGE)
    )


def _html(page: str) -> Response:
    return respond(page.encode(), "text/html; charset=utf-8")
