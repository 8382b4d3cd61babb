"""A base IRI with a path: the site answers below it, and its links stay there."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from pyoxigraph import RdfFormat, parse

from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.readers import Readers, open_readers
from rubricator_service import create_app
from tests.service.live import Fronted, Lent, fronted
from tests.service.serving.wire import request

CONCEPTS = """
GRAPH <https://heritage.example/red/graph/concepts> {
  <https://heritage.example/red/concept/toy> a <http://www.w3.org/2004/02/skos/core#Concept> ;
    <http://www.w3.org/2004/02/skos/core#prefLabel> "Toy"@en .
}
"""


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Readers]]:
    """An installation whose base has a path, and its readers."""
    directory = tmp_path_factory.mktemp("mounted")
    settings = load_settings(data_dir=directory, base="https://heritage.example/red")
    with connect(settings) as client:
        client.load(parse(CONCEPTS.encode(), format=RdfFormat.TRIG))
    readers = open_readers(settings)
    yield settings, Lent(readers)
    readers.close()


@pytest.fixture(scope="module")
def mounted(below: tuple[Settings, Readers]) -> FlaskClient:
    return create_app(*below).test_client()


@pytest.fixture(scope="module")
def served(below: tuple[Settings, Readers]) -> Iterator[Fronted]:
    with fronted(create_app(*below)) as front:
        yield front


@pytest.mark.parametrize("prefix", ["/red", ""])
def test_a_proxy_may_keep_the_path_or_strip_it(mounted: FlaskClient, prefix: str) -> None:
    response = mounted.get(f"{prefix}/concept/toy")

    assert (303, "/red/doc/concept/toy") == (response.status_code, response.headers["Location"])


def test_links_stay_below_the_path(mounted: FlaskClient) -> None:
    page: Any = html.fromstring(mounted.get("/red/doc/concept/toy.html").text)

    local = [address for address in page.xpath("//@href | //@src") if not address.startswith(("http", "#", "?"))]
    assert local
    assert all(address.startswith("/red/") for address in local)


@pytest.mark.parametrize("prefix", ["/red", "", "/%72ed"])
def test_the_front_answers_at_both_as_well(served: Fronted, prefix: str) -> None:
    for method in ("GET", "GET", "HEAD"):  # the second time from what is kept
        answer = served.ask(request(f"{prefix}/concept/toy", method))
        assert (303, "/red/doc/concept/toy") == (answer.status, answer.headers["location"])
    assert b"true" in served.get(f"{prefix}/sparql?query=ASK{{}}").body
    assert 200 == served.post(f"{prefix}/sparql", b"ASK {}", Content_Type="application/sparql-query").status


def test_what_is_kept_is_the_same_for_both(served: Fronted) -> None:
    before = served.front.cache.hits
    paths = ("/red/doc/concept/toy.ttl", "/doc/concept/toy.ttl")

    assert 1 == len({served.get(path).body for path in paths})
    assert before + 1 == served.front.cache.hits


def test_the_path_is_taken_off_once(mounted: FlaskClient, served: Fronted) -> None:
    assert 404 == mounted.get("/red/red/concept/toy").status_code
    assert 404 == served.get("/red/red/concept/toy").status
