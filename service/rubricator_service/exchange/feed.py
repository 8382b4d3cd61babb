"""What changed, as a Linked Data Event Stream (https://w3id.org/ldes/specification), in pages that stay as they are.

One member is one run, retraction, supersession, reinstatement or review, never one claim: a page tells what to look at,
and leads to the graphs that hold the claims. A page is closed once it is full and its changes are an hour older than
the snapshot that they are read from: a run tells of itself some seconds after the moment that it counts from.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, render_template
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from rubricator.enrichment.run import CC0
from rubricator.errors import NotFound
from rubricator.plural import plural
from rubricator.rdf import DCTERMS, ENR, RDFS, TYPE, Namespace
from rubricator.store.negotiation import with_charset
from rubricator_service.context import Service, languages, service
from rubricator_service.documents.dereference import form_of_suffix
from rubricator_service.documents.formats import DOCUMENT, HTML, by_name, write_triples
from rubricator_service.documents.headers import link_headers_at
from rubricator_service.documents.jsonld import compact
from rubricator_service.reading.changes import Change, Order, describe_changes, read_decisions
from rubricator_service.reading.descriptions import AS
from rubricator_service.reading.labels import read_headings
from rubricator_service.responses import FOREVER, REVALIDATE, chosen, respond

blueprint = Blueprint("feed", __name__)

LDES = Namespace("ldes", "https://w3id.org/ldes#")
TREE = Namespace("tree", "https://w3id.org/tree#")
PAGE_SIZE = 250
_NAME = re.compile(r"(?P<number>[1-9]\d{0,8})(\.(?P<suffix>\w+))?", re.ASCII)
_SETTLED = timedelta(hours=1)
# What a change does to claims, for those who know Activity Streams: a tombstone is an as:Delete.
_DEEDS = {
    ENR["Run"]: AS["Create"],
    ENR["Retraction"]: AS["Delete"],
    ENR["Supersession"]: AS["Delete"],
    ENR["Reinstatement"]: AS["Undo"],
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of changes, counted from 1. ``following`` is when the first change of the next page happened."""

    number: int
    changes: Sequence[Change]
    following: Literal | None

    def closed(self, taken: datetime) -> bool:
        """Whether nothing will be added, nor slip in before what is there. ``taken`` is when the store was like this:
        by a clock alone, what a snapshot does not have yet could be shut out."""
        return self.following is not None and datetime.fromisoformat(self.following.value) < taken - _SETTLED


@blueprint.get("/feed/")
@blueprint.get("/feed/.<suffix>")
def stream(suffix: str = "") -> Response:
    """The stream: what it is, and its first page, which leads to the others. People see the last one."""
    state, form = service(), chosen(DOCUMENT, form_of_suffix(suffix))
    order = state.changes()
    triples = sorted(stream_triples(state, len(order)), key=str)
    if form is HTML:
        body = _html(state, page_of(order, max(1, -(-len(order) // PAGE_SIZE))), triples)
    else:
        body = write_triples(triples, form)
    return respond(body, with_charset(form.media_type), links=_links(state, "", LDES["EventStream"]))


@blueprint.get("/feed/<name>")
def feed_page(name: str) -> Response:
    """One page of the stream."""
    named = _NAME.fullmatch(name)
    form = by_name(named["suffix"], DOCUMENT) if named and named["suffix"] else None
    if named is None or (named["suffix"] and form is None):
        raise NotFound(f"There is no page {name!r} of the feed: its pages are numbers, and /feed/ leads to the first.")
    state, number = service(), int(named["number"])
    order = state.changes()
    page = page_of(order, number)
    if not page.changes and number > 1:
        raise NotFound(f"The feed has no page {number} yet.")
    form = chosen(DOCUMENT, form)
    triples = page_triples(state, page)
    body = _html(state, page, triples) if form is HTML else write_triples(triples, form)
    # The page for people has more on it than the changes.
    cache = FOREVER if page.closed(order.taken) and form is not HTML else REVALIDATE
    return respond(body, with_charset(form.media_type), links=_links(state, str(number), TREE["Node"]), cache=cache)


def page_of(order: Order, number: int) -> Page:
    """One page, counted from 1; without changes where there is none."""
    found = order.window((number - 1) * PAGE_SIZE, number * PAGE_SIZE + 1)
    following = found[PAGE_SIZE].moment if len(found) > PAGE_SIZE else None
    return Page(number, found[:PAGE_SIZE], following)


def stream_triples(state: Service, total: int) -> Iterator[Triple]:
    """What the stream is, and that its view begins with the first page."""
    stream, root = _stream(state), _node(state, "")
    yield Triple(stream, TYPE, LDES["EventStream"])
    yield Triple(stream, LDES["timestampPath"], DCTERMS["created"])
    yield Triple(stream, DCTERMS["title"], Literal("What changed which enrichments are published", language="en"))
    yield Triple(stream, DCTERMS["license"], CC0)
    yield Triple(stream, RDFS["seeAlso"], NamedNode(f"{state.iris.base}/.well-known/void#dataset"))
    yield Triple(stream, TREE["view"], root)
    yield Triple(root, TYPE, TREE["Node"])
    yield Triple(stream, DCTERMS["extent"], Literal(plural(total, "change"), language="en"))
    yield from _relation(root, _node(state, "1"), None)


def page_triples(state: Service, page: Page) -> list[Triple]:
    """The members of one page, all that is said of them, and where the next page is. In a fixed order."""
    stream, node = _stream(state), _node(state, str(page.number))
    lines = {
        Triple(stream, TYPE, LDES["EventStream"]),
        Triple(stream, TREE["view"], _node(state, "")),
        Triple(node, TYPE, TREE["Node"]),
        *describe_changes(state.reading, state.iris, page.changes),
    }
    for change in page.changes:
        lines.add(Triple(stream, TREE["member"], change.thing))
        if change.kind in _DEEDS:
            lines.add(Triple(change.thing, TYPE, _DEEDS[change.kind]))
    if page.following is not None:
        lines.update(_relation(node, _node(state, str(page.number + 1)), page.following))
    return sorted(lines, key=str)


def _relation(node: NamedNode, other: NamedNode, since: Literal | None) -> Iterator[Triple]:
    """``since`` bounds what is to be found there; ties with the page before are possible."""
    relation = BlankNode("next")
    yield Triple(node, TREE["relation"], relation)
    yield Triple(relation, TREE["node"], other)
    if since is None:
        yield Triple(relation, TYPE, TREE["Relation"])
        return
    yield Triple(relation, TYPE, TREE["GreaterThanOrEqualToRelation"])
    yield Triple(relation, TREE["path"], DCTERMS["created"])
    yield Triple(relation, TREE["value"], since)


def _html(state: Service, page: Page, triples: Sequence[Triple]) -> bytes:
    decided = read_decisions(state.reading, state.iris, page.changes)
    bodies = (one.concept for one in decided.values() if one.concept is not None)
    headings = read_headings(state.reading, state.iris, bodies, languages())
    return render_template("feed.html", page=page, decided=decided, headings=headings, jsonld=compact(triples)).encode()


def _stream(state: Service) -> NamedNode:
    return NamedNode(f"{state.iris.base}/feed/#stream")


def _node(state: Service, name: str) -> NamedNode:
    return NamedNode(f"{state.iris.base}/feed/{name}")


def _links(state: Service, name: str, kind: NamedNode) -> list[str]:
    feed = f"{state.links.root}/feed/"
    links = link_headers_at(state, f"{feed}{name}", types=[kind], licences=[CC0])
    return [*links, f'<{feed}>; rel="collection"']
