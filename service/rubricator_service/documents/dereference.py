"""Every IRI that we mint answers here: things by 303 to their document, documents and graphs as asked for."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, redirect, request
from pyoxigraph import NamedNode

from rubricator.errors import NotFound
from rubricator.store.mediatypes import N_TRIPLES
from rubricator.store.negotiation import with_charset
from rubricator.store.readers import Answer, QueryRequest
from rubricator_service.context import service
from rubricator_service.documents.formats import (
    DOCUMENT,
    GRAPH,
    HTML,
    JSON_LD,
    TRIG,
    Representation,
    by_name,
    write_json,
    write_triples,
)
from rubricator_service.documents.graphs import graph_page
from rubricator_service.documents.kinds import Document, find_annotation, find_record, find_thing
from rubricator_service.documents.webannotation import web_annotation
from rubricator_service.responses import REVALIDATE, alternates, chosen, knows_no_chunks, respond, stream

blueprint = Blueprint("dereference", __name__)


@blueprint.get("/id/<path:_name>")
@blueprint.get("/concept/")
@blueprint.get("/concept/<path:_name>")
def thing(_name: str = "") -> Response:
    """A thing is not a document: 303 to the document about it (https://www.w3.org/TR/cooluris/)."""
    found = find_thing(service(), request.path)
    if found is None:
        raise _nothing()
    location = service().links.document(service().iris.at(request.path))
    name = request.args.get("format")
    form = by_name(name, DOCUMENT) if name else None
    response = redirect(location if form is None else f"{location}?format={form.suffix}", 303)
    response.headers["Cache-Control"] = REVALIDATE
    response.vary.update(("Accept",))
    assert isinstance(response, Response)  # noqa: S101 - Flask's own redirect
    return response


@blueprint.get("/doc/concept/")
@blueprint.get("/doc/<path:name>")
def document(name: str = "concept/") -> Response:
    """The document about a thing."""
    for bare, suffix in _readings(name):
        path = f"/{bare}" if bare.startswith("concept/") else f"/id/{bare}"
        found = find_thing(service(), path)
        if found is not None:
            return _answer(found, service().links.document(found.thing), suffix)
    raise _nothing()


@blueprint.get("/item/<dataset>/<path:name>")
def item(dataset: str, name: str) -> Response:
    """The local document about an item that lives elsewhere, such as under data.europeana.eu."""
    for bare, suffix in _readings(name):
        found = find_record(service(), dataset, bare)
        if found is not None:
            graph = service().iris.record_graph(dataset, bare).value
            path = graph.removeprefix(f"{service().iris.base}/graph/edm/")
            return _answer(found, f"{service().links.root}/item/{path}", suffix)
    raise _nothing()


@blueprint.get("/annotation/<path:name>")
def annotation(name: str) -> Response:
    """An enrichment is itself a document: 200, or 410 with its description after a retraction."""
    for bare, suffix in _readings(name):
        found = find_annotation(service(), f"/annotation/{bare}")
        if found is not None:
            return _answer(found, service().links.to(found.thing), suffix)
    raise _nothing()


@blueprint.get("/graph/<path:name>")
def graph(name: str) -> Response:
    """A named graph as TriG or N-Quads, streamed: the graph of a run may hold millions of claims. People get a page."""
    for bare, suffix in _readings(name, GRAPH):
        node = service().iris.at(f"/graph/{bare}")
        form = chosen(GRAPH, suffix)
        if form is HTML:
            page = graph_page(service(), node)
            if page is None:
                continue
            links = alternates(service().links.to(node), GRAPH)
            return respond(page.encode(), with_charset(form.media_type), links=links)
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {node} {{ ?s ?p ?o }} }}"
        asked = QueryRequest(query, service().iris.base + "/", solutions=None, graph=N_TRIPLES)
        readers = service().readers
        answer = readers.run(asked) if knows_no_chunks() else readers.download(asked)
        first = next(answer.chunks, b"")
        if first:
            response = stream(answer, with_charset(form.media_type), _in_graph(first, answer, node, form))
            for link in alternates(service().links.to(node), GRAPH):
                response.headers.add("Link", link)
            return response
        answer.close()
    raise _nothing()


def _in_graph(first: bytes, answer: Answer, graph: NamedNode, form: Representation) -> Iterator[bytes]:
    """N-Triples as N-Quads or TriG. A line of N-Triples is a statement of both, but for the graph's name."""
    name = str(graph).encode()
    if form is TRIG:
        yield name + b" {\n"
        yield first
        yield from answer.chunks
        yield b"}\n"
        return
    rest = b""
    for chunk in _chained(first, answer.chunks):
        *whole, rest = (rest + chunk).split(b" .\n")
        yield b"".join(line + b" " + name + b" .\n" for line in whole)


def _chained(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _answer(found: Document, path: str, suffix: Representation | None) -> Response:
    form = chosen(DOCUMENT, suffix)
    if form is HTML:
        body = found.page().encode()
    elif form is JSON_LD and request.path.startswith("/annotation/"):
        body = write_json(web_annotation(found.triples, found.thing))
    else:
        body = write_triples(found.triples, form)
    links = [*alternates(path, DOCUMENT), f'<{service().links.root}/ns>; rel="describedby"']
    return respond(body, with_charset(form.media_type), links=links, status=410 if found.retracted else 200)


def _readings(name: str, offered: Sequence[Representation] = DOCUMENT) -> Iterator[tuple[str, Representation | None]]:
    """How an address can be meant: ``photo.ttl`` is Turtle about ``photo`` or, failing that, a thing of that name."""
    bare, dot, suffix = name.rpartition(".")
    form = next((form for form in offered if dot and form.suffix == suffix), None)
    if form is not None and bare:
        yield bare, form
    yield name, None


def _nothing() -> NotFound:
    return NotFound(f"There is nothing at {request.path}, and there never was.")
