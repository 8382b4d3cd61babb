"""What crawlers may read, and where everything is: robots.txt (RFC 9309) and sitemaps (https://www.sitemaps.org/)."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from flask import Blueprint, Response
from pyoxigraph import NamedNode

from rubricator.errors import NotFound
from rubricator_service.context import Service, service
from rubricator_service.reading.addresses import claims, items, records
from rubricator_service.reading.store import in_time
from rubricator_service.responses import respond

blueprint = Blueprint("robots", __name__)

URLS_A_PAGE = 20_000
"""Sitemaps may have 50,000."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# What costs much to answer, and files for programs.
_CLOSED = ("/sparql", "/graph/", "/metrics", "/dumps/*.gz", "/*?format=", "/*&format=")
_START = (
    "/", "/items/", "/runs/", "/annotations/", "/feed/", "/dumps/", "/ns", "/shapes/", "/.well-known/void",
    "/problems/", "/reasons/", "/doc/concept/",
)  # fmt: skip
_KINDS = {"items": items, "claims": claims}


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Documents are open to all; what costs much to answer is not for crawlers."""
    root = service().links.root
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in _CLOSED), f"Allow: {root}/", ""]
    lines.append(f"Sitemap: {service().iris.base}/sitemap.xml")
    return respond("\n".join(lines).encode() + b"\n", "text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """The sitemaps: of what is about no single thing, of items, and of claims, where these could be counted in time."""
    state = service()
    kept = in_time(lambda: records(state.reading))
    names = [
        *_pages("site", len(_site(state))),
        *_pages("items", kept or 0),
        *_pages("claims", state.figures().counts.enrichments or 0),
    ]
    return _xml("sitemapindex", "sitemap", (f"{state.iris.base}/sitemaps/{name}.xml" for name in names))


@blueprint.get("/sitemaps/<kind>-<int:number>.xml")
def sitemap(kind: str, number: int) -> Response:
    """One sitemap, counted from 1."""
    state = service()
    start, read = (number - 1) * URLS_A_PAGE, _KINDS.get(kind)
    found: Sequence[str] = ()
    if kind == "site" and number:
        found = _site(state)[start : start + URLS_A_PAGE]
    elif read and number:
        found = read(state.reading, state.links, URLS_A_PAGE, start)
    if not found:
        raise NotFound(f"There is no sitemap {kind}-{number}; /sitemap.xml lists those that there are.")
    return _xml("urlset", "url", found)


def _pages(kind: str, count: int) -> list[str]:
    return [f"{kind}-{number}" for number in range(1, -(-count // URLS_A_PAGE) + 1)]


def _site(state: Service) -> list[str]:
    """What is about no single thing, the concepts, and the runs."""
    rows = state.reading.select(
        f"""SELECT DISTINCT ?thing WHERE {{
          {{ GRAPH {state.iris.concepts_graph} {{ ?thing skos:inScheme ?scheme }} }} UNION
          {{ GRAPH {state.iris.ledger} {{ ?thing a enr:Run }} }}
        }} ORDER BY ?thing"""
    )
    paths = [f"{state.links.root}{path}" for path in _START]
    documents = (state.links.document(NamedNode(row["thing"].value)) for row in rows)
    return [state.links.absolute(path) for path in (*paths, *documents)]


def _xml(root: str, entry: str, addresses: Iterable[str]) -> Response:
    lines = "".join(f"<{entry}><loc>{escape(address)}</loc></{entry}>\n" for address in addresses)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{lines}</{root}>\n'
    return respond(text.encode(), "application/xml; charset=utf-8")
