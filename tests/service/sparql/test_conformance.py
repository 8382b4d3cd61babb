"""The W3C's protocol and service description suites against the public endpoint."""

import importlib.util
import json
from argparse import Namespace as Arguments
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef

from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app

BASE = "http://rubricator.test"
SUITES = Path(__file__).parents[3] / "../shared/conformance"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
# What a property of the description may lead to, as its vocabulary says.
RANGES: dict[object, type[URIRef]] = {
    SD.endpoint: URIRef, SD.supportedLanguage: URIRef, SD.feature: URIRef, SD.resultFormat: URIRef,
    SD.inputFormat: URIRef, SD.name: URIRef, SD.defaultEntailmentRegime: URIRef,
}  # fmt: skip
DOMAINS: dict[object, URIRef] = {
    SD.endpoint: SD.Service, SD.supportedLanguage: SD.Service, SD.resultFormat: SD.Service, SD.feature: SD.Service,
    SD.defaultDataset: SD.Service, SD.availableGraphs: SD.Service, SD.defaultGraph: SD.Dataset,
    SD.namedGraph: SD.Dataset, SD.name: SD.NamedGraph, SD.graph: SD.NamedGraph,
}  # fmt: skip


@pytest.fixture(scope="module")
def suite() -> ModuleType:
    """The runner of the suites as a module."""
    runner = SUITES / "run.py"
    if not runner.exists():
        pytest.skip("the W3C suites are not beside this checkout (../shared/conformance)")
    spec = importlib.util.spec_from_file_location("conformance", runner)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Public:
    """The public endpoint in the place of the runner's server."""

    def __init__(self, client: FlaskClient) -> None:
        self.args = Arguments(query="/sparql", update="/sparql", graph_store="/store")
        self._client = client

    def reset(self) -> None:
        """Nothing: nobody can write."""

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Iterable[tuple[str, str]] = ()
    ) -> tuple[int, dict[str, str], bytes]:
        response = self._client.open(path, method=method, data=body, headers=list(headers))
        return response.status_code, {name.lower(): value for name, value in response.headers}, response.data


@pytest.fixture(scope="module")
def public(suite: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Public]:
    """The public endpoint over the data that the suite puts into a store."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("conformance"), base=BASE)
    with connect(settings) as client:
        for number in (1, 2, 3):
            data = (suite.HERE / "protocol" / f"data{number}.nt").read_bytes()
            triples = [quad.triple for quad in parse(data, RdfFormat.N_TRIPLES)]
            client.put_graph(NamedNode(suite.DATA_IRI.format(number)), triples)
    readers = open_readers(settings)
    yield Public(create_app(settings, readers).test_client())
    readers.close()


def entries(suite: ModuleType) -> tuple[Graph, list[Any]]:
    graph = Graph().parse(suite.HERE / "protocol" / "manifest.ttl", format="turtle", publicID="file:///manifest/")
    return graph, list(suite.Collection(graph, next(graph.objects(None, suite.MF.entries))))


def test_the_public_endpoint_passes_every_test_of_queries(suite: ModuleType, public: Public) -> None:
    graph, tests = entries(suite)
    queries = [test for test in tests if "update" not in suite.local(test)]
    failed = dict[str, str]()
    for test in queries:
        try:
            suite.run_test(public, graph, test)
        except suite.Failure as failure:
            failed[suite.local(test)] = str(failure)

    assert (20, {}) == (len(queries), failed)


def test_every_update_of_the_suite_is_refused_at_the_public_endpoint(suite: ModuleType, public: Public) -> None:
    graph, tests = entries(suite)
    refused = set[int]()
    for test in tests:
        for request in suite.Collection(graph, graph.value(graph.value(test, suite.MF.action), suite.HT.requests)):
            body = graph.value(request, suite.HT.body)
            text = str(graph.value(body, suite.CNT.chars) or "") if body is not None else ""
            if suite.local(test).startswith("update") and text.startswith("update="):
                form = [("Content-Type", "application/x-www-form-urlencoded")]
                refused.add(public.send("POST", "/sparql", text.encode(), form)[0])
    direct = public.send("POST", "/sparql", b"CLEAR ALL", [("Content-Type", "application/sparql-update")])

    assert ({403}, 403) == (refused, direct[0])
    assert f"{BASE}/problems/update-refused" == json.loads(direct[2])["type"]
    assert {404} == {public.send(method, "/store?default", b"")[0] for method in ("GET", "PUT", "POST", "DELETE")}


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [(None, "turtle"), ("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/n-triples", "nt"),
     ("application/ld+json", "json-ld")],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:(ConjunctiveGraph|Dataset.default_context) is deprecated:DeprecationWarning")
def test_the_service_description_has_its_endpoint_is_rdf_and_keeps_to_its_schema(
    client: FlaskClient, accept: str | None, syntax: str
) -> None:
    response = client.get("/sparql", headers={"Accept": accept} if accept else {})

    graph = Graph().parse(data=response.text, format=syntax)  # returns-rdf
    services = list(graph.subjects(RDF.type, SD.Service))
    assert [(services[0], URIRef(f"{BASE}/sparql"))] == list(graph.subject_objects(SD.endpoint))  # has-endpoint-triple
    for subject, predicate, value in graph:  # conforms-to-schema
        if predicate in DOMAINS:
            assert (subject, RDF.type, DOMAINS[predicate]) in graph, (subject, predicate)
        if predicate in RANGES:
            assert isinstance(value, RANGES[predicate]), (predicate, value)
            assert not isinstance(value, Literal | BNode)
