"""What cannot be counted before its deadline is many, or is left out: no page fails for it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from rdflib import Graph, Namespace, URIRef

from rubricator.settings import Settings
from rubricator.store.answers import Answer, QueryRequest
from rubricator.store.errors import QueryTimeout
from rubricator.store.readers import ReaderPool
from rubricator_service import create_app
from rubricator_service.reading.counts import Patience
from tests.service.live import BASE

VOID = Namespace("http://rdfs.org/ns/void#")
DATASET = URIRef(f"{BASE}/.well-known/void#dataset")
_BLOCKS = (f"VALUES ?{letter} {{ {' '.join(map(str, range(300)))} }}" for letter in "abcd")
ENDLESS = f"SELECT (COUNT(*) AS ?count) WHERE {{ {' '.join(_BLOCKS)} }}"


class Overwhelmed(ReaderPool):
    """Readers of a store in which counting one thing, and whatever is asked about that, takes longer than there is."""

    def __init__(self, settings: Settings, *uncountable: str) -> None:
        super().__init__(settings)
        self._uncountable = uncountable

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:
        if "COUNT(" in request.query and any(pattern in request.query for pattern in self._uncountable):
            return super().run(replace(request, query=ENDLESS), 0.2, client)
        return super().run(request, timeout, client)


@pytest.fixture(scope="module")
def large(installation: Settings) -> Iterator[FlaskClient]:
    """Of which neither records nor anything that there is more of can be counted."""
    readers = Overwhelmed(installation, "edm:ProvidedCHO", "foaf:primaryTopic")
    yield create_app(installation, readers).test_client()
    readers.close()


def test_the_start_page_says_many_of_what_it_could_not_count(large: FlaskClient) -> None:
    page: Any = html.fromstring(large.get("/").text)

    *uncounted, concepts = page.xpath("//dl[@class='counts']/div/dd/text()")
    assert ["many"] * 3 == uncounted
    assert concepts.isdigit()
    assert "The store is empty" not in page.text_content()


def test_the_description_leaves_out_what_could_not_be_counted(large: FlaskClient) -> None:
    answer = large.get("/.well-known/void", headers={"Accept": "application/n-triples"})
    said = Graph().parse(data=answer.text, format="nt")

    assert 200 == answer.status_code
    assert said.value(DATASET, VOID.sparqlEndpoint)
    assert said.value(DATASET, VOID.triples) is None
    assert [] == list(said.objects(DATASET, VOID.entities))
    counted = {said.value(part, VOID["class"]): number for part, number in said.subject_objects(VOID.entities)}
    assert [URIRef("http://www.w3.org/2004/02/skos/core#Concept")] == list(counted)


@pytest.mark.parametrize("path", ["/", "/items/", "/.well-known/void", "/doc/concept/", "/sitemap.xml", "/sparql"])
@pytest.mark.parametrize("accept", ["text/html", "text/turtle, */*;q=0.1"])
def test_no_page_fails_for_a_count(large: FlaskClient, path: str, accept: str) -> None:
    assert 200 == large.get(path, headers={"Accept": accept}).status_code


def test_concepts_of_uncounted_items_are_told_without_a_number(large: FlaskClient) -> None:
    page: Any = html.fromstring(large.get("/doc/concept/", headers={"Accept": "text/html"}).text)

    assert page.xpath("//tbody/tr")
    assert ["Concept"] == page.xpath("//thead//th/text()")
    assert "Too many items carry them to be counted in time." in page.text_content()


def test_the_page_of_a_run_says_so_where_its_claims_are_too_many_to_count(installation: Settings) -> None:
    readers = Overwhelmed(installation, "?said oa:hasBody ?body")
    web = create_app(installation, readers).test_client()
    answer = web.get("/doc/run/01JD8QAAAAAAAAAAAAAAAAAAAA", headers={"Accept": "text/html"})
    readers.close()

    assert 200 == answer.status_code
    assert "More than can be counted by concept in time." in answer.text
    assert "image-timeout" in answer.text


def test_nobody_waits_for_a_second_count_that_takes_too_long() -> None:
    patience, asked = Patience(), []

    def slow() -> int:
        asked.append("slow")
        raise QueryTimeout("It took too long.")

    assert [1, None, None] == [patience.told(read) for read in (lambda: 1, slow, slow)]
    assert ["slow"] == asked
