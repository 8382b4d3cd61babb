"""Content negotiation of the public endpoint (RFC 9110, section 12.5.1), and formats that say the same to rdflib."""

import io

import pytest
from flask.testing import FlaskClient
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic
from rdflib.query import Result, ResultRow

# rdflib warns of itself when it reads JSON-LD.
pytestmark = pytest.mark.filterwarnings(
    "ignore:(ConjunctiveGraph|Dataset.default_context|Dataset.contexts) is deprecated:DeprecationWarning"
)

J, X, C, T = (
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"
)  # fmt: skip
TTL, NT, NQ, TRIG = "text/turtle", "application/n-triples", "application/n-quads", "application/trig"
LD, RDF = "application/ld+json", "application/rdf+xml"
NONE = "application/problem+json"
SELECT = "SELECT ?s ?o WHERE { ?s <http://purl.org/dc/elements/1.1/title> ?o } ORDER BY ?s ?o"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <http://rubricator.test/graph/ledger> { ?s ?p ?o } }"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SPARQLWRAPPER = (
    "application/sparql-results+xml,application/json,application/sparql-results+json,text/javascript,"
    "application/javascript,application/x-javascript"
)
COMUNICA = f"{J};q=1.0,{X};q=0.7,application/n-quads;q=0.9,{TTL};q=0.5"
JENA = f"{J}, {X};q=0.9, {T};q=0.7, {C};q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1"
RDFLIB = f"{X}, application/rdf+xml"

# The header, then what SELECT, ASK and CONSTRUCT are answered in.
HEADERS: list[tuple[str | None, str, str]] = [
    (None, J, TTL),
    ("", J, TTL),
    ("*/*", J, TTL),
    ("*/*;q=0.1", J, TTL),
    ("application/*", J, NT),
    ("text/*", C, TTL),
    ("image/*", NONE, NONE),
    ("image/*, */*;q=0.1", J, TTL),
    (J, J, NONE),
    (X, X, NONE),
    (C, C, NONE),
    (T, T, NONE),
    (TTL, NONE, TTL),
    (NT, NONE, NT),
    (NQ, NONE, NQ),
    (TRIG, NONE, TRIG),
    (LD, NONE, LD),
    (RDF, NONE, RDF),
    ("application/json", J, LD),
    ("application/xml", X, RDF),
    ("text/xml", X, NONE),
    ("text/plain", NONE, NT),
    ("text/n3", NONE, TTL),
    ("text/html", NONE, NONE),
    ("image/png", NONE, NONE),
    ("text/html, */*;q=0.1", J, TTL),
    (f"{C};charset=utf-8", C, NONE),
    (f"{TTL}; charset=UTF-8", NONE, TTL),
    (f'{TTL}; charset="utf-8"; q=0.4, {NT};q=0.3', NONE, TTL),
    (f"{J};charset=utf-8;q=0.2, {X};q=0.1", J, NONE),
    ("TEXT/CSV", C, NONE),
    ("Text/Turtle", NONE, TTL),
    (f"{X};q=0.5, {C};q=0.9", C, NONE),
    (f"{X};q=0.50, {C};q=0.501", C, NONE),
    (f"{X} ; q=0.5 , {C} ; q=0.9", C, NONE),
    (f"{X},{C}", X, NONE),
    (f"{C},{X}", X, NONE),
    (f"{NT};q=0.9, {TTL};q=0.8", NONE, NT),
    (f"{J};q=0", NONE, NONE),
    (f"{J};q=0, */*", X, TTL),
    (f"{J};q=0.0, {X};q=0.000, */*;q=0.5", C, TTL),
    ("application/*;q=0.2, text/*;q=0.3", C, TTL),
    (f"text/*;q=0.3, {T};q=0.4", T, TTL),
    (f"text/*, {C};q=0.1", T, TTL),
    (f"application/*, {J};q=0.5", X, NT),
    (f"*/*;q=0, {T}", T, NONE),
    ("*/*;q=0", NONE, NONE),
    (f"{T}, {J}, {TTL}", J, TTL),
    (f"{T};q=1, {J};q=0.9, {LD};q=1, {TTL};q=0.9", T, LD),
    (FIREFOX, X, RDF),
    (SPARQLWRAPPER, J, LD),
    (COMUNICA, J, NQ),
    (JENA, J, LD),
    (RDFLIB, X, RDF),
    ("application/sparql-results+thrift, application/vnd.example", NONE, NONE),
]


def test_there_are_headers_enough() -> None:
    assert 40 <= len({header for header, *_ in HEADERS})


@pytest.mark.parametrize(("accept", "solutions", "graph"), HEADERS)
def test_what_is_answered_is_what_accept_prefers(
    client: FlaskClient, accept: str | None, solutions: str, graph: str
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    for query, expected in ((SELECT, solutions), (CONSTRUCT, graph)):
        response = client.post("/sparql", data={"query": query}, headers=headers)

        is_page = 406 == response.status_code and "text/html" == response.mimetype
        assert expected == (NONE if is_page else response.mimetype), query
        assert (406 if NONE == expected else 200) == response.status_code
        assert "accept" in {name.lower() for name in response.vary}


@pytest.mark.parametrize(
    "path", ["/sparql?query=CONSTRUCT%20WHERE%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D", "/.well-known/void", "/ns"]
)
def test_notation3_is_answered_in_turtle_however_it_is_asked_for(client: FlaskClient, path: str) -> None:
    named = client.get(path + ("&" if "?" in path else "?") + "format=n3", follow_redirects=True)
    accepted = client.get(path, headers={"Accept": "text/n3"}, follow_redirects=True)

    assert (200, TTL) == (named.status_code, named.mimetype)
    assert (200, TTL, named.data) == (accepted.status_code, accepted.mimetype, accepted.data)


@pytest.mark.parametrize(("accept", "solutions", "graph"), HEADERS[::3])
def test_get_prefers_as_post_does_but_shows_a_page_to_whoever_prefers_one(
    client: FlaskClient, accept: str | None, solutions: str, graph: str
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    for query, expected in (("ASK {}", solutions), (CONSTRUCT, graph)):
        response = client.get("/sparql", query_string={"query": query}, headers=headers)

        assert ("text/html" if (accept or "").startswith("text/html") else expected) == response.mimetype
        assert "accept" in {name.lower() for name in response.vary}


def words(result: Result) -> list[tuple[str, ...]]:
    """The rows without the kinds of their terms, which CSV does not tell."""
    return [tuple(str(term) for term in row) for row in result if isinstance(row, ResultRow)]


@pytest.mark.parametrize(("name", "syntax"), [("json", "json"), ("xml", "xml"), ("tsv", "tsv"), ("csv", "csv")])
def test_rdflib_reads_the_same_solutions_and_the_same_boolean_in_every_format(
    client: FlaskClient, name: str, syntax: str
) -> None:
    def read(query: str, form: str, reader: str) -> Result:
        answer = client.get("/sparql", query_string={"query": query, "format": form})
        return Result.parse(io.BytesIO(answer.data), format=reader)

    reference, found = read(SELECT, "json", "json"), read(SELECT, name, syntax)

    expected = words(reference)
    assert 3 == len(expected)
    assert expected == words(found)
    if "csv" != name:
        assert list(reference) == list(found)
    asked = client.get("/sparql", query_string={"query": "ASK {}", "format": name})
    if name in ("json", "xml"):
        assert read("ASK {}", name, syntax).askAnswer is True
    else:
        assert "true" == asked.text.strip()


@pytest.mark.parametrize("media_type", [TTL, NT, LD, RDF, NQ, TRIG])
def test_rdflib_reads_the_same_graph_in_every_format(client: FlaskClient, media_type: str) -> None:
    def read(kind: str) -> Graph:
        answer = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": kind})
        assert kind == answer.mimetype
        if kind not in (NQ, TRIG):
            return Graph().parse(data=answer.text, format=kind)
        dataset = Dataset()
        dataset.parse(data=answer.text, format="nquads" if NQ == kind else "trig")
        graph = Graph()
        for subject, predicate, value, _ in dataset.quads():
            graph.add((subject, predicate, value))
        return graph

    assert isomorphic(read(NT), read(media_type))
