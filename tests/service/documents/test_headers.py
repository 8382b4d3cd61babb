"""What headers say: one address of each document under BASE, whatever host, prefix or suffix was asked for."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from tests.service.live import fill

BASE = "https://example.org/enrichments"
CLAIM = "/annotation/0123456789abcdef0123456789"
RUN = "/id/run/01JD8QAAAAAAAAAAAAAAAAAAAA"
CC0 = '<http://creativecommons.org/publicdomain/zero/1.0/>; rel="license"'
ELSEWHERE = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "host=evil.example;proto=gopher",
}
_CONCEPTS = """INSERT DATA { GRAPH <BASE/graph/concepts> {
  <BASE/concept/> a skos:ConceptScheme ; dcterms:license <http://creativecommons.org/publicdomain/zero/1.0/> ,
    <https://opendatacommons.org/licenses/by/1-0/> .
  <BASE/concept/pots> a skos:Concept ; skos:inScheme <BASE/concept/> .
  <BASE/concept/Krüge(groß)> a skos:Concept ; skos:prefLabel "Krüge"@de .
  <BASE/concept/Fässer> a skos:Concept , <http://museum.example/тип> ; skos:prefLabel "Fässer"@de .
  <BASE/concept/T%C3%B6pfe> a skos:Concept ; skos:prefLabel "Töpfe"@de .
} }"""
_RIGHTS = """INSERT { ?picture edm:rights <http://rightsstatements.org/vocab/CNE/1.0/> } WHERE {
  ?aggregation edm:isShownBy ?picture . ?picture a edm:WebResource FILTER(STRSTARTS(STR(?picture), "BASE/media/"))
}"""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """An installation below a path, with a vocabulary of others that has letters of its own in its IRIs."""
    directory = tmp_path_factory.mktemp("below")
    settings = load_settings(data_dir=directory / "data", base=BASE)
    fill(settings, directory)
    with connect(settings) as client:
        client.update(SPARQL_PREFIXES + _CONCEPTS.replace("BASE", BASE))
        client.update(SPARQL_PREFIXES + _RIGHTS.replace("BASE", BASE))
    with closing(open_readers(settings)) as readers:
        yield create_app(settings, readers).test_client()


@pytest.mark.parametrize("prefix", ["", "/enrichments"])
@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        (RUN, 303, "/enrichments/doc/run/01JD8QAAAAAAAAAAAAAAAAAAAA"),
        (f"{RUN}?format=nt", 303, "/enrichments/doc/run/01JD8QAAAAAAAAAAAAAAAAAAAA?format=nt"),
        ("/concept/T%C3%B6pfe", 303, "/enrichments/doc/concept/T%C3%B6pfe"),
        ("/concept/Kr%C3%BCge(gro%C3%9F)", 303, "/enrichments/doc/concept/Kr%C3%BCge(gro%C3%9F)"),
        ("/runs?page=1", 308, "/enrichments/runs/?page=1"),
        ("/annotations", 308, "/enrichments/annotations/"),
        ("/favicon.ico", 308, "/enrichments/static/icon.svg"),
    ],
)
def test_a_redirect_stays_on_the_site_whatever_host_is_named(
    web: FlaskClient, prefix: str, path: str, status: int, location: str
) -> None:
    answer = web.get(prefix + path, headers=ELSEWHERE)

    assert (status, location) == (answer.status_code, answer.headers["Location"])
    assert "evil" not in str(answer.headers) + answer.text


@pytest.mark.parametrize(
    "path", ["/runs", "/annotations", "/items", "/dumps", "/feed", "/concept", RUN, "/concept/pots"]
)
def test_a_browser_may_ask_whether_it_may_follow_a_redirect(web: FlaskClient, path: str) -> None:
    """Fetch takes a redirected preflight for a refusal."""
    asked = {"Origin": "https://other.example", "Access-Control-Request-Headers": "prefer"}
    answer = web.options(path, headers=asked)

    assert 200 == answer.status_code
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert "Prefer" in answer.headers["Access-Control-Allow-Headers"]
    assert web.get(path).status_code in (303, 308)


def test_the_icon_is_found_where_programs_look_for_it_and_kept(web: FlaskClient) -> None:
    answer = web.get("/favicon.ico")
    icon = web.get(answer.headers["Location"], buffered=True)

    assert "public, max-age=86400" == answer.headers["Cache-Control"]
    assert (200, "image/svg+xml") == (icon.status_code, icon.mimetype)
    assert icon.headers["ETag"]
    assert b"http" not in icon.data.replace(b"http://www.w3.org/2000/svg", b"")
    assert b"style" not in icon.data


def test_a_redirect_to_a_document_says_what_follows(web: FlaskClient) -> None:
    answer = web.get(RUN)
    document = "/enrichments/doc/run/01JD8QAAAAAAAAAAAAAAAAAAAA"

    assert "Accept" in answer.vary
    assert {
        f'<{document}>; rel="describedby"',
        f'<{document}.ttl>; rel="alternate"; type="text/turtle"; title="Turtle"',
        '<https://w3id.org/rubricator/ns#Run>; rel="type"',
        CC0,
    } <= set(answer.headers.getlist("Link"))


@pytest.mark.parametrize("suffix", ["", ".ttl", ".jsonld", ".nt", ".rdf", ".html"])
@pytest.mark.parametrize(
    ("path", "kind", "licence"),
    [
        (CLAIM, "http://www.w3.org/ns/oa#Annotation", CC0),
        ("/doc/run/01JD8QAAAAAAAAAAAAAAAAAAAA", "https://w3id.org/rubricator/ns#Run", CC0),
        ("/item/9990001/demo_0001", "http://www.europeana.eu/schemas/edm/ProvidedCHO", None),
        ("/ns", "http://www.w3.org/2002/07/owl#Ontology", CC0),
        ("/problems/not-found", "http://www.w3.org/2004/02/skos/core#Concept", CC0),
        ("/reasons/image-timeout", "http://www.w3.org/2004/02/skos/core#Concept", CC0),
        ("/.well-known/void", "http://rdfs.org/ns/void#DatasetDescription", CC0),
        ("/dumps/", "http://www.w3.org/ns/dcat#Catalog", None),
        ("/feed/", "https://w3id.org/ldes#EventStream", CC0),
        ("/feed/1", "https://w3id.org/tree#Node", CC0),
    ],
)
def test_a_document_says_its_address_its_kind_and_its_licence(
    web: FlaskClient, path: str, kind: str, licence: str | None, suffix: str
) -> None:
    answer = web.get(path + suffix, headers=ELSEWHERE)
    links = answer.headers.getlist("Link")

    assert 200 == answer.status_code
    assert f'<{BASE}{path}>; rel="canonical"' in links
    assert f'<{kind}>; rel="type"' in links
    assert '</enrichments/ns>; rel="describedby"' in links
    assert f'</enrichments{path}.jsonld>; rel="alternate"; type="application/ld+json"; title="JSON-LD"' in links
    assert [licence] * bool(licence) == [link for link in links if link.endswith('rel="license"')]
    assert "evil" not in str(answer.headers) + answer.text


@pytest.mark.parametrize("suffix", ["", ".trig", ".nt", ".html"])
@pytest.mark.parametrize(
    ("name", "licence"), [("ledger", CC0), ("run/01JD8QAAAAAAAAAAAAAAAAAAAA", CC0), ("edm/9990001/demo_0001", None)]
)
def test_a_graph_says_the_same_of_itself(web: FlaskClient, name: str, suffix: str, licence: str | None) -> None:
    links = web.get(f"/graph/{name}{suffix}", buffered=True).headers.getlist("Link")

    assert f'<{BASE}/graph/{name}>; rel="canonical"' in links
    assert '<http://www.w3.org/ns/sparql-service-description#Graph>; rel="type"' in links
    assert '</enrichments/ns>; rel="describedby"' in links
    assert [licence] * bool(licence) == [link for link in links if link.endswith('rel="license"')]


def test_a_picture_leads_to_what_is_said_of_it_and_names_its_rights(web: FlaskClient) -> None:
    record = web.get("/id/item/folder/bust%252Fone", headers={"Accept": "application/n-triples"}, follow_redirects=True)
    [sha256] = set(re.findall(rf"<{BASE}/media/([0-9a-f]{{64}})>", record.text))
    links = web.get(f"/media/{sha256}", buffered=True).headers.getlist("Link")

    assert f'</enrichments/id/image/sha256-{sha256}>; rel="describedby"' in links
    assert 303 == web.get(f"/id/image/sha256-{sha256}").status_code
    assert '<http://rightsstatements.org/vocab/CNE/1.0/>; rel="license"' in links


def test_the_service_description_names_its_forms(web: FlaskClient) -> None:
    links = web.get("/sparql", headers={"Accept": "text/turtle"}).headers.getlist("Link")

    assert '</enrichments/sparql?format=rdf>; rel="alternate"; type="application/rdf+xml"; title="RDF/XML"' in links
    assert '</enrichments/.well-known/void>; rel="describedby"' in links


def test_the_start_page_leads_programs_to_the_description_of_the_data_set(web: FlaskClient) -> None:
    links = web.get("/").headers.getlist("Link")

    assert '</enrichments/.well-known/void>; rel="describedby"' in links


def test_a_page_of_enrichments_says_that_it_is_one(web: FlaskClient) -> None:
    links = web.get("/annotations/?after=").headers.getlist("Link")

    assert '<https://www.w3.org/ns/activitystreams#OrderedCollectionPage>; rel="type"' in links


def test_concepts_name_both_licences_wherever_they_are_told(web: FlaskClient) -> None:
    both = [CC0, '<https://opendatacommons.org/licenses/by/1-0/>; rel="license"']

    for path in ("/graph/concepts.nt", "/doc/concept/.ttl", "/doc/concept/pots.ttl"):
        links = web.get(path, buffered=True).headers.getlist("Link")
        assert both == sorted(link for link in links if link.endswith('rel="license"')), path


@pytest.mark.parametrize("path", [RUN, "/concept/", CLAIM, "/runs", "/annotations", "/graph/ledger", "/ns"])
def test_nothing_that_is_sent_is_redirected(web: FlaskClient, path: str) -> None:
    assert web.post(path, data={"a": "b"}).status_code in (404, 405)


@pytest.mark.parametrize("name", ["T%C3%B6pfe", "Kr%C3%BCge(gro%C3%9F)"])
@pytest.mark.parametrize("suffix", ["ttl", "html"])
def test_a_concept_of_others_answers_under_the_iri_that_they_gave_it(web: FlaskClient, name: str, suffix: str) -> None:
    answer = web.get(f"/doc/concept/{name}.{suffix}")

    assert 200 == answer.status_code
    if suffix == "ttl":
        assert [True] * 2 == ["/concept/" in str(quad.subject) for quad in parse(answer.data, RdfFormat.TURTLE)]


@pytest.mark.parametrize(
    "path",
    [
        "/shapes/", "/shapes/edm", "/shapes/.ttl", "/problems/", "/problems/.nt", "/reasons/", "/reasons/image-timeout",
        "/annotations/", "/annotations/.ttl", "/annotations/?after=zz", "/ns", "/graph/reviews", CLAIM, RUN,
    ],
)  # fmt: skip
def test_head_is_get_without_a_body(web: FlaskClient, path: str) -> None:
    got, head = web.get(path), web.head(path)

    assert (b"", got.status_code) == (head.data, head.status_code)
    assert got.headers.getlist("Link") == head.headers.getlist("Link")
    assert got.headers.get("ETag") == head.headers.get("ETag")


@pytest.mark.parametrize(
    "path",
    [
        "/shapes/none",
        "/shapes/..%2Frubricator",
        "/problems/none",
        "/reasons/none",
        "/ns.exe",
        "/.well-known/void.exe",
        "/dumps/.exe",
        "/feed/.exe",
    ],
)
def test_there_is_nothing_beside_what_comes_with_the_software(web: FlaskClient, path: str) -> None:
    assert 404 == web.get(path).status_code


def test_a_kind_with_letters_of_its_own_is_told_in_letters_that_headers_may_have(web: FlaskClient) -> None:
    answer = web.get("/doc/concept/F%C3%A4sser", headers={"Accept": "text/turtle"})

    assert '<http://museum.example/%D1%82%D0%B8%D0%BF>; rel="type"' in answer.headers.getlist("Link")
    assert all(value.isascii() for _, value in answer.headers)
