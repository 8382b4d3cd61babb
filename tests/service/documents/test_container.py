"""All published enrichments, as the Web Annotation Protocol has a container of annotations and its pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad
from werkzeug.test import TestResponse

from rubricator.rdf import ENR
from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from rubricator_service.documents.collection import PER_PAGE
from tests.service.conftest import Alive
from tests.service.live import BASE

PREFERENCES = {
    name: {"Prefer": f'return=representation;include="{iri}"'}
    for name, iri in {
        "iris": "http://www.w3.org/ns/oa#PreferContainedIRIs",
        "described": "http://www.w3.org/ns/oa#PreferContainedDescriptions",
        "minimal": "http://www.w3.org/ns/ldp#PreferMinimalContainer",
    }.items()
}
JSON = {"Accept": 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'}


@pytest.fixture(scope="module")
def published(alive: Alive) -> list[str]:
    rows = alive.client.select(f"SELECT ?claim WHERE {{ ?item {ENR['hasEnrichment']} ?claim }}")
    found = sorted(claim.value for row in rows if isinstance(claim := row["claim"], NamedNode))
    assert len(found) > PER_PAGE
    return found


def asked(web: FlaskClient, address: str, **headers: str) -> TestResponse:
    return web.get(address.removeprefix(BASE), headers={**JSON, **headers})


def told(web: FlaskClient, address: str, **headers: str) -> dict[str, Any]:
    found: dict[str, Any] = asked(web, address, **headers).get_json()
    return found


def pages(web: FlaskClient, start: dict[str, Any], onward: str) -> list[dict[str, Any]]:
    found = [start]
    while onward in found[-1]:
        found.append(told(web, found[-1][onward]))
    return found


def test_the_container_says_what_it_is_and_what_may_be_done(alive: Alive) -> None:
    answer = asked(alive.web, "/annotations/")
    links = answer.headers.getlist("Link")

    assert JSON["Accept"] == answer.content_type
    assert '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"' in links
    assert '<http://www.w3.org/TR/annotation-protocol/>; rel="http://www.w3.org/ns/ldp#constrainedBy"' in links
    assert "GET, HEAD, OPTIONS" == answer.headers["Allow"]
    assert "Accept-Post" not in answer.headers
    assert {"Accept", "Prefer"} <= answer.vary.as_set(preserve_casing=True)
    assert answer.headers["ETag"]
    assert 405 == alive.web.post("/annotations/", data="{}").status_code


@pytest.mark.parametrize("accept", [{}, {"Accept": "*/*"}, {"Accept": "application/*"}])
@pytest.mark.parametrize("path", ["/annotations/", "/annotations/?iris=1", "/annotations/?after="])
def test_who_asks_for_no_form_gets_json_ld_with_the_profile_and_turtle_who_asks_for_it(
    alive: Alive, published: list[str], path: str, accept: dict[str, str]
) -> None:
    """As section 4.1 of the protocol has it: whoever sends no Accept gets JSON-LD."""
    for address in (path, published[0].removeprefix(BASE)):
        assert JSON["Accept"] == alive.web.get(address, headers=accept).content_type
        assert "text/turtle" == alive.web.get(address, headers={"Accept": "text/turtle"}).mimetype
        assert "text/turtle" == alive.web.get(address, headers={"Accept": "text/turtle, */*;q=0.1"}).mimetype


def test_pages_hold_all_that_is_published_in_the_order_of_its_addresses(alive: Alive, published: list[str]) -> None:
    container = told(alive.web, "/annotations/")
    found = pages(alive.web, container["first"], "next")

    assert published == [item["id"] for page in found for item in page["items"]]
    assert len(published) == container["total"]
    assert [0, PER_PAGE] == [page["startIndex"] for page in found]
    assert [container["first"]["id"], container["last"]] == [page["id"] for page in found]


def test_pages_lead_back_to_the_first(alive: Alive) -> None:
    container = told(alive.web, "/annotations/")

    back = pages(alive.web, told(alive.web, container["last"]), "prev")

    assert [container["last"], container["first"]["id"]] == [page["id"] for page in back]


def test_a_page_belongs_to_its_container_and_names_its_neighbours_in_headers(alive: Alive) -> None:
    container = told(alive.web, "/annotations/")
    answer = asked(alive.web, container["last"])

    assert "AnnotationPage" == answer.get_json()["type"]
    assert (f"{BASE}/annotations/", container["total"]) == (
        answer.get_json()["partOf"]["id"], answer.get_json()["partOf"]["total"],
    )  # fmt: skip
    assert {f'<{container["first"]["id"]}>; rel="{name}"' for name in ("first", "prev")} <= set(
        answer.headers.getlist("Link")
    )


def test_a_client_that_prefers_iris_gets_iris_on_every_page(alive: Alive, published: list[str]) -> None:
    answer = asked(alive.web, "/annotations/", **PREFERENCES["iris"])
    found = pages(alive.web, answer.get_json()["first"], "next")

    assert published == [item for page in found for item in page["items"]]
    assert f"{BASE}/annotations/?iris=1" == answer.headers["Content-Location"]


@pytest.mark.parametrize("name", ["described", "minimal"])
def test_a_client_gets_as_much_of_the_container_as_it_prefers(alive: Alive, name: str) -> None:
    container = told(alive.web, "/annotations/", **PREFERENCES[name])

    assert isinstance(container["first"], {"described": dict, "minimal": str}[name])
    assert ["BasicContainer", "AnnotationCollection"] == container["type"]


def test_a_description_in_a_page_is_that_of_the_annotation_but_for_its_history(alive: Alive) -> None:
    items = told(alive.web, "/annotations/")["first"]["items"]
    claims = [item for item in items if "wasGeneratedBy" in item]
    histories = {"@context", "wasInfluencedBy", "review"}

    assert claims
    for item in claims[:20]:
        whole = told(alive.web, item["id"])
        assert item == {name: value for name, value in whole.items() if name not in histories}


def test_an_annotation_is_a_resource_that_may_be_read_only(alive: Alive, published: list[str]) -> None:
    answer = asked(alive.web, published[0])

    assert JSON["Accept"] == answer.content_type
    assert '<http://www.w3.org/ns/ldp#Resource>; rel="type"' in answer.headers.getlist("Link")
    assert "GET, HEAD, OPTIONS" == answer.headers["Allow"]
    assert 405 == alive.web.delete(published[0].removeprefix(BASE)).status_code


@pytest.mark.parametrize("path", ["/annotations/none", "/annotations/.exe", "/annotations/none.ttl"])
def test_a_container_has_nothing_but_pages(alive: Alive, path: str) -> None:
    assert 404 == alive.web.get(path).status_code


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("empty"), base=BASE)
    with connect(settings) as client:
        client.load([Quad(NamedNode(f"{BASE}/graph/a"), ENR["code"], Literal("nothing"), NamedNode(f"{BASE}/graph/a"))])
    readers = open_readers(settings)
    yield create_app(settings, readers).test_client()
    readers.close()


def test_a_container_may_be_empty(empty: FlaskClient) -> None:
    container = told(empty, "/annotations/")

    assert (0, []) == (container["total"], container["first"]["items"])
    assert container["first"]["id"] == container["last"]
    assert 200 == empty.get("/annotations/", headers={"Accept": "text/html"}).status_code


def test_any_name_can_be_asked_after(alive: Alive, published: list[str]) -> None:
    query = urlsplit(told(alive.web, "/annotations/")["last"]).query

    assert [published[PER_PAGE - 1].rpartition("/")[2]] == parse_qs(query)["after"]
    assert [] == told(alive.web, "/annotations/?after=zzz")["items"]
    assert published[0] == told(alive.web, "/annotations/?after=%00")["items"][0]["id"]
