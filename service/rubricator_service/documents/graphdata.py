"""A named graph as it is, streamed: the graph of a run may hold millions of claims. People get a page."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from rubricator.enrichment.run import CC0
from rubricator.rdf import Namespace
from rubricator.store.errors import NotAcceptable
from rubricator.store.mediatypes import N_TRIPLES
from rubricator.store.negotiation import with_charset
from rubricator.store.readers import Answer, QueryRequest
from rubricator_service.context import service
from rubricator_service.documents.dereference import nothing, readings
from rubricator_service.documents.formats import GRAPH, HTML, N_QUADS, TRIG, Representation
from rubricator_service.documents.graphs import graph_page, is_there
from rubricator_service.documents.headers import link_headers_at
from rubricator_service.front.handover import REVISION
from rubricator_service.reading.descriptions import is_known
from rubricator_service.responses import (
    add_links,
    chosen,
    knows_no_chunks,
    not_modified,
    respond,
    stream,
)
from rubricator_service.sparql.identity import identity

blueprint = Blueprint("graphs", __name__)

SD = Namespace("sd", "http://www.w3.org/ns/sparql-service-description#")


@blueprint.get("/graph/<path:name>")
def graph(name: str) -> Response:
    """A named graph as TriG or N-Quads, its triples alone as Turtle or N-Triples, or as a page."""
    for bare, suffix in readings(name, GRAPH):
        node = service().iris.at(f"/graph/{bare}")
        form = _form(node, suffix)
        response = _page(node) if form is HTML else _data(node, form)
        if response is not None:
            add_links(response, _links(node))
            return response
    raise nothing()


def _form(node: NamedNode, suffix: Representation | None) -> Representation:
    """The form to send. What is not there is not there in any form."""
    try:
        return chosen(GRAPH, suffix)
    except NotAcceptable:
        if is_there(service(), node):
            raise
        raise nothing() from None


def _page(node: NamedNode) -> Response | None:
    page = graph_page(service(), node)
    return None if page is None else respond(page.encode(), with_charset(HTML.media_type))


def _data(node: NamedNode, form: Representation) -> Response | None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {node} {{ ?s ?p ?o }} }}"
    asked = QueryRequest(query, service().iris.base + "/", solutions=None, graph=N_TRIPLES)
    sent = replace(asked, graph=form.media_type)
    revision = request.environ.get(REVISION)
    if revision is not None and (etag := identity(sent, revision)) and (unchanged := not_modified(etag)):
        return unchanged
    readers = service().readers
    answer = readers.run(asked) if knows_no_chunks() else readers.download(asked)
    first = next(answer.chunks, b"")
    if not first and not is_known(service().reading, service().iris, node):
        answer.close()
        return None
    etag = None if revision is None else identity(sent, answer.revision)
    return stream(answer, with_charset(form.media_type), _in_graph(first, answer, node, form), etag)


def _links(node: NamedNode) -> list[str]:
    """What a provider wrote has no licence that we know of; concepts have those of their schemes; all else is ours."""
    iris = service().iris
    ours = not node.value.startswith((f"{iris.base}/graph/edm/", f"{iris.base}/graph/import/"))
    licences = _licences_of_schemes() if node == iris.concepts_graph else [CC0] if ours else []
    return link_headers_at(service(), service().links.to(node), GRAPH, types=[SD["Graph"]], licences=licences)


def _licences_of_schemes() -> list[NamedNode]:
    rows = service().reading.select(
        f"""SELECT DISTINCT ?licence WHERE {{
          GRAPH {service().iris.concepts_graph} {{ ?scheme a skos:ConceptScheme ; dcterms:license ?licence }}
        }} ORDER BY ?licence"""
    )
    return [licence for row in rows if isinstance(licence := row["licence"], NamedNode)]


def _in_graph(first: bytes, answer: Answer, graph: NamedNode, form: Representation) -> Iterator[bytes]:
    """N-Triples as they are, which are Turtle too, or as N-Quads or TriG, which add the graph's name."""
    if form not in (TRIG, N_QUADS):
        yield from chain((first,), answer.chunks)
        return
    name = str(graph).encode()
    if form is TRIG:
        yield name + b" {\n"
        yield from chain((first,), answer.chunks)
        yield b"}\n"
        return
    rest = b""
    for chunk in chain((first,), answer.chunks):
        *whole, rest = (rest + chunk).split(b" .\n")
        yield b"".join(line + b" " + name + b" .\n" for line in whole)
