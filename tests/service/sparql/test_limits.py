"""Each limit of the endpoint is a problem of its own, which says what to do and has a page that explains it."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from rubricator.settings import Settings
from rubricator.store.readers import ReaderPool
from rubricator_service import create_app

ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
DIRECT = "application/sparql-query"


@pytest.fixture(scope="module")
def narrow(installation: Settings) -> Iterator[FlaskClient]:
    """A front end with narrow limits."""
    limits = {"query_max_rows": 20, "query_max_length": 2000, "query_max_bytes": 8000, "query_timeout": 3.0}
    settings = installation.model_copy(update=limits | {"client_errors": 1000})
    readers = ReaderPool(settings)
    yield create_app(settings, readers).test_client()
    readers.close()


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        (ROWS, 422, "too-many-rows"),
        ("SELECT ?x { VALUES ?y { " + "1 " * 20 + "} BIND(REPLACE(STR(NOW()), '.', '" + "x" * 400 + "') AS ?x) }", 422,
         "answer-too-large"),
        (f"ASK {{ ?s ?p '{'x' * 3000}' }}", 413, "query-too-long"),
        (f"ASK {{ ?s ?p '{'x' * 7000}' }}", 413, "body-too-large"),
        ("SELECT * { ?s skos:prefLabel ?o }", 400, "query-syntax"),
        ("ASK " + "{" * 1900, 400, "query-syntax"),
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }", 504, "query-timeout"),
    ],
)  # fmt: skip
def test_each_limit_has_its_problem_and_its_page(narrow: FlaskClient, query: str, status: int, slug: str) -> None:
    response = narrow.post("/sparql", data=query, content_type=DIRECT)

    problem = response.get_json(force=True)
    assert (status, slug) == (response.status_code, problem["type"].rpartition("/")[2])
    page = narrow.get(f"/problems/{slug}", headers={"Accept": "text/html"})
    assert problem["title"] in page.text


def test_people_are_shown_the_line_and_the_hint(narrow: FlaskClient) -> None:
    response = narrow.post(
        "/sparql", data="SELECT *\n{ ?s skos:x ?o }", content_type=DIRECT, headers={"Accept": "text/html"}
    )

    assert "<pre>{ ?s skos:x ?o }" in response.text
    assert "PREFIX skos: &lt;http://www.w3.org/2004/02/skos/core#&gt;" in response.text


def test_a_timeout_lowers_the_deadline_and_does_not_raise_it(narrow: FlaskClient) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"

    statuses = [narrow.get("/sparql", query_string={"query": endless, "timeout": t}).status_code for t in ("0.2", "99")]
    assert [504, 504] == statuses
