"""An explanation is served at the address of its annotation, in every form, and is gone where the annotation is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pyoxigraph import NamedNode, Triple
from rdflib import Graph

from rubricator.enrichment.explanation import Explained, ExplainedConcept, Neighbour, explanation_triples
from rubricator.rdf import ENR, SPARQL_PREFIXES
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator.vocabulary import load_prompts, load_vocabulary
from rubricator_service import create_app
from tests.service.live import BASE, fill

# rdflib warns of itself when it reads JSON-LD into a plain graph.
pytestmark = pytest.mark.filterwarnings(
    "ignore:(ConjunctiveGraph|Dataset.default_context) is deprecated:DeprecationWarning"
)

CLAIM = "/annotation/0123456789abcdef0123456789"
RETRACTED = "/annotation/ffffffffffffffffffffffffff"
UNEXPLAINED = "/annotation/aaaaaaaaaaaaaaaaaaaaaaaaaa"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class Near:
    """A prompt and its cosine."""

    prompt = "a bust of marble"
    cosine = 0.31


def explained(annotation: str, item: str) -> Explained:
    return Explained(
        annotation=NamedNode(f"{BASE}{annotation}"),
        sha256="0" * 64,
        chosen=ExplainedConcept("sculpture", 0.81, 0.31, 0.55, (Near(),)),
        runners_up=(ExplainedConcept("woodwork", 0.07, 0.12, None), ExplainedConcept("toy", 0.11, 0.2, 0.6, (Near(),))),
        neighbours=(Neighbour(NamedNode(item), NamedNode("https://museum.test/2.jpg"), "1" * 64, 0.66),),
        method="Gradient times activation.",
        remarks=("One remark.",),
    )


@pytest.fixture(scope="module")
def settings_with_explanations(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    directory = tmp_path_factory.mktemp("explained")
    settings = load_settings(data_dir=directory / "data", base=BASE)
    fill(settings, directory)
    vocabulary = load_vocabulary(settings.iris)
    prompts, maker = load_prompts(vocabulary), settings.iris.thing("agent", "rubricator")
    made = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    with connect(settings) as client:
        for annotation in (CLAIM, RETRACTED):
            told = explained(annotation, f"{BASE}/id/item/folder/bust%252Fone")
            triples = explanation_triples(told, vocabulary, prompts, maker, made, settings.iris)
            client.put_graph(settings.iris.explanation_graph(NamedNode(f"{BASE}{annotation}")), triples)
    settings.explanation_dir.mkdir()
    Image.linear_gradient("L").save(settings.explanation_dir / f"{Path(CLAIM).name}.png")
    return settings


@pytest.fixture(scope="module")
def client(settings_with_explanations: Settings) -> Iterator[FlaskClient]:
    readers = open_readers(settings_with_explanations)
    yield create_app(settings_with_explanations, readers).test_client()
    readers.close()


def test_people_get_a_page_with_the_map_the_runners_up_the_prompts_and_similar_pictures(client: FlaskClient) -> None:
    response = client.get(f"{CLAIM}/explanation", headers=BROWSER)
    page = response.text

    assert (200, "text/html; charset=utf-8") == (response.status_code, response.content_type)
    for text in (f"{CLAIM}/explanation.png", "a bust of marble", "0.660", "One remark.", "never", "Gradient times"):
        assert text in page
    runners_up = [page.index(f'concept/{slug}"', page.index("What was considered")) for slug in ("toy", "woodwork")]
    assert sorted(runners_up) == runners_up, "the better runner-up comes first"


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_programs_get_the_same_triples_in_every_format(client: FlaskClient, suffix: str) -> None:
    kind = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}[suffix]
    found = Graph().parse(data=client.get(f"{CLAIM}/explanation.{suffix}").text, format=kind)

    assert len(Graph().parse(data=client.get(f"{CLAIM}/explanation.nt").text, format="nt")) == len(found) > 20


def test_the_heat_map_is_a_picture_that_is_sent_once(client: FlaskClient) -> None:
    first = client.get(f"{CLAIM}/explanation", headers={"Accept": "image/avif,image/png,image/*;q=0.8"})
    again = client.get(f"{CLAIM}/explanation.png", headers={"If-None-Match": first.headers["ETag"]})

    assert ("image/png", b"\x89PNG") == (first.content_type, first.data[:4])
    assert "public, max-age=0, must-revalidate" == first.headers["Cache-Control"]
    assert (304, b"") == (again.status_code, again.data)


@pytest.fixture
def withdrawing(tmp_path: Path) -> Iterator[tuple[Settings, FlaskClient]]:
    """An installation of one's own, whose records may change, with a map drawn over its picture."""
    settings = load_settings(data_dir=tmp_path / "data", base=BASE)
    fill(settings, tmp_path)
    with connect(settings) as store:
        store.put_graph(
            settings.iris.explanation_graph(NamedNode(f"{BASE}{CLAIM}")),
            [Triple(NamedNode(f"{BASE}{CLAIM}/explanation"), ENR["considered"], NamedNode(f"{BASE}{CLAIM}/x#a"))],
        )
    settings.explanation_dir.mkdir()
    Image.linear_gradient("L").save(settings.explanation_dir / f"{Path(CLAIM).name}.png")
    readers = open_readers(settings)
    yield settings, create_app(settings, readers).test_client()
    readers.close()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE WHERE { ?picture a edm:WebResource . ?aggregation edm:isShownBy ?picture }",
        "INSERT { ?picture edm:rights <http://creativecommons.org/licenses/by-nd/4.0/> } "
        "WHERE { ?picture a edm:WebResource }",
        "INSERT { ?aggregation edm:rights <http://creativecommons.org/licenses/by-nc-nd/4.0/> } "
        "WHERE { ?aggregation edm:isShownBy ?picture }",
    ],
)
def test_a_map_over_a_picture_is_gone_as_soon_as_the_picture_may_not_be_shown_so(
    withdrawing: tuple[Settings, FlaskClient], change: str
) -> None:
    settings, client = withdrawing
    assert 200 == client.get(f"{CLAIM}/explanation.png").status_code

    with connect(settings) as store:
        store.update(f"{SPARQL_PREFIXES}{change}")

    gone = client.get(f"{CLAIM}/explanation.png")
    assert 404 == gone.status_code
    assert "no heat map any more" in gone.get_json(force=True)["detail"]
    assert 200 == client.get(f"{CLAIM}/explanation.ttl").status_code
    (settings.explanation_dir / f"{Path(CLAIM).name}.png").rename(
        settings.explanation_dir / f"{Path(CLAIM).name}-alone.png"
    )
    assert 200 == client.get(f"{CLAIM}/explanation.png").status_code, "a map alone shows nothing of the picture"


def test_a_map_that_was_drawn_after_the_page_was_read_is_on_the_page(
    withdrawing: tuple[Settings, FlaskClient],
) -> None:
    """It is a file beside the store: the view stays as it was."""
    settings, client = withdrawing
    drawn = settings.explanation_dir / f"{Path(CLAIM).name}.png"
    drawn.rename(drawn.with_suffix(".later"))
    offered = {"Accept": "text/turtle"}

    before = client.get(f"{CLAIM}/explanation", headers=offered)
    assert before.text
    drawn.with_suffix(".later").rename(drawn)
    after = client.get(f"{CLAIM}/explanation", headers=offered)

    assert [False, True] == ["explanation.png" in " ".join(one.headers.getlist("Link")) for one in (before, after)]


def test_a_retracted_claim_keeps_its_explanation_with_410(client: FlaskClient) -> None:
    page = client.get(f"{RETRACTED}/explanation", headers=BROWSER)

    assert 410 == page.status_code
    assert "Retracted" in page.text
    assert 410 == client.get(f"{RETRACTED}/explanation.ttl").status_code


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (f"{UNEXPLAINED}/explanation", "`rubricator explain http"),
        ("/annotation/none/explanation", "There is no annotation"),
        (f"{RETRACTED}/explanation.png", "no heat map"),
        (f"{CLAIM}/explanation.docx", "it comes as ttl, jsonld, nt, rdf, html, png"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(client: FlaskClient, path: str, sentence: str) -> None:
    response = client.get(path)

    assert 404 == response.status_code
    assert sentence in response.get_json(force=True)["detail"]


def test_the_page_of_a_claim_links_to_its_explanation_where_there_is_one(client: FlaskClient) -> None:
    link = f'href="{CLAIM}/explanation"'

    assert link in client.get(CLAIM, headers=BROWSER).text
    assert f'href="{UNEXPLAINED}/explanation"' not in client.get(UNEXPLAINED, headers=BROWSER).text
