"""A page of a list, in the form that was asked for."""

from collections.abc import Callable, Iterator, Sequence

from flask import Response, request
from pyoxigraph import NamedNode

from rubricator.store.negotiation import with_charset
from rubricator_service.context import service
from rubricator_service.documents.dereference import nothing, readings
from rubricator_service.documents.formats import FOR_PEOPLE, HTML, Representation, write_triples
from rubricator_service.documents.headers import alternates_of_list
from rubricator_service.documents.listing import Listing
from rubricator_service.reading.descriptions import AS
from rubricator_service.responses import chosen, respond


def form_of_list(name: str) -> Representation:
    """The form to send; ``name`` is what follows the slash that the address of a list ends in: nothing or a suffix."""
    bare, suffix = next(readings(name))
    if bare:
        raise nothing()
    return chosen(FOR_PEOPLE, suffix)


def answer_list(
    listing: Listing, form: Representation, page: Callable[[], str], licences: Sequence[NamedNode] = ()
) -> Response:
    """``page`` renders it for people; the licences are of what is said of the members."""
    body = page().encode() if form is HTML else write_triples(listing.triples(), form)
    return respond(body, with_charset(form.media_type), links=[*_links(listing, licences)])


def _links(listing: Listing, licences: Sequence[NamedNode]) -> Iterator[str]:
    """Whoever names no page is told of the list, and sees its first page, as with the container of enrichments."""
    if "page" in request.args:
        here, kind = listing.page(listing.number), AS["OrderedCollectionPage"]
    else:
        here, kind = listing.iri, AS["OrderedCollection"]
    yield f'<{here.value}>; rel="canonical"'
    yield from alternates_of_list(service().links.to(listing.iri).partition("?")[0])
    yield f'<{kind.value}>; rel="type"'
    yield from (f'<{licence.value}>; rel="license"' for licence in licences)
    yield from (f'<{page.value}>; rel="{name}"' for name, page in (listing.ends | listing.neighbours).items())
