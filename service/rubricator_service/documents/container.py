"""All published enrichments as a container of Web Annotations, in pages (https://www.w3.org/TR/annotation-protocol/)."""

import re

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode

from rubricator.enrichment.run import CC0
from rubricator.rdf import EDM, OA
from rubricator.store.negotiation import with_charset
from rubricator_service.context import languages, service
from rubricator_service.documents.collection import LDP, PER_PAGE, Collection, Page, Told
from rubricator_service.documents.dereference import nothing, readings
from rubricator_service.documents.formats import HTML, JSON_LD, OF_ANNOTATIONS, write_json, write_triples
from rubricator_service.documents.headers import alternates_of_list, asked
from rubricator_service.documents.webannotation import PROFILE, PROFILE_LINK
from rubricator_service.reading.annotations import read_members
from rubricator_service.reading.descriptions import AS, Description
from rubricator_service.reading.labels import read_headings
from rubricator_service.responses import chosen, respond

blueprint = Blueprint("container", __name__)

_INCLUDE = re.compile(r'\breturn=representation\b.*?\binclude="([^"]*)"')
_LINKS = (
    f'<{LDP["BasicContainer"].value}>; rel="type"',
    f'<{AS["OrderedCollection"].value}>; rel="type"',
    '<http://www.w3.org/TR/annotation-protocol/>; rel="http://www.w3.org/ns/ldp#constrainedBy"',
)


@blueprint.get("/annotations/")
@blueprint.get("/annotations/<name>")
def annotations(name: str = "") -> Response:
    """The container with its first page, or the page after the name in ``?after=``."""
    bare, suffix = next(readings(name))
    if bare:
        raise nothing()
    form = chosen(OF_ANNOTATIONS, suffix)
    told = _told()
    if form is HTML:
        body = _page(told).encode()
    elif form.is_json_ld:
        body = write_json(told.json())
    else:
        body = write_triples(told.triples(), form)
    content_type = PROFILE if form is JSON_LD else with_charset(form.media_type)
    links = [*_links(told), PROFILE_LINK] if form.is_json_ld else _links(told)
    response = respond(body, content_type, links=links)
    response.headers["Allow"] = "GET, HEAD, OPTIONS"
    if not told.alone:
        response.vary.add("Prefer")
        response.headers["Content-Location"] = f"{told.collection.iri.value}{'?iris=1' if told.collection.bare else ''}"
    return response


def _told() -> Told:
    """What is wanted, as the Prefer header says or, of a page, its address."""
    state, found = service(), _INCLUDE.search(request.headers.get("Prefer", ""))
    included = set(found.group(1).split()) if found else set()
    after = request.args.get("after")
    bare = request.args.get("iris") == "1"
    if after is None and OA["PreferContainedDescriptions"].value not in included:
        bare = bare or OA["PreferContainedIRIs"].value in included
    collection = Collection(NamedNode(f"{state.iris.base}/annotations/"), state.annotations(), bare)
    if after is None and LDP["PreferMinimalContainer"].value in included:
        return Told(collection, None, alone=False)
    start = Page(collection, after or "", {}).start
    members = read_members(state.reading, state.iris, collection.names[start : start + PER_PAGE])
    return Told(collection, Page(collection, after or "", members), alone=after is not None)


def _links(told: Told) -> list[str]:
    page, collection = told.page, told.collection
    links = [
        f'<{(page.iri if page and told.alone else collection.iri).value}>; rel="canonical"',
        *alternates_of_list(f"{service().links.root}/annotations/"),
        f'<{CC0.value}>; rel="license"',
    ]
    if page and told.alone:
        turns = (collection.ends | page.neighbours).items()
        kind = f'<{AS["OrderedCollectionPage"].value}>; rel="type"'
        return [*links, kind, *(f'<{iri.value}>; rel="{name}"' for name, iri in turns)]
    return [*links, *_LINKS]


def _page(told: Told) -> str:
    """For people: which concept, how sure, of what."""
    state, members = service(), told.page.members if told.page else {}
    described = {annotation: Description(said) for annotation, said in members.items()}
    bodies = {annotation: said.node(annotation, OA["hasBody"]) for annotation, said in described.items()}
    headings = read_headings(state.reading, state.iris, {body for body in bodies.values() if body}, languages())
    confidences = {one: said.text(one, EDM["confidenceLevel"]) for one, said in described.items()}
    return render_template(
        "annotations.html",
        total=len(told.collection.names),
        neighbours=told.page.neighbours if told.page else {},
        lines=[
            (one, headings[body] if body else None, float(confidence) if (confidence := confidences[one]) else None)
            for one, body in bodies.items()
        ],
        asked=asked(),
        jsonld=told.json(),
    )
