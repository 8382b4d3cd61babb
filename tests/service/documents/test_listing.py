"""Lists of items and of runs are answered like other documents: in every format, page by page."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from rubricator_service.documents.listing import Listing
from tests.service.conftest import Alive
from tests.service.live import BASE

AS = Namespace("https://www.w3.org/ns/activitystreams#")
OA = Namespace("http://www.w3.org/ns/oa#")
ENR = Namespace("https://w3id.org/rubricator/ns#")
PROV = Namespace("http://www.w3.org/ns/prov#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
RDFS_LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
KINDS = {
    "ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples",
    "rdf": "application/rdf+xml", "html": "text/html",
}  # fmt: skip
LISTS = ("/items/", "/items/?concept=sculpture", "/runs/")


def graph(web: FlaskClient, address: str) -> Graph:
    answer = web.get(address.removeprefix(BASE), headers={"Accept": "text/turtle"})
    assert (200, "text/turtle") == (answer.status_code, answer.mimetype), address
    return Graph().parse(data=answer.data, format="turtle")


def members(said: Graph, page: str) -> list[str]:
    cells = said.value(URIRef(page), AS["items"])
    assert cells is not None
    return [str(member) for member in Collection(said, cells)]


def links(web: FlaskClient, path: str) -> list[str]:
    return web.get(path).headers.getlist("Link")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("suffix", KINDS)
def test_a_list_is_answered_in_every_format_however_it_is_asked_for(
    client: FlaskClient, path: str, suffix: str
) -> None:
    start, _, query = path.partition("?")
    accepted = client.get(path, headers={"Accept": KINDS[suffix]})
    named = client.get(f"{start}?{query}&format={suffix}")
    ended = client.get(f"{start}.{suffix}?{query}")

    for answer in (accepted, named, ended):
        assert (200, KINDS[suffix]) == (answer.status_code, answer.mimetype)
        assert {"Accept"} <= set(answer.vary)
        assert accepted.headers["ETag"] == answer.headers["ETag"]
    again = client.get(path, headers={"Accept": KINDS[suffix], "If-None-Match": accepted.headers["ETag"]})
    assert 304 == again.status_code


@pytest.mark.parametrize("path", LISTS)
def test_what_there_is_not_is_refused(client: FlaskClient, path: str) -> None:
    assert 406 == client.get(path, headers={"Accept": "image/png"}).status_code
    assert 406 == client.get(f"{path}{'&' if '?' in path else '?'}format=trig").status_code
    assert 404 == client.get(path.replace("/?", "/none?") if "?" in path else f"{path}none").status_code
    assert 404 == client.get(path.replace("/?", "/none.ttl?") if "?" in path else f"{path}none.ttl").status_code


def test_whoever_asks_for_nothing_in_particular_gets_a_page(client: FlaskClient) -> None:
    assert ["text/html"] * len(LISTS) == [client.get(path, headers={"Accept": "*/*"}).mimetype for path in LISTS]


def test_headers_say_what_a_list_is_and_where_else_it_is(client: FlaskClient) -> None:
    told = links(client, "/items/?concept=sculpture&page=1")

    here = f"{BASE}/items/?concept=sculpture&page=1"
    assert f'<{here}>; rel="canonical"' in told
    assert f'<{here}>; rel="first"' in told
    assert f'<{AS}OrderedCollectionPage>; rel="type"' in told
    turtle = '</items/?concept=sculpture&page=1&format=ttl>; rel="alternate"; type="text/turtle"; title="Turtle"'
    assert turtle in told
    assert f'<{BASE}/runs/>; rel="canonical"' in links(client, "/runs/")
    assert f'<{AS}OrderedCollection>; rel="type"' in links(client, "/runs/")
    assert '<http://creativecommons.org/publicdomain/zero/1.0/>; rel="license"' in links(client, "/runs/")


def test_an_item_is_told_with_its_title_its_enrichments_and_our_document_about_it(client: FlaskClient) -> None:
    said = graph(client, "/items/")
    found = members(said, f"{BASE}/items/?page=1")
    item = URIRef("http://data.europeana.eu/item/9990001/demo_0001")

    assert str(item) in found
    assert URIRef(f"{BASE}/item/9990001/demo_0001") in set(said.subjects(FOAF.primaryTopic, item))
    assert said.value(item, RDFS_LABEL)
    claims = [claim for one in found for claim in said.objects(URIRef(one), ENR.hasEnrichment)]
    assert claims
    assert all(said.value(claim, OA.hasBody) for claim in claims)


def test_the_items_of_a_concept_are_those_that_carry_it(client: FlaskClient) -> None:
    said = graph(client, "/items/?concept=sculpture")
    everything = graph(client, "/items/")

    some = members(said, f"{BASE}/items/?concept=sculpture&page=1")
    assert 0 < len(some) <= len(members(everything, f"{BASE}/items/?page=1"))
    assert all(set(said.objects(URIRef(item), ENR.hasEnrichment)) for item in some)


def test_runs_are_told_the_newest_first_with_what_became_of_them(alive: Alive) -> None:
    said = graph(alive.web, "/runs/")
    found = members(said, f"{BASE}/runs/?page=1")

    assert sorted(found, reverse=True) == found
    assert Literal(
        str(len(found)), datatype=URIRef("http://www.w3.org/2001/XMLSchema#nonNegativeInteger")
    ) == said.value(URIRef(f"{BASE}/runs/"), AS.totalItems)
    assert all(said.value(URIRef(run), PROV.startedAtTime) for run in found)
    gone = {str(said.value(graph, PROV.wasGeneratedBy)) for graph in said.subjects(PROV.wasInvalidatedBy)}
    page = alive.web.get("/runs/", headers={"Accept": "text/html"}).text
    assert gone
    assert len(gone) == page.count("<td><strong>")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """An installation with 50 items and 101 runs."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("many"), base=BASE)
    items = "".join(f"<http://museum.example/{n}> a edm:ProvidedCHO . " for n in range(50))
    runs = "".join(f"<{BASE}/id/run/{n:03}> a enr:Run . " for n in range(101))
    with connect(settings) as client:
        client.update(f"{SPARQL_PREFIXES}INSERT DATA {{ {items} GRAPH {settings.iris.ledger} {{ {runs} }} }}")
    readers = open_readers(settings)
    yield create_app(settings, readers).test_client()
    readers.close()


@pytest.mark.parametrize(("path", "sizes"), [("/items/", [24, 24, 2]), ("/runs/", [50, 50, 1])])
def test_pages_lead_from_the_first_to_the_last_and_back(many: FlaskClient, path: str, sizes: list[int]) -> None:
    whole = URIRef(BASE + path)
    said = graph(many, path)
    page, pages = said.value(whole, AS["first"]), list[str]()
    found = list[list[str]]()
    while page is not None:
        pages.append(str(page))
        said = graph(many, str(page))
        found.append(members(said, str(page)))
        assert (whole, RDF.type, AS.OrderedCollection) in said
        assert whole == said.value(page, AS.partOf)
        assert sum(sizes[: len(found) - 1]) == int(str(said.value(page, AS.startIndex)))
        assert (URIRef(pages[-2]) if len(pages) > 1 else None) == said.value(page, AS.prev)
        page = said.value(page, AS.next)

    assert sizes == [len(some) for some in found]
    assert (
        sum(sizes) == len({member for some in found for member in some}) == int(str(said.value(whole, AS.totalItems)))
    )
    assert pages[-1] == str(said.value(whole, AS["last"]))


def test_the_page_for_people_leads_to_the_same_page_as_data(many: FlaskClient) -> None:
    page = many.get("/items/?page=2", headers={"Accept": "text/html"}).text

    assert 'href="/items/.ttl?page=2"' in page
    assert f"{BASE}/items/?page=3" in many.get("/items/.ttl?page=2").text


@pytest.mark.parametrize("page", ["", "&page=1"])
def test_a_list_of_nothing_is_a_list(client: FlaskClient, page: str) -> None:
    said = graph(client, f"/items/?concept=toy{page}")

    assert [] == members(said, f"{BASE}/items/?concept=toy&page=1")


@pytest.mark.parametrize("form", ["html", "ttl"])
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/items/?page=99", "There is no page 99 of /items/: its list ends before it."),
        ("/items/?page=0", "'0' is the number of no page: they are counted from 1."),
        ("/items/?page=abc", "'abc' is the number of no page: they are counted from 1."),
        ("/items/?page=9999999999", "'9999999999' is the number of no page: they are counted from 1."),
        ("/items/?concept=sculpture&page=2", "There is no page 2 of /items/: its list ends before it."),
        ("/items/?concept=nonsense", "There is no concept 'nonsense' here: /concept/ has those that there are."),
        ("/items/?concept=http://a.example/1", "There is no concept 'http://a.example/1' here: /concept/ has those"),
        ("/runs/?page=9", "There is no page 9 of /runs/: its list ends before it."),
        ("/runs/?page=-1", "'-1' is the number of no page: they are counted from 1."),
        ("/doc/concept/sculpture.html?page=9", "There is no page 9 of /doc/concept/sculpture.html: its list ends"),
    ],
)
def test_a_page_or_a_concept_that_is_not_there_is_not_found(
    client: FlaskClient, path: str, why: str, form: str
) -> None:
    answer = client.get(path if path.startswith("/doc/") else f"{path}&format={form}")

    assert (404, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert answer.get_json(force=True)["detail"].startswith(why)


@pytest.mark.parametrize(("total", "last"), [(0, 1), (1, 1), (24, 1), (25, 2), (48, 2)])
def test_the_last_page_is_the_one_that_is_reached_last(total: int, last: int) -> None:
    listing = Listing(NamedNode(f"{BASE}/items/"), "Items", 24, 1, False, [], [], total)

    assert f"{BASE}/items/?page={last}" == listing.ends["last"].value
