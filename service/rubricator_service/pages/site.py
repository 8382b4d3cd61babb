"""Pages that are about no single thing: the start page, the runs, and the items to browse."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode

from rubricator.enrichment.run import CC0
from rubricator.errors import NotFound
from rubricator.vocabulary.entities import canonical_entity
from rubricator_service.context import languages, service
from rubricator_service.documents.headers import asked
from rubricator_service.documents.jsonld import compact
from rubricator_service.documents.listing import Listing
from rubricator_service.documents.lists import answer_list, form_of_list
from rubricator_service.documents.paging import page_number, page_of_items, there
from rubricator_service.reading.browse import (
    PER_PAGE,
    Page,
    all_items,
    concept_bodies,
    is_concept,
    items_with,
    read_newest,
    used_concepts,
)
from rubricator_service.reading.labels import read_headings
from rubricator_service.reading.listed import describe_items, describe_runs
from rubricator_service.reading.runs import count_runs, read_runs
from rubricator_service.responses import respond
from rubricator_service.sparql.examples import FIRST_STEPS, examples

blueprint = Blueprint("pages", __name__)

_RUNS_PER_PAGE = 50


@blueprint.get("/")
def start() -> Response:
    """What there is, what was done last, and where to go on."""
    state = service()
    page = render_template(
        "start.html",
        counts=state.figures().counts,
        runs=read_runs(state.reading, state.iris, 5),
        newest=read_newest(state.reading, state.iris, 12, languages()),
        examples=[one for one in examples(state.iris) if FIRST_STEPS in one.keywords],
    )
    links = [f'<{state.links.root}/.well-known/void>; rel="describedby"']
    return respond(page.encode(), "text/html; charset=utf-8", links=links)


@blueprint.get("/items/")
@blueprint.get("/items/<name>")
def items(name: str = "") -> Response:
    """All items, or with ``?concept=`` those that carry a concept, named by its slug or IRI."""
    state, form, wanted = service(), form_of_list(name), request.args.get("concept", "")
    concept = _concept(wanted) if wanted else None
    bodies = concept_bodies(state.reading, state.iris, concept) if concept else []
    found = page_of_items(state, items_with(bodies) if concept else all_items())
    if concept and not found.cards and not is_concept(state.reading, state.iris, bodies):
        raise NotFound(f"There is no concept {wanted!r} here: {state.links.root}/concept/ has those that there are.")
    members = [card.item for card in found.cards]
    listing = Listing(
        _list("items", {"concept": wanted} if wanted else {}),
        "Items that carry a concept" if wanted else "Items",
        PER_PAGE,
        found.number,
        found.more,
        members,
        describe_items(state.reading, state.links, members),
        None if concept else state.figures().counts.records,
    )
    return answer_list(listing, form, lambda: _items_page(listing, found, concept, wanted))


def _items_page(listing: Listing, found: Page, concept: NamedNode | None, wanted: str) -> str:
    state = service()
    return render_template(
        "items.html",
        page=found,
        heading=read_headings(state.reading, state.iris, [concept], languages())[concept] if concept else None,
        wanted=wanted,
        concepts=used_concepts(state.reading, state.iris, state.figures().items_by_body or {}, languages()),
        asked=asked(),
        jsonld=compact(listing.triples()),
    )


def _concept(wanted: str) -> NamedNode:
    if "://" not in wanted:
        return service().iris.concept(wanted)
    try:
        return NamedNode(canonical_entity(wanted))
    except ValueError as error:
        raise NotFound(f"{wanted!r} is not the IRI of a concept.") from error


@blueprint.get("/runs/")
@blueprint.get("/runs/<name>")
def runs(name: str = "") -> Response:
    """All runs, the newest first."""
    state, form, number = service(), form_of_list(name), page_number()
    lines = read_runs(state.reading, state.iris, _RUNS_PER_PAGE + 1, (number - 1) * _RUNS_PER_PAGE)
    there(lines, number)
    shown, more = lines[:_RUNS_PER_PAGE], len(lines) > _RUNS_PER_PAGE
    members = [line.run for line in shown]
    said, total = describe_runs(state.reading, state.iris, members), count_runs(state.reading, state.iris)
    listing = Listing(_list("runs", {}), "Runs", _RUNS_PER_PAGE, number, more, members, said, total)

    def page() -> str:
        jsonld = compact(listing.triples())
        return render_template("runs.html", runs=shown, number=number, more=more, asked=asked(), jsonld=jsonld)

    return answer_list(listing, form, page, [CC0])


def _list(name: str, arguments: Mapping[str, str]) -> NamedNode:
    """The address of a whole list."""
    return NamedNode(f"{service().iris.base}/{name}/{'?' if arguments else ''}{urlencode(arguments)}")
