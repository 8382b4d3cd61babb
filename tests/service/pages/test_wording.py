"""Pages speak to people: in the right direction, without codes for headings, and truly where there is little to say."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import etree, html
from pyoxigraph import RdfFormat, parse

from rubricator.rdf import DC, EDM, FOAF, ORE
from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from tests.service.conftest import Alive
from tests.service.live import BASE

SCROLL = "http://data.europeana.eu/item/1/scroll"


def page(client: FlaskClient, path: str, language: str = "en") -> etree._Element:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language}, follow_redirects=True)
    return html.fromstring(answer.text)


def words(found: etree._Element | None) -> str:
    return "" if found is None else " ".join(" ".join(str(text) for text in found.itertext()).split())


@pytest.mark.parametrize("path", ["/doc/item/folder/bust%252Fone", "/doc/concept/sculpture"])
def test_a_heading_of_others_words_runs_in_the_direction_of_its_script(client: FlaskClient, path: str) -> None:
    heading = page(client, path).find(".//h1")

    assert heading is not None
    assert "auto" == heading.get("dir")


def test_a_label_says_its_language_where_the_readers_own_has_none(client: FlaskClient) -> None:
    heading = page(client, "/doc/concept/sculpture", "zu").find(".//h1")

    assert heading is not None
    assert ("Sculpture", "en") == (words(heading), heading.get("lang"))


@pytest.mark.parametrize(
    ("path", "heading"),
    [("/doc/policy/31bb", "Decision policy"), ("/doc/image/sha256-PICTURE", "Image capture of 2026-11-21 09:58 UTC")],
)
def test_no_code_stands_above_a_heading_where_the_address_stands_below(
    client: FlaskClient, picture: str, path: str, heading: str
) -> None:
    shown = page(client, path.replace("PICTURE", picture))

    assert heading == words(shown.find(".//h1"))
    assert shown.find(".//p[@class='eyebrow']") is None
    assert words(shown.find(".//p[@class='iri']")).startswith(f"{BASE}/id/")


def test_the_page_of_a_run_names_its_address(alive: Alive) -> None:
    shown = page(alive.web, "/doc/run/A")

    assert f"{BASE}/id/run/A" == words(shown.find(".//p[@class='iri']"))
    assert words(shown.find(".//h1")).startswith("Run of 2026-11-20")


def test_one_enrichment_is_not_all(client: FlaskClient) -> None:
    lead = words(page(client, "/annotations/").find(".//p[@class='lead']"))

    assert lead.startswith("The one that is published: a container of Web Annotations")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The front end over one record, which has a title of 200 characters and no picture."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("bare"), base=BASE)
    record = settings.iris.record_graph("1", "scroll")
    lines = f"""{record} <{FOAF}primaryTopic> <{SCROLL}> {record} .
        <{BASE}/proxy> <{ORE}proxyFor> <{SCROLL}> {record} .
        <{BASE}/proxy> <{ORE}proxyIn> <{BASE}/aggregation> {record} .
        <{BASE}/proxy> <{DC}title> "{"scroll " * 28}"@en {record} .
        <{BASE}/aggregation> <{EDM}aggregatedCHO> <{SCROLL}> {record} ."""
    with connect(settings) as store:
        store.load(parse(lines, format=RdfFormat.N_QUADS))
    readers = open_readers(settings)
    yield create_app(settings, readers).test_client()
    readers.close()


def test_a_long_title_is_set_smaller_and_a_missing_picture_leaves_its_frame(bare: FlaskClient) -> None:
    shown = page(bare, "/item/1/scroll")

    assert ["long"] == [h1.get("class") for h1 in shown.iterfind(".//h1")]
    assert "This record has no picture." == words(shown.find(".//p[@class='picture blank']"))
