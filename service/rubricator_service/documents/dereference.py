"""Every IRI that we mint answers here: things by 303 to their document, documents as asked for."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request

from rubricator.errors import NotFound
from rubricator.store.negotiation import with_charset
from rubricator_service.context import service
from rubricator_service.documents.formats import (
    DOCUMENT,
    HTML,
    JSON_LD,
    OF_ANNOTATIONS,
    Representation,
    by_name,
    write_json,
    write_triples,
)
from rubricator_service.documents.headers import link_headers, redirect_headers
from rubricator_service.documents.kinds import Document, find_annotation, find_record, find_thing
from rubricator_service.documents.signposts import Signpost, find_signpost, find_unnamed
from rubricator_service.documents.webannotation import LDP_RESOURCE, PROFILE, PROFILE_LINK, web_annotation
from rubricator_service.responses import REVALIDATE, add_links, chosen, respond, tell_revision

blueprint = Blueprint("dereference", __name__)

_A_DAY = "public, max-age=86400"


@blueprint.after_app_request
def stay_here(response: Response) -> Response:
    """Send whoever forgets a slash to a path: the host that werkzeug writes is whatever the client named.

    Such an address leads there whatever is in the store.
    """
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT:
        place = urlsplit(response.headers.pop("Location"))
        if request.method == "OPTIONS":  # by which a browser asks whether it may go there, and which must not lead on
            response.status_code = HTTPStatus.OK
            response.headers["Allow"] = "GET, HEAD, OPTIONS"
        else:
            response.headers["Location"] = place._replace(scheme="", netloc="").geturl()
        response.headers["Cache-Control"] = _A_DAY
        response.content_type = "text/plain; charset=utf-8"
        response.set_data(b"")
    return response


@blueprint.get("/id/<path:_name>")
@blueprint.get("/concept/")
@blueprint.get("/concept/<path:_name>")
def thing(_name: str = "") -> Response:
    """A thing is not a document: 303 to the document about it (https://www.w3.org/TR/cooluris/).

    Whoever adds a suffix to the IRI of a thing means that document in one form, unless a thing has that very name.
    """
    for path, suffix in reversed([*readings(request.path)]):
        found = find_signpost(service(), path)
        if found is not None:
            return _see_other(found, suffix)
    raise nothing()


@blueprint.get("/.well-known/genid/<path:_name>")
def unnamed(_name: str) -> Response:
    """What a record speaks of without naming it (https://www.w3.org/TR/rdf11-concepts/#section-skolemization)."""
    found = find_unnamed(service(), request.path)
    if found is None:
        raise nothing()
    return _see_other(found)


def _see_other(found: Signpost, suffix: Representation | None = None) -> Response:
    """A path, not an address: no host that a client or a proxy names gets into ``Location``."""
    name = request.args.get("format")
    form = by_name(name, DOCUMENT) if name else None
    place = found.path if suffix is None else f"{found.path}.{suffix.suffix}"
    response = redirect(place if form is None else f"{place}?format={form.suffix}", 303)
    assert isinstance(response, Response)  # noqa: S101 - Flask's own redirect
    response.headers["Cache-Control"] = REVALIDATE
    response.vary.update(("Accept",))
    tell_revision(response)
    add_links(response, redirect_headers(service(), found))
    return response


@blueprint.get("/doc/concept/")
@blueprint.get("/doc/<path:name>")
def document(name: str = "concept/") -> Response:
    """The document about a thing."""
    for bare, suffix in readings(name):
        found = find_thing(service(), f"/{bare}" if bare.startswith("concept/") else f"/id/{bare}")
        if found is not None:
            return answer(found, suffix)
    raise nothing()


@blueprint.get("/item/<dataset>/<path:name>")
def item(dataset: str, name: str) -> Response:
    """The local document about an item that lives elsewhere, such as under data.europeana.eu."""
    for bare, suffix in readings(name):
        found = find_record(service(), dataset, bare)
        if found is not None:
            return answer(found, suffix)
    raise nothing()


@blueprint.get("/annotation/<path:name>")
def annotation(name: str) -> Response:
    """An enrichment is itself a document: 200, or 410 with its description once it is withdrawn."""
    for bare, suffix in readings(name):
        found = find_annotation(service(), f"/annotation/{bare}")
        if found is not None:
            response = answer(found, suffix, OF_ANNOTATIONS)
            response.headers.add("Link", LDP_RESOURCE)
            response.headers["Allow"] = "GET, HEAD, OPTIONS"
            return response
    raise nothing()


def answer(found: Document, suffix: Representation | None, offered: Sequence[Representation] = DOCUMENT) -> Response:
    """A document in the form that was asked for, the first of those offered where that does not matter."""
    form = chosen(offered, suffix)
    content_type, links = with_charset(form.media_type), link_headers(service(), found)
    if form is HTML:
        body = found.page().encode()
    elif form.is_json_ld and request.path.startswith("/annotation/"):
        body = write_json(web_annotation(found.triples, found.thing))
        content_type = PROFILE if form is JSON_LD else content_type
        links.append(PROFILE_LINK)
    else:
        body = write_triples(found.triples, form)
    return respond(body, content_type, links=links, status=410 if found.gone else 200)


def readings(name: str, offered: Sequence[Representation] = DOCUMENT) -> Iterator[tuple[str, Representation | None]]:
    """How an address can be meant: ``photo.ttl`` is Turtle about ``photo`` or, failing that, a thing of that name."""
    bare, dot, suffix = name.rpartition(".")
    form = next((form for form in offered if dot and form.suffix == suffix), None)
    if form is not None:
        yield bare, form
    yield name, None


def form_of_suffix(suffix: str) -> Representation | None:
    """The form that the suffix of a document's address names; None for an address without one."""
    form = next((form for form in DOCUMENT if form.suffix == suffix), None)
    if suffix and form is None:
        raise nothing()
    return form


def nothing() -> NotFound:
    """What is said where nothing is."""
    return NotFound(f"There is nothing at {request.path}, and there never was.")
