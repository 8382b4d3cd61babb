"""Every IRI that we mint answers, in every format, with the same triples."""

from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Quad
from rdflib import Dataset, Graph, URIRef
from rdflib.compare import isomorphic

from rubricator.rdf import EDM, FOAF, TYPE
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from tests.service.documents.contexts import inlined
from tests.service.live import BASE

# rdflib warns of itself when it reads JSON-LD into a plain graph.
pytestmark = pytest.mark.filterwarnings(
    "ignore:(ConjunctiveGraph|Dataset.default_context) is deprecated:DeprecationWarning"
)

CLAIM = "/annotation/0123456789abcdef0123456789"
NEAR_MISS = "/annotation/aaaaaaaaaaaaaaaaaaaaaaaaaa"
RETRACTED = "/annotation/ffffffffffffffffffffffffff"
RUN = "/id/run/01JD8QAAAAAAAAAAAAAAAAAAAA"
RUN_GRAPH = "/graph/run/01JD8QAAAAAAAAAAAAAAAAAAAA"
BUST = "/id/item/folder/bust%252Fone"
MODEL = "/id/model/rubricator-lite/9f2c40d36591"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

THINGS = (
    RUN, BUST, MODEL, "/id/promptset/77aa", "/id/policy/31bb", "/id/agent/operator", "/id/event/e91",
    "/id/dataset/9990001", "/id/proxy/folder/bust%252Fone", "/concept/sculpture", "/concept/",
)  # fmt: skip
FORMATS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}


def document_of(thing: str) -> str:
    return "/doc/" + thing.removeprefix("/id/").removeprefix("/")


def read(text: str, suffix: str) -> Graph:
    if suffix == "jsonld":
        text = inlined(text.encode()).decode()
    return Graph().parse(data=text, format=FORMATS[suffix])


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("accept", ["text/turtle", BROWSER, "*/*"])
def test_a_thing_leads_to_its_document(client: FlaskClient, thing: str, accept: str) -> None:
    response = client.get(thing, headers={"Accept": accept, "Host": "evil.example"})

    assert 303 == response.status_code
    assert document_of(thing) == response.headers["Location"]
    assert "*" == response.headers["Access-Control-Allow-Origin"]


@pytest.mark.parametrize("thing", THINGS)
def test_every_format_of_a_document_says_the_same_of_its_thing(client: FlaskClient, thing: str) -> None:
    reference = read(client.get(f"{document_of(thing)}.nt").text, "nt")

    assert (URIRef(f"http://rubricator.test{thing}"), None, None) in reference
    for suffix in FORMATS:
        assert isomorphic(reference, read(client.get(f"{document_of(thing)}.{suffix}").text, suffix)), suffix


@pytest.mark.parametrize("path", [CLAIM, NEAR_MISS, RETRACTED, "/item/9990001/demo_0001"])
def test_every_format_of_a_document_that_is_itself_named_says_the_same(client: FlaskClient, path: str) -> None:
    reference = read(client.get(f"{path}.nt").text, "nt")

    assert len(reference) > 5
    for suffix in FORMATS:
        assert isomorphic(reference, read(client.get(f"{path}.{suffix}").text, suffix)), suffix


@pytest.mark.parametrize("path", [document_of(RUN), document_of(BUST), document_of("/concept/sculpture"), CLAIM])
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle;q=0.4, application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml; charset=utf-8", "application/rdf+xml"),
        (BROWSER, "text/html"),
        ("text/*", "text/turtle"),
        ("text/html;q=0, text/*", "text/turtle"),
    ],
)
def test_a_document_comes_as_asked(client: FlaskClient, path: str, accept: str | None, media_type: str) -> None:
    response = client.get(path, headers={} if accept is None else {"Accept": accept})

    assert (200, media_type) == (response.status_code, response.mimetype)
    assert {"Accept", "Accept-Language"} <= set(response.vary)


@pytest.mark.parametrize("accept", [{}, {"Accept": "*/*"}])
@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        (document_of(RUN), "text/turtle"),
        (document_of(BUST), "text/turtle"),
        (document_of("/concept/sculpture"), "text/turtle"),
        (CLAIM, "application/ld+json"),
    ],
)
def test_who_asks_for_nothing_in_particular_gets_turtle_of_a_thing_and_of_an_annotation_what_its_protocol_says(
    client: FlaskClient, path: str, media_type: str, accept: dict[str, str]
) -> None:
    assert media_type == client.get(path, headers=accept).mimetype


@pytest.mark.parametrize("path", [document_of(RUN), CLAIM])
def test_a_document_says_what_else_it_comes_as(client: FlaskClient, path: str) -> None:
    links = client.get(path).headers.getlist("Link")

    assert f'<{path}.jsonld>; rel="alternate"; type="application/ld+json"; title="JSON-LD"' in links
    assert '</ns>; rel="describedby"' in links


def test_what_no_document_is_is_not_acceptable(client: FlaskClient) -> None:
    assert 406 == client.get(document_of(RUN), headers={"Accept": "image/png"}).status_code
    assert 406 == client.get(f"{document_of(RUN)}?format=gif").status_code


def test_format_in_the_address_beats_accept(client: FlaskClient) -> None:
    response = client.get(f"{document_of(RUN)}?format=jsonld", headers={"Accept": "text/turtle"})

    assert "application/ld+json" == response.mimetype


@pytest.mark.parametrize("thing", [RUN, BUST, "/concept/sculpture", "/id/dataset/9990001"])
@pytest.mark.parametrize("suffix", [*FORMATS, "html"])
def test_a_suffix_on_a_thing_leads_to_its_document_in_that_form(client: FlaskClient, thing: str, suffix: str) -> None:
    redirect = client.get(f"{thing}.{suffix}")

    assert (303, f"{document_of(thing)}.{suffix}") == (redirect.status_code, redirect.headers["Location"])
    assert client.get(f"{document_of(thing)}.{suffix}").data == client.get(redirect.headers["Location"]).data
    assert 200 == client.get(redirect.headers["Location"]).status_code
    assert client.get(thing).headers.getlist("Link") == redirect.headers.getlist("Link")


@pytest.mark.parametrize("path", ["/concept/none.ttl", f"{RUN}.trig", f"{RUN}.ttl.ttl", "/id/item/folder/none.nt"])
def test_no_suffix_makes_a_thing_of_nothing(client: FlaskClient, path: str) -> None:
    assert 404 == client.get(path).status_code


def test_a_thing_whose_name_ends_like_a_format_is_itself(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base=BASE)
    item, graph = settings.iris.item("folder", "vase.ttl"), settings.iris.record_graph("folder", "vase.ttl")
    with connect(settings) as store:
        store.load([Quad(graph, FOAF["primaryTopic"], item, graph), Quad(item, TYPE, EDM["ProvidedCHO"], graph)])
    with closing(open_readers(settings)) as readers:
        web = create_app(settings, readers).test_client()
        itself, in_a_form = (web.get(f"/id/item/folder/vase.ttl{suffix}").headers["Location"] for suffix in ("", ".nt"))
        document = web.get(in_a_form)

    assert ("/doc/item/folder/vase.ttl", "/doc/item/folder/vase.ttl.nt") == (itself, in_a_form)
    assert str(item) in document.text


def test_a_redirect_keeps_the_format(client: FlaskClient) -> None:
    assert f"{document_of(RUN)}?format=ttl" == client.get(f"{RUN}?format=turtle").headers["Location"]


@pytest.mark.parametrize(
    "path",
    [
        "/id/run/none", "/id/dataset/none", "/id/item/folder/none", "/id/item/folder", "/id/nothing/at/all",
        "/concept/none", "/doc/run/none", "/doc/item/folder/none.ttl", "/annotation/none", "/graph/none",
        "/item/none/none", "/media/none", "/none",
        "/id/run/%3E%20%7D%20DROP", "/annotation/%22%0A", "/graph/%3C%3E", "/concept/a%20b",
    ],
)  # fmt: skip
def test_what_never_existed_is_not_found(client: FlaskClient, path: str) -> None:
    response = client.get(path)

    assert (404, "application/problem+json") == (response.status_code, response.mimetype)
    assert "*" == response.headers["Access-Control-Allow-Origin"]


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "html"])
def test_a_retracted_enrichment_is_gone_but_described(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"{RETRACTED}.{suffix}")

    assert 410 == response.status_code
    assert "2026-11-20" in response.text
    assert "http://data.europeana.eu/concept/47" in response.text


@pytest.mark.parametrize("path", [document_of(RUN), CLAIM, document_of(BUST), "/ns", "/"])
@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "text/html"])
def test_who_has_it_already_gets_304(client: FlaskClient, path: str, accept: str) -> None:
    first = client.get(path, headers={"Accept": accept})
    second = client.get(path, headers={"Accept": accept, "If-None-Match": first.headers["ETag"]})

    assert (304, b"") == (second.status_code, second.data)
    assert first.headers["ETag"] == second.headers["ETag"]
    assert set(first.vary) == set(second.vary)


def test_formats_have_different_etags(client: FlaskClient) -> None:
    tags = {client.get(f"{CLAIM}.{suffix}").headers["ETag"] for suffix in (*FORMATS, "html")}

    assert 5 == len(tags)


def test_languages_have_different_etags(client: FlaskClient) -> None:
    pages = [
        client.get(CLAIM, headers={"Accept": "text/html", "Accept-Language": language}) for language in ("de", "en")
    ]

    assert 2 == len({page.headers["ETag"] for page in pages})


@pytest.mark.parametrize("path", [RUN, document_of(RUN), CLAIM, RUN_GRAPH, "/", "/runs/", "/none"])
def test_head_is_get_without_a_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)

    assert b"" == head.data
    assert (got.status_code, got.mimetype, got.headers.get("ETag"), got.vary) == (
        head.status_code, head.mimetype, head.headers.get("ETag"), head.vary,
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["ledger", "concepts", "run/01JD8QAAAAAAAAAAAAAAAAAAAA", "edm/9990001/demo_0001", "edm/folder/bust%252Fone"]
)
def test_a_graph_comes_whole_with_its_name_and_without(client: FlaskClient, name: str) -> None:
    iri = f"http://rubricator.test/graph/{name}"
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    reference = Graph().parse(
        data=client.get("/sparql", query_string={"query": query, "format": "nt"}).text, format="nt"
    )

    for suffix, parser in (("trig", "trig"), ("nq", "nquads")):
        response = client.get(f"/graph/{name}.{suffix}")
        dataset = Dataset()
        dataset.parse(data=response.text, format=parser)
        assert [iri] == [str(graph.identifier) for graph in dataset.graphs() if len(graph)]
        assert isomorphic(reference, dataset.graph(URIRef(iri)))
    for media_type in ("text/turtle", "application/n-triples"):
        response = client.get(f"/graph/{name}", headers={"Accept": media_type})
        assert (200, media_type) == (response.status_code, response.mimetype)
        assert isomorphic(reference, Graph().parse(data=response.text, format=media_type))


@pytest.mark.parametrize("media_type", ["application/ld+json", "application/rdf+xml", "image/png"])
def test_a_graph_that_is_not_there_is_there_in_no_form(client: FlaskClient, media_type: str) -> None:
    assert 404 == client.get("/graph/nothing", headers={"Accept": media_type}).status_code
    problem = client.get("/graph/ledger", headers={"Accept": media_type})
    assert (406, True) == (problem.status_code, "text/turtle" in problem.text)


def test_an_identifier_with_a_slash_is_not_mixed_up(client: FlaskClient) -> None:
    assert 404 == client.get("/id/item/folder/bust/one/more").status_code
    assert "http://rubricator.test/id/item/folder/bust%252Fone" in client.get(document_of(BUST)).text


def test_an_annotation_follows_the_web_annotation_model(client: FlaskClient) -> None:
    document = client.get(f"{CLAIM}.jsonld").get_json(force=True)

    assert "http://www.w3.org/ns/anno.jsonld" == document["@context"][0]
    assert {
        "id": f"http://rubricator.test{CLAIM}",
        "type": "Annotation",
        "motivation": "tagging",
        "body": "http://data.europeana.eu/concept/51",
        "creator": "http://rubricator.test/id/agent/rubricator-0.1.0",
        "created": "2026-11-21T10:00:00Z",
        "confidence": "0.9134",
        "property": "http://purl.org/dc/elements/1.1/type",
        "wasGeneratedBy": f"http://rubricator.test{RUN}",
    }.items() <= document.items()
    assert "SpecificResource" == document["target"]["type"]
    assert "http://rubricator.test/id/item/folder/bust%252Fone" == document["target"]["scope"]


def test_a_near_miss_is_no_tag(client: FlaskClient) -> None:
    document = client.get(f"{NEAR_MISS}.jsonld").get_json(force=True)

    assert "NearMiss" == document["type"]
    assert "motivation" not in document


def test_from_a_claim_every_fact_can_be_reached_by_following_iris(client: FlaskClient) -> None:
    def follow(iri: str, predicate: str) -> list[str]:
        path = iri.removeprefix("http://rubricator.test")
        turtle = client.get(path, headers={"Accept": "text/turtle"}, follow_redirects=True).text
        objects = Graph().parse(data=turtle, format="turtle").objects(URIRef(iri), URIRef(predicate))
        return sorted(str(term) for term in objects)

    prov, enr = "http://www.w3.org/ns/prov#", "https://w3id.org/rubricator/ns#"
    claim = f"http://rubricator.test{CLAIM}"
    [run] = follow(claim, f"{prov}wasGeneratedBy")
    hashes = {used: follow(used, f"{enr}sha256") for used in follow(run, f"{prov}used")}
    [capture] = follow(claim, f"{prov}wasDerivedFrom")

    assert ["2026-11-21T10:00:00+00:00"] == [
        moment.replace("Z", "+00:00") for moment in follow(run, f"{prov}startedAtTime")
    ]
    assert 3 == len(hashes)
    assert all(len(found[0]) == 64 for found in hashes.values())
    assert 64 == len(follow(capture, f"{enr}sha256")[0])


def test_our_terms_are_documented_in_every_format(client: FlaskClient) -> None:
    reference = read(client.get("/ns?format=nt").text, "nt")

    assert (URIRef("https://w3id.org/rubricator/ns#Run"), None, None) in reference
    for suffix in FORMATS:
        assert isomorphic(reference, read(client.get(f"/ns?format={suffix}").text, suffix)), suffix
    assert "enr:Run" in client.get("/ns?format=html").text


def test_a_record_that_poses_as_a_run_describes_no_enrichment(client: FlaskClient) -> None:
    assert 404 == client.get("/annotation/eeeeeeeeeeeeeeeeeeeeeeeeee").status_code
    assert "concept/47" not in client.get(f"{CLAIM}.nt").text


def test_a_graph_may_be_larger_than_the_answer_to_a_query(installation: Settings) -> None:
    settings = installation.model_copy(update={"query_max_bytes": 10})
    with closing(open_readers(settings)) as readers:
        client = create_app(settings, readers).test_client()
        graph = client.get(f"{RUN_GRAPH}.nq", buffered=True)
        without_chunks = client.get(f"{RUN_GRAPH}.nq", environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"})

    assert 200 == graph.status_code
    assert graph.data.endswith(b" .\n")
    assert 422 == without_chunks.status_code
