"""The example queries as linked data: all of them at a well-known address, and each at its own IRI."""

from flask import Blueprint, Response
from pyoxigraph import NamedNode, Triple

from rubricator.errors import NotFound
from rubricator.store.negotiation import with_charset
from rubricator_service.context import service
from rubricator_service.documents.formats import DOCUMENT, HTML, Representation, write_triples
from rubricator_service.responses import alternates, chosen, respond
from rubricator_service.sparql.examples import example_triples, examples
from rubricator_service.sparql.page import query_page

blueprint = Blueprint("examples", __name__)

WELL_KNOWN = "/.well-known/sparql-examples"
_PREFIXES = "prefixes"
_QUERY = Representation("rq", "application/sparql-query", "SPARQL", None)
_EXAMPLE = (*DOCUMENT, _QUERY)


@blueprint.get(WELL_KNOWN)
@blueprint.get(f"{WELL_KNOWN}.<suffix>")
def every_example(suffix: str = "") -> Response:
    """All of them. People get the query page, which lists them."""
    form = chosen(DOCUMENT, _by_suffix(suffix, DOCUMENT))
    links = alternates(f"{service().links.root}{WELL_KNOWN}", DOCUMENT)
    if form is HTML:
        return _page(query_page(), links)
    return respond(write_triples(example_triples(service().iris), form), with_charset(form.media_type), links=links)


@blueprint.get("/sparql/examples/<name>")
def one_example(name: str) -> Response:
    """One of them, as RDF, as bare SPARQL, or on the query page; or the prefixes that all of them use."""
    slug, _, suffix = name.partition(".")
    iri = service().iris.at(f"/sparql/examples/{slug}")
    example = next((one for one in examples(service().iris) if one.iri == iri), None)
    said = _said_of(iri)
    if not said:
        raise NotFound(f"There is no example query called {slug!r}; all of them are at {WELL_KNOWN}.")
    offered = _EXAMPLE if example else tuple(form for form in DOCUMENT if form is not HTML)
    form = chosen(offered, _by_suffix(suffix, offered))
    links = alternates(service().links.to(iri), offered)
    if example and form is HTML:
        return _page(query_page(example=example), links)
    body = example.query.encode() if example and form is _QUERY else write_triples(said, form)
    return respond(body, with_charset(form.media_type), links=links)


def _said_of(iri: NamedNode) -> list[Triple]:
    """The triples about a thing and its parts."""
    return [
        triple
        for triple in example_triples(service().iris)
        if isinstance(triple.subject, NamedNode) and triple.subject.value.partition("#")[0] == iri.value
    ]


def _by_suffix(suffix: str, offered: tuple[Representation, ...]) -> Representation | None:
    if not suffix:
        return None
    form = next((form for form in offered if form.suffix == suffix), None)
    if form is None:
        raise NotFound(f"There is no form {suffix!r} of this; there are {', '.join(form.suffix for form in offered)}.")
    return form


def _page(page: Response, links: list[str]) -> Response:
    for link in links:
        page.headers.add("Link", link)
    return page
