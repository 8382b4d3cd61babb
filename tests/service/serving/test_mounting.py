"""A base IRI with a path: the site answers below it, and its links stay there."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from pyoxigraph import RdfFormat, parse

from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app

CONCEPTS = """
GRAPH <https://heritage.example/red/graph/concepts> {
  <https://heritage.example/red/concept/toy> a <http://www.w3.org/2004/02/skos/core#Concept> ;
    <http://www.w3.org/2004/02/skos/core#prefLabel> "Toy"@en .
}
"""


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    directory = tmp_path_factory.mktemp("mounted")
    settings = load_settings(data_dir=directory, base="https://heritage.example/red")
    with connect(settings) as client:
        client.load(parse(CONCEPTS.encode(), format=RdfFormat.TRIG))
    readers = open_readers(settings)
    yield create_app(settings, readers).test_client()
    readers.close()


@pytest.mark.parametrize("prefix", ["/red", ""])
def test_a_proxy_may_keep_the_path_or_strip_it(mounted: FlaskClient, prefix: str) -> None:
    response = mounted.get(f"{prefix}/concept/toy")

    assert (303, "/red/doc/concept/toy") == (response.status_code, response.headers["Location"])


def test_links_stay_below_the_path(mounted: FlaskClient) -> None:
    page: Any = html.fromstring(mounted.get("/red/doc/concept/toy.html").text)

    local = [address for address in page.xpath("//@href | //@src") if not address.startswith(("http", "#", "?"))]
    assert local
    assert all(address.startswith("/red/") for address in local)
