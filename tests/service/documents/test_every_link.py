"""No link of ours is a dead end, and no two formats of a document disagree."""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from rubricator.rdf import ENR, PROV
from rubricator.settings import Settings, load_settings
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from tests.service.documents.crawler import FORMATS, HTML, Crawl
from tests.service.documents.everything import LIES, fill_with_everything
from tests.service.live import BASE, PATIENT

_IRIS = f"""SELECT DISTINCT ?iri WHERE {{
  {{ {{ ?iri ?p ?o }} UNION {{ ?s ?iri ?o }} UNION {{ ?s ?p ?iri }} UNION {{ GRAPH ?iri {{}} }}
    UNION {{ GRAPH ?g {{ {{ ?iri ?p ?o }} UNION {{ ?s ?iri ?o }} UNION {{ ?s ?p ?iri }} }} }} }}
  FILTER(isIRI(?iri) && STRSTARTS(STR(?iri), "{BASE}/"))
}}"""
# Addresses that no IRI of the store leads to.
_STARTS = ("/", "/items/", "/runs/", "/annotations/", "/problems/", "/reasons/", "/shapes/", "/ns")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    directory = tmp_path_factory.mktemp("everything")
    settings = load_settings(data_dir=directory / "data", base=BASE, **PATIENT)
    fill_with_everything(settings, directory)
    return settings


@pytest.fixture(scope="module")
def web(everything: Settings) -> Iterator[FlaskClient]:
    readers = open_readers(everything)
    yield create_app(everything, readers).test_client()
    readers.close()


@pytest.fixture(scope="module")
def crawl(web: FlaskClient) -> Crawl:
    """Of each kind of address, one is read in every format and three in all: about 1,200 answers."""
    answer = web.get("/sparql", query_string={"query": _IRIS, "format": "json"}).get_json(force=True)
    iris = {row["iri"]["value"].partition("#")[0] for row in answer["results"]["bindings"]} - LIES
    assert len(iris) > 500
    seeds = sorted(iris)
    random.Random(7).shuffle(seeds)  # noqa: S311 - the same each time
    crawl = Crawl(web, BASE, sample=1, most=3, known=set(LIES))
    crawl.follow([*(BASE + start for start in _STARTS), *seeds])
    return crawl


def test_every_link_leads_somewhere_and_all_formats_say_the_same(crawl: Crawl) -> None:
    assert [] == crawl.faults


@pytest.mark.parametrize(
    "kind",
    [
        "/annotation", "/annotation/explanation", "/concept", "/item", "/ns", "/problems", "/reasons", "/shapes",
        "/.well-known", "/items", "/items?concept", "/runs", *(f"/id/{kind}" for kind in (
            "agent", "dataset", "evaluation", "event", "file", "harvest", "head", "image", "import", "item", "labelled",
            "manifest", "model", "policy", "promptset", "proxy", "rejection", "review", "run", "source", "training",
            "vocabulary",
        )),
    ],
)  # fmt: skip
def test_each_kind_of_thing_was_met_in_every_format(crawl: Crawl, kind: str) -> None:
    met = {media_type for found, media_type, status in crawl.answers if found == kind and status in (200, 410)}

    assert {"text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml", HTML} <= met


def test_a_part_is_told_in_the_document_of_its_whole_or_in_a_graph_that_it_leads_to(web: FlaskClient) -> None:
    query = f"SELECT DISTINCT ?iri {{ GRAPH ?g {{ ?iri ?p ?o }} FILTER(STRSTARTS(STR(?iri), '{BASE}/')) }}"
    answer = web.get("/sparql", query_string={"query": query, "format": "json"}).get_json(force=True)
    parts = {row["iri"]["value"] for row in answer["results"]["bindings"] if "#" in row["iri"]["value"]}
    by_kind: dict[str, str] = {}
    for part in sorted(parts):
        whole, _, name = part.removeprefix(f"{BASE}/").partition("#")
        if f"{BASE}/{whole}" not in LIES:
            by_kind.setdefault("/".join(whole.split("/")[:2]) + re.sub(r"-.*", "", name), part)

    assert len(by_kind) > 30
    assert [] == [part for part in by_kind.values() if not is_told(web, part)]


def test_a_link_to_a_place_on_a_page_finds_it_there(web: FlaskClient) -> None:
    """One page of each kind is read, and what its links with fragments lead to."""
    answer = web.get("/sparql", query_string={"query": _IRIS, "format": "json"}).get_json(force=True)
    iris = sorted({row["iri"]["value"].partition("#")[0] for row in answer["results"]["bindings"]} - LIES)
    kinds = Crawl(web, BASE, sample=0, most=0)
    starts = {kinds.kind(iri): iri.removeprefix(BASE) for iri in iris}
    pages: dict[str, Any] = {}

    def page(path: str) -> Any:
        if path not in pages:
            found = web.get(path, headers={"Accept": HTML}, follow_redirects=True, buffered=True)
            pages[path] = html.fromstring(found.data) if found.mimetype == HTML else None
        return pages[path]

    followed, lost = set(), []
    for start in starts.values():
        read = page(start)
        for link in read.xpath("//a/@href[contains(., '#')]") if read is not None else ():
            path, _, place = link.partition("#")
            if not path.startswith("http") and not path.startswith("/sparql"):  # which reads what follows by itself
                followed.add(link)
                there = page(path or start)
                if there is None or not there.xpath("//*[@id = $place]", place=place):
                    lost.append((start, link))

    assert len(followed) > 5
    assert [] == lost


def is_told(web: FlaskClient, part: str) -> bool:
    whole = part.partition("#")[0].removeprefix(BASE)
    said = web.get(whole, headers={"Accept": "application/n-triples, application/n-quads"}, follow_redirects=True).text
    graphs = set(re.findall(rf"<{BASE}(/graph/(?:run|harvest)/[^>]+)>", said))
    return any(f"<{part}> <" in text for text in (said, *(web.get(f"{graph}.nq").text for graph in graphs)))


def test_a_harvest_says_what_it_generated_as_long_as_its_pages_are_kept(web: FlaskClient) -> None:
    answer = web.get(
        "/sparql", query_string={"query": f"SELECT ?h {{ GRAPH ?g {{ ?h a {ENR['Harvest']} }} }}", "format": "csv"}
    )
    harvests = [iri.removeprefix(f"{BASE}/id/harvest/") for iri in answer.text.split()[1:]]
    said = {ulid: web.get(f"/id/harvest/{ulid}.nt", follow_redirects=True).text for ulid in harvests}
    kept = {ulid for ulid in harvests if web.get(f"/graph/harvest/{ulid}.nq").status_code == 200}

    assert kept
    for ulid, text in said.items():
        generated = f"<{BASE}/id/harvest/{ulid}> <{PROV['generated'].value}> <{BASE}/graph/harvest/{ulid}> ."
        assert (ulid in kept) == (generated in text)
        assert "seeAlso" not in text


@pytest.mark.parametrize(
    "kind", ["concepts", "edm", "explanation", "harvest", "import", "ledger", "retraction", "reviews", "run"]
)
def test_each_kind_of_graph_was_met_in_every_format(crawl: Crawl, kind: str) -> None:
    met = {media_type for found, media_type, status in crawl.answers if found == f"/graph/{kind}" and status == 200}

    assert {"application/trig", "application/n-quads", HTML} <= met
    assert met <= {*FORMATS, HTML}
