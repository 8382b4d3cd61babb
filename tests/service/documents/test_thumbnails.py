"""Pictures of all hosts are shown by small copies of ours, where their rights allow it and beside what these are."""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from PIL import Image
from pyoxigraph import NamedNode, RdfFormat, parse

from rubricator.images import ImageStore
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from rubricator_service.context import EXTENSION, Service
from rubricator_service.reading.pictures import read_pictures
from tests.service.live import BASE

OPEN = "http://creativecommons.org/licenses/by/4.0/"
RESTRICTED = "http://rightsstatements.org/vocab/NoC-NC/1.0/"
CLOSED = "http://rightsstatements.org/vocab/InC/1.0/"
NO_DERIVATIVES = "http://creativecommons.org/licenses/by-nd/4.0/"
OWN_LICENCE = "http://museum.example/licence"
# (of the picture itself, of its aggregation) → what may be shown
CASES: dict[str, tuple[str, str, bool]] = {
    "open": ("", OPEN, True),
    "restricted": ("", RESTRICTED, True),
    "closed": ("", CLOSED, False),
    "unstated": ("", "", False),
    "closed-itself": (CLOSED, OPEN, False),
    "open-itself": (OPEN, CLOSED, True),
    "based-on-open": ("", OWN_LICENCE, True),
    "as-it-is": (NO_DERIVATIVES, OPEN, True),
}
PREFIXES = """
@prefix dc: <http://purl.org/dc/elements/1.1/> . @prefix edm: <http://www.europeana.eu/schemas/edm/> .
@prefix enr: <https://w3id.org/rubricator/ns#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> . @prefix ore: <http://www.openarchives.org/ore/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def item(name: str) -> str:
    return f"http://data.europeana.eu/item/1/{name}"


def image(name: str) -> str:
    return f"https://museum.example/{name}.jpg"


def record(name: str, own: str, of_all: str) -> str:
    """An item with a picture at a museum's server, and what is stated of their rights."""
    lines = f"""
      <{item(name)}> a edm:ProvidedCHO . <{item(name)}#proxy> a ore:Proxy ; ore:proxyFor <{item(name)}> ;
        dc:title "{name}" .
      <{item(name)}#aggregation> a ore:Aggregation ; edm:aggregatedCHO <{item(name)}> ; edm:isShownBy <{image(name)}> .
      <{image(name)}> a edm:WebResource . <{OWN_LICENCE}> odrl:inheritFrom <{OPEN}> ."""
    if own:
        lines += f"<{image(name)}> edm:rights <{own}> ."
    if of_all:
        lines += f"<{item(name)}#aggregation> edm:rights <{of_all}> ."
    graph = f"{BASE}/graph/edm/1/{name}"
    return f"{lines} GRAPH <{graph}> {{ {lines} <{graph}> foaf:primaryTopic <{item(name)}> . }}"


def capture(name: str, sha256: str) -> str:
    """That a run has looked at these bytes of a picture."""
    return f"""GRAPH <{BASE}/graph/ledger> {{ <{BASE}/id/image/sha256-{sha256}> a enr:ImageCapture ;
      prov:specializationOf <{image(name)}> ; enr:sha256 "{sha256}" ;
      prov:generatedAtTime "2026-11-21T10:00:00Z"^^xsd:dateTime . }}"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("thumbnails"), base=BASE)


@pytest.fixture(scope="module")
def hashes(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The bytes of each picture, in the image cache; no record names the last."""
    found = {}
    for number, name in enumerate((*CASES, "damaged", "lost", "nameless")):
        file = tmp_path_factory.mktemp("taken") / "one.jpg"
        Image.new("RGB", (1600, 800), (number * 20, 90, 160)).save(file)
        found[name] = ImageStore(settings).ingest(file).sha256
    return found


@pytest.fixture(scope="module")
def web(settings: Settings, hashes: dict[str, str]) -> Iterator[FlaskClient]:
    """Records of all cases, one whose file is lost, and one that no run has looked at."""
    cases = CASES | {"damaged": ("", OPEN, True), "lost": ("", OPEN, True), "unseen": ("", OPEN, True)}
    text = PREFIXES + "".join(record(name, own, of_all) for name, (own, of_all, _) in cases.items())
    text += "".join(capture(name, sha256) for name, sha256 in hashes.items())
    with connect(settings) as store:
        store.load(parse(text.encode(), format=RdfFormat.TRIG))
    ImageStore(settings).path(hashes["lost"]).unlink()
    damaged = ImageStore(settings).path(hashes["damaged"])
    damaged.write_bytes(damaged.read_bytes()[:700])
    with closing(open_readers(settings)) as readers:
        yield create_app(settings, readers).test_client()


@pytest.fixture
def thumbnail(hashes: dict[str, str]) -> Callable[[str], str]:
    return lambda name: f"/media/{hashes[name]}/thumbnail"


def read(web: FlaskClient, path: str) -> Any:
    return html.fromstring(web.get(path, headers={"Accept": "text/html"}).text)


@pytest.mark.parametrize(("name", "shown"), [(name, shown) for name, (_, _, shown) in CASES.items()])
def test_rights_decide_whether_a_picture_is_shown(
    web: FlaskClient, thumbnail: Callable[[str], str], name: str, shown: bool
) -> None:
    answer = web.get(thumbnail(name), headers={"Accept": "image/*, application/problem+json;q=0.1"})
    page = read(web, f"/item/1/{name}")

    assert (200 if shown else 403) == answer.status_code
    assert ([thumbnail(name)] if shown else []) == page.xpath("//figure//img/@src")
    assert shown or image(name) in page.xpath("//figure//a/@href")


def test_what_may_be_shown_may_be_drawn_over_unless_its_licence_forbids_changes(
    settings: Settings, web: FlaskClient
) -> None:
    state: Service = web.application.extensions[EXTENSION]
    pictures = read_pictures(state.reading, settings.iris, (NamedNode(image(name)) for name in CASES))

    drawn = {name for name in CASES if pictures[NamedNode(image(name))].may_be_drawn_over}
    assert {name for name, (*_, shown) in CASES.items() if shown} - {"as-it-is"} == drawn


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("open", "Rights: CC BY 4.0"),
        (
            "closed",
            "not shown: its rights do not allow it The picture at its provider · Rights: RightsStatements.org InC",
        ),
        ("unstated", "not shown: nobody states its rights The picture at its provider · Rights: no rights stated"),
        ("lost", "not kept here any more The picture at its provider · Rights: CC BY 4.0"),
        ("unseen", "not looked at yet The picture at its provider · Rights: CC BY 4.0"),
    ],
)
def test_beside_every_picture_stand_its_rights_and_in_the_place_of_one_why_it_is_not_shown(
    web: FlaskClient, name: str, told: str
) -> None:
    page = read(web, f"/item/1/{name}")

    assert told in " ".join(page.xpath("string(//figure)").split())


def test_lists_of_items_ask_no_other_host_for_pictures(web: FlaskClient) -> None:
    page = read(web, "/items/")

    sources = page.xpath("//img/@src")
    assert 6 == len(sources)
    assert all(source.startswith("/media/") for source in sources)
    assert 11 == len(page.xpath("//ul[@class='cards']//p[@class='rights']"))


def test_a_thumbnail_is_small_and_known_again(web: FlaskClient, thumbnail: Callable[[str], str]) -> None:
    answer = web.get(thumbnail("open"))
    again = web.get(thumbnail("open"), headers={"If-None-Match": answer.headers["ETag"]})

    assert (640, 320) == Image.open(io.BytesIO(answer.data)).size
    assert "image/webp" == answer.mimetype
    assert "Vary" not in answer.headers
    assert (304, b"") == (again.status_code, again.data)


@pytest.mark.parametrize(("name", "status"), [("lost", 410), ("damaged", 410), ("nameless", 404)])
def test_what_is_lost_or_damaged_is_gone_and_what_nobody_names_was_never_here(
    web: FlaskClient, thumbnail: Callable[[str], str], name: str, status: int
) -> None:
    assert status == web.get(thumbnail(name)).status_code
    assert 404 == web.get("/media/none/thumbnail").status_code
