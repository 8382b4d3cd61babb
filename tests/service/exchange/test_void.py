"""What the service says of itself is true, is where machines look for it, and is what standards ask for."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import requests
from pyoxigraph import NamedNode
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from rubricator.store.readers import open_readers
from rubricator.store.snapshots import current_revision, moment_of
from rubricator_service import create_app
from rubricator_service.context import EXTENSION, Service
from rubricator_service.exchange.void import void_triples
from rubricator_service.reading.counts import Figures
from tests.service.exchange.conftest import BASE, Dumped
from tests.service.live import Live

DCTERMS = Namespace("http://purl.org/dc/terms/")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
SUBJECT = NamedNode(DCTERMS.subject)
DATASET = URIRef(f"{BASE}/.well-known/void#dataset")
ENDPOINT = URIRef(f"{BASE}/sparql")
PREFIXES = """PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX edm: <http://www.europeana.eu/schemas/edm/>
PREFIX enr: <https://w3id.org/rubricator/ns#> PREFIX oa: <http://www.w3.org/ns/oa#> """


def counted(dumped: Dumped, query: str) -> list[list[str]]:
    """What the endpoint answers, as rows of text."""
    answer = dumped.web.get("/sparql", query_string={"query": PREFIXES + query, "format": "csv"}).text
    return [line.split(",") for line in answer.split()[1:]]


def number(dumped: Dumped, pattern: str) -> int:
    return int(counted(dumped, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")[0][0])


def entities(graph: Graph, kind: str) -> Sequence[object]:
    return [
        count.toPython()
        for partition in graph.subjects(VOID["class"], URIRef(kind))
        for count in graph.objects(partition, VOID.entities)
        if isinstance(count, Literal)
    ]


def test_the_counts_are_those_of_queries(dumped: Dumped) -> None:
    graph = dumped.graph("/.well-known/void")

    edm, oa, enr = "http://www.europeana.eu/schemas/edm/", "http://www.w3.org/ns/oa#", "https://w3id.org/rubricator/ns#"
    assert Literal(number(dumped, "?s ?p ?o")) == graph.value(DATASET, VOID.triples)
    assert [number(dumped, "?s a edm:ProvidedCHO")] == entities(graph, f"{edm}ProvidedCHO")
    assert [number(dumped, "?s enr:hasEnrichment ?o")] == entities(graph, f"{oa}Annotation")
    assert [number(dumped, "GRAPH ?ledger { ?s a enr:ImageCapture }")] == entities(graph, f"{enr}ImageCapture")


def test_each_concept_has_its_items_counted(dumped: Dumped) -> None:
    graph = dumped.graph("/.well-known/void")

    query = """SELECT ?body (COUNT(DISTINCT ?item) AS ?n) WHERE {
      ?item enr:hasEnrichment ?claim . ?claim oa:hasBody ?body } GROUP BY ?body"""
    parts = [(graph.value(part, DCTERMS.subject), part) for part in graph.objects(DATASET, VOID.subset)]
    told = {str(body): str(graph.value(part, VOID.entities)) for body, part in parts if body}
    assert dict(counted(dumped, query)) == told


def test_the_part_of_a_concept_keeps_its_name_when_another_concept_is_published(dumped: Dumped) -> None:
    state: Service = dumped.web.application.extensions[EXTENSION]
    first = NamedNode("http://a.example/1")

    def parts(told: Figures) -> dict[object, object]:
        return {one.object: one.subject for one in void_triples(state, told) if one.predicate == SUBJECT}

    with dumped.web.application.test_request_context():
        figures = state.figures()
        before = parts(figures)
        after = parts(replace(figures, items_by_body={first: 1, **(figures.items_by_body or {})}))

    assert len(before) >= 2
    assert len(after) == len(set(after.values()))
    assert before == {concept: part for concept, part in after.items() if concept != first}


def test_each_data_set_has_its_records_counted(dumped: Dumped) -> None:
    graph = dumped.graph("/.well-known/void")

    query = "SELECT ?set (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?g dcterms:isPartOf ?set } } GROUP BY ?set"
    told = {
        str(part): str(graph.value(part, VOID.entities))
        for part in graph.objects(DATASET, VOID.subset)
        if str(part).startswith(f"{BASE}/id/dataset/")
    }
    assert told
    assert dict(counted(dumped, query)) == told


def test_it_says_how_fresh_the_answers_are(dumped: Dumped) -> None:
    revision = current_revision(dumped.settings.store_dir / "snapshots")

    assert revision
    modified = dumped.graph("/.well-known/void").value(DATASET, DCTERMS.modified)
    assert isinstance(modified, Literal)
    moment = moment_of(revision)
    assert moment.replace(microsecond=moment.microsecond // 1000 * 1000) == modified.toPython()


def test_it_leads_to_dumps_endpoint_and_examples_and_says_its_rights(dumped: Dumped) -> None:
    graph = dumped.graph("/.well-known/void")

    assert ENDPOINT == graph.value(DATASET, VOID.sparqlEndpoint)
    assert Literal(f"{BASE}/") == graph.value(DATASET, VOID.uriSpace)
    assert [] == list(graph.objects(DATASET, DCTERMS.license))
    assert "Records are under the terms of their providers" in str(graph.value(DATASET, DCTERMS.rights))
    assert URIRef(f"{BASE}/dumps/whole.nq.gz") in set(graph.objects(DATASET, VOID.dataDump))
    assert 2 == len(set(graph.objects(DATASET, VOID.exampleResource)))


def test_each_part_says_its_licence_where_the_whole_has_no_single_one(dumped: Dumped) -> None:
    graph = dumped.graph("/.well-known/void")
    cc0, odc_by = "http://creativecommons.org/publicdomain/zero/1.0/", "https://opendatacommons.org/licenses/by/1-0/"
    told = {
        str(partition).partition("#dataset-")[2]: sorted(map(str, graph.objects(partition, DCTERMS.license)))
        for partition in graph.objects(DATASET, VOID.classPartition)
    }

    assert {"concepts": [cc0, odc_by], "enrichments": [cc0], "images": [cc0], "records": []} == told
    records = URIRef(f"{DATASET}-records")
    assert "Records are under the terms of their providers." == str(graph.value(records, DCTERMS.rights))


def test_the_description_itself_is_free(dumped: Dumped) -> None:
    answer = dumped.web.get("/.well-known/void")
    cc0 = "http://creativecommons.org/publicdomain/zero/1.0/"

    assert f'<{cc0}>; rel="license"' in answer.headers.getlist("Link")
    assert URIRef(cc0) == dumped.graph("/.well-known/void").value(URIRef(f"{BASE}/.well-known/void"), DCTERMS.license)


KINDS = {
    SD.endpoint: SD.Service,
    SD.defaultDataset: SD.Service,
    SD.supportedLanguage: SD.Service,
    SD.resultFormat: SD.Service,
    SD.feature: SD.Service,
    SD.defaultGraph: SD.Dataset,
    SD.namedGraph: SD.Dataset,
    SD.name: SD.NamedGraph,
    SD.graph: SD.NamedGraph,
}
"""The domains of the vocabulary's properties."""
RANGES = {
    SD.defaultDataset: SD.Dataset,
    SD.defaultGraph: SD.Graph,
    SD.namedGraph: SD.NamedGraph,
    SD.graph: SD.Graph,
}


def test_the_service_description_conforms(dumped: Dumped) -> None:
    """The three tests of the W3C: RDF, an endpoint that is the endpoint, and terms used as the vocabulary has them."""
    graph = dumped.graph("/sparql")

    assert [(ENDPOINT, ENDPOINT)] == list(graph.subject_objects(SD.endpoint))
    assert (ENDPOINT, RDF.type, SD.Service) in graph
    used = {predicate for predicate in graph.predicates() if str(predicate).startswith(str(SD))}
    assert used <= set(KINDS)
    for subject, predicate, value in graph:
        if predicate in KINDS:
            assert (subject, RDF.type, KINDS[predicate]) in graph, (subject, predicate)  # type: ignore[index]
        if predicate in RANGES:
            assert (value, RDF.type, RANGES[predicate]) in graph, (predicate, value)  # type: ignore[index]


def test_the_service_description_names_graphs_formats_and_examples(dumped: Dumped) -> None:
    graph = dumped.graph("/sparql")

    names = set(graph.objects(None, SD.name))
    runs = [URIRef(f"{BASE}/graph/run/{ulid}") for ulid in "ABC"]
    assert names > {*runs, *(URIRef(f"{BASE}/graph/{name}") for name in ("concepts", "ledger", "reviews"))}
    assert 10 == len(set(graph.objects(ENDPOINT, SD.resultFormat)))
    assert [SD.SPARQL11Query] == list(graph.objects(ENDPOINT, SD.supportedLanguage))
    triples = graph.value(graph.value(graph.value(ENDPOINT, SD.defaultDataset), SD.defaultGraph), VOID.triples)
    assert Literal(number(dumped, "?s ?p ?o")) == triples


def test_federation_is_told_of_where_it_is_allowed(dumped: Dumped) -> None:
    allowed = dumped.settings.model_copy(update={"service_allow": ("https://sparql.example/",)})
    readers = open_readers(allowed)
    described = create_app(allowed, readers).test_client().get("/sparql?format=nt").text
    readers.close()

    feature = f"<{ENDPOINT}> <{SD.feature}> <{SD.BasicFederatedQuery}> ."
    assert feature in described
    assert feature not in dumped.get("/sparql?format=nt").text


SPARQLES = (
    "the endpoint knows its VoID",
    "VoID at the well-known place",
    "VoID at the endpoint",
    "service description at the endpoint",
    "a Server header",
)


@pytest.mark.parametrize("check", SPARQLES)
def test_all_that_sparqles_looks_for_is_found(dumped: Dumped, live: Live, check: str) -> None:
    """The five checks of discoverability (Buil-Aranda et al. 2013, section 4; https://sparqles.ai.wu.ac.at)."""
    query = f"SELECT DISTINCT ?ds WHERE {{ ?ds a <{VOID.Dataset}> ; <{VOID.sparqlEndpoint}> <{ENDPOINT}> }}"
    found: dict[str, object] = {
        SPARQLES[0]: counted(dumped, query),
        SPARQLES[1]: list(dumped.graph("/.well-known/void").subjects(VOID.sparqlEndpoint, ENDPOINT)),
        SPARQLES[2]: list(dumped.graph("/sparql").subjects(VOID.sparqlEndpoint, ENDPOINT)),
        SPARQLES[3]: list(dumped.graph("/sparql").subjects(SD.endpoint, ENDPOINT)),
        SPARQLES[4]: requests.get(f"{live.url}/sparql?query=ASK{{}}", timeout=20).headers.get("Server"),
    }

    assert found[check]
