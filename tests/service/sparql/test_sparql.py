"""The public endpoint speaks the SPARQL 1.1 Protocol, negotiates by RFC 9110 and never writes."""

import csv
import io
import json
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from rdflib import Graph
from rdflib.compare import isomorphic

# rdflib warns of itself when it reads JSON-LD into a plain graph.
pytestmark = pytest.mark.filterwarnings(
    "ignore:(ConjunctiveGraph|Dataset.default_context) is deprecated:DeprecationWarning"
)

SELECT = "SELECT ?title WHERE { ?proxy <http://purl.org/dc/elements/1.1/title> ?title } ORDER BY ?title"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <http://rubricator.test/graph/ledger> { ?s ?p ?o } }"
TITLES = ["A bust <script>alert(1)</script>", "Gezicht op de haven", "View of the harbour"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", CSV),
        (JSON, JSON),
        ("application/json", JSON),
        (XML, XML),
        ("application/xml", XML),
        (CSV, CSV),
        (TSV, TSV),
        (f"{TSV}; charset=utf-8", TSV),
        (f"{XML};q=0.5, {CSV};q=0.9", CSV),
        (f"{JSON};q=0, */*", XML),
        (f"{CSV}, */*;q=0.1", CSV),
        ("TEXT/CSV", CSV),
    ],
)
def test_solutions_come_in_the_format_that_accept_asks_for(
    client: FlaskClient, accept: str | None, media_type: str
) -> None:
    headers = {} if accept is None else {"Accept": accept}

    response = client.get("/sparql", query_string={"query": SELECT}, headers=headers)

    assert 200 == response.status_code
    assert media_type == response.mimetype
    assert "Accept" in response.vary


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", f"{JSON};q=0"])
def test_what_solutions_cannot_be_is_not_acceptable(client: FlaskClient, accept: str) -> None:
    response = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": accept})

    assert 406 == response.status_code


@pytest.mark.parametrize(
    ("name", "media_type"), [("json", JSON), ("xml", XML), ("csv", CSV), ("tsv", TSV), (JSON, JSON), (CSV, CSV)]
)
def test_a_short_name_beats_accept(client: FlaskClient, name: str, media_type: str) -> None:
    response = client.get("/sparql", query_string={"query": SELECT, "format": name}, headers={"Accept": "image/png"})

    assert (200, media_type) == (response.status_code, response.mimetype)


def test_every_solution_format_says_the_same(client: FlaskClient) -> None:
    def ask(name: str) -> bytes:
        return bytes(client.get("/sparql", query_string={"query": SELECT, "format": name}).data)

    for name, kind in (
        ("json", QueryResultsFormat.JSON),
        ("xml", QueryResultsFormat.XML),
        ("tsv", QueryResultsFormat.TSV),
    ):
        results = parse_query_results(ask(name), format=kind)
        assert isinstance(results, QuerySolutions)
        assert TITLES == sorted(row["title"].value for row in results), name
    assert TITLES == sorted(row["title"] for row in csv.DictReader(io.StringIO(ask("csv").decode())))


@pytest.mark.parametrize(
    ("accept", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_every_graph_format_says_the_same(client: FlaskClient, accept: str, parser: str) -> None:
    reference = client.get("/sparql", query_string={"query": CONSTRUCT, "format": "nt"})

    response = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": accept})

    assert accept == response.mimetype
    assert isomorphic(Graph().parse(data=reference.text, format="nt"), Graph().parse(data=response.text, format=parser))


def test_a_query_can_be_posted_as_a_form_or_as_itself(client: FlaskClient) -> None:
    got = client.get("/sparql", query_string={"query": SELECT})
    form = client.post("/sparql", data={"query": SELECT})
    direct = client.post("/sparql", data=SELECT, content_type="application/sparql-query")

    assert got.data == form.data == direct.data


def test_the_protocol_can_name_the_graphs(client: FlaskClient) -> None:
    query = "SELECT DISTINCT ?run WHERE { ?run a <https://w3id.org/rubricator/ns#Run> }"

    graph = "http://rubricator.test/graph/ledger"
    response = client.get("/sparql", query_string={"query": query, "default-graph-uri": graph, "format": "csv"})

    assert 2 == len(response.text.splitlines()) - 1


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("query=ASK{}", "text/plain", 415),
        ("ASK {}", "application/sparql-query; charset=utf-16", 415),
        (b"ASK { \xff }", "application/sparql-query", 400),
        ("nothing=1", "application/x-www-form-urlencoded", 400),
        ("query=ASK{}&query=ASK{}", "application/x-www-form-urlencoded", 400),
        ("query=ASK", "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_wrong_post_is_a_problem_of_its_own(
    client: FlaskClient, body: str | bytes, content_type: str, status: int
) -> None:
    response = client.post("/sparql", data=body, content_type=content_type)

    assert (status, "application/problem+json") == (response.status_code, response.mimetype)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("POST", {"data": "CLEAR ALL", "content_type": "application/sparql-update"}),
        ("POST", {"data": {"update": "CLEAR ALL"}}),
        ("GET", {"query_string": {"update": "CLEAR ALL"}}),
    ],
)
def test_updates_are_refused(client: FlaskClient, method: str, arguments: dict[str, Any]) -> None:
    response = client.open("/sparql", method=method, **arguments)

    assert 403 == response.status_code
    assert "http://rubricator.test/problems/update-refused" == response.get_json(force=True)["type"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_named_in_allow(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method)

    assert 405 == response.status_code
    assert {"GET", "HEAD", "OPTIONS", "POST"} == {name.strip() for name in response.headers["Allow"].split(",")}


def test_a_syntax_error_has_its_line_and_column(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT *\nWHERE { ?s ?p }"})

    problem = json.loads(response.data)
    assert 400 == response.status_code
    assert ("http://rubricator.test/problems/query-syntax", 2) == (problem["type"], problem["line"])
    assert isinstance(problem["column"], int)


@pytest.mark.parametrize(
    "service", ["http://127.0.0.1:9/", "http://169.254.169.254/", "http://[::1]/", "http://localhost/"]
)
def test_service_is_refused_before_anything_is_asked(client: FlaskClient, service: str) -> None:
    response = client.get("/sparql", query_string={"query": f"SELECT * {{ SERVICE <{service}> {{ ?s ?p ?o }} }}"})

    assert 403 == response.status_code


def test_a_runaway_query_is_stopped_and_the_next_one_answered(client: FlaskClient) -> None:
    stopped = client.get("/sparql", query_string={"query": RUNAWAY, "timeout": "0.3"})
    following = client.get("/sparql", query_string={"query": SELECT})

    assert (504, "application/problem+json") == (stopped.status_code, stopped.mimetype)
    assert 200 == following.status_code


@pytest.mark.parametrize("timeout", ["0", "-1", "soon", "nan"])
def test_a_timeout_that_is_none_is_refused(client: FlaskClient, timeout: str) -> None:
    response = client.get("/sparql", query_string={"query": "ASK {}", "timeout": timeout})

    assert 400 == response.status_code


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    got = client.get("/sparql", query_string={"query": SELECT})
    head = client.head("/sparql", query_string={"query": SELECT})

    assert b"" == head.data
    assert (got.status_code, got.mimetype, got.vary) == (head.status_code, head.mimetype, head.vary)


def test_people_get_a_page_to_write_queries_on(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": BROWSER})

    assert "text/html" == response.mimetype
    assert "<textarea" in response.text


def test_an_example_can_be_linked_to(client: FlaskClient) -> None:
    response = client.get("/sparql?example=near-misses", headers={"Accept": BROWSER})

    assert "enr:NearMiss" in response.text


def test_without_script_the_answer_is_a_table_on_the_page(client: FlaskClient) -> None:
    page = client.get("/sparql", query_string={"query": SELECT, "format": "html"}).text

    assert '<th scope="col">title</th>' in page
    assert "A bust &lt;script&gt;" in page
    assert "3 rows" in page


def test_a_long_answer_is_cut_on_the_page_and_says_so(client: FlaskClient) -> None:
    query = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"

    page = client.get("/sparql", query_string={"query": query, "format": "html"}).text

    assert 500 == page.count("<tr>") - 1
    assert "the answer has more" in page


def test_a_row_larger_than_a_page_is_left_out_and_the_page_says_so(client: FlaskClient) -> None:
    large = f"REPLACE(REPLACE('{'a' * 100}', 'a', '{'b' * 200}'), 'b', '{'c' * 200}')"  # four million letters
    query = f"SELECT ?row ({large} AS ?large) {{ VALUES ?row {{ 1 2 }} }}"

    page = client.get("/sparql", query_string={"query": query, "format": "html"}).text

    assert len(page) < 100_000
    assert "0 rows; the answer has more" in page


@pytest.mark.parametrize(("query", "shown"), [("ASK {}", "yes"), ("CONSTRUCT { <a:b> <c:d> 'e' } WHERE {}", "a:b")])
def test_yes_and_triples_are_tables_too(client: FlaskClient, query: str, shown: str) -> None:
    page = client.get(f"/sparql?format=html&query={quote(query)}").text

    assert f"<td>{shown}</td>" in page


def test_without_a_query_machines_get_a_service_description(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})

    graph = Graph().parse(data=response.text, format="turtle")
    counted = graph.query(
        """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        PREFIX void: <http://rdfs.org/ns/void#>
        SELECT ?endpoint ?triples WHERE {
          ?service a sd:Service ; sd:endpoint ?endpoint ; sd:defaultDataset/sd:defaultGraph/void:triples ?triples
        }"""
    )
    counted_by_query = client.get("/sparql?query=SELECT(COUNT(*)AS%3Fn){%3Fs%3Fp%3Fo}&format=csv").text.split()[1]
    assert [("http://rubricator.test/sparql", counted_by_query)] == [
        tuple(map(str, row)) for row in counted if not isinstance(row, bool)
    ]


def test_the_description_of_the_data_set_is_where_machines_look_for_it(client: FlaskClient) -> None:
    response = client.get("/.well-known/void", headers={"Accept": "application/rdf+xml"})

    graph = Graph().parse(data=response.text, format="xml")
    assert "http://rubricator.test/sparql" in {str(node) for node in graph.objects()}


def test_every_web_page_may_ask_even_what_fails(client: FlaskClient) -> None:
    for response in (
        client.get("/sparql", query_string={"query": SELECT}),
        client.get("/sparql", query_string={"query": "nonsense"}),
        client.post("/sparql", data={"update": "CLEAR ALL"}),
        client.options("/sparql"),
    ):
        assert "*" == response.headers["Access-Control-Allow-Origin"], response.status


def test_a_preflight_says_what_may_be_sent(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Origin": "https://x.example"})

    assert 200 == response.status_code
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("accept", ["*/*", "text/html", "text/turtle"])
def test_a_misspelt_parameter_is_named_and_not_answered_by_the_description(client: FlaskClient, accept: str) -> None:
    refused = client.get("/sparql?qery=ASK{}&format=ttl", headers={"Accept": accept})

    assert (400, True) == (refused.status_code, "qery" in refused.text)
    for asked in ("", "?format=ttl", "?example=concept-counts"):
        assert 200 == client.get(f"/sparql{asked}", headers={"Accept": accept}).status_code
