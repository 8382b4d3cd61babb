"""The query page works without script and without Yasgui, and says what a query may take."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from rubricator.settings import Settings
from rubricator.store.errors import QuerySyntaxError
from rubricator.store.readers import Readers
from rubricator_service import create_app
from rubricator_service.sparql.page import place

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}
WRONG = "SELECT ?s WHERE {\n  ?s nope:thing ?o\n}"


def page(client: FlaskClient, query: dict[str, str] | None = None) -> Any:
    answer = client.get("/sparql", query_string=query, headers=BROWSER)
    assert "text/html" == answer.mimetype
    return html.fromstring(answer.text)


def test_a_shared_link_shows_the_query_to_a_browser_and_its_answer_to_a_program(client: FlaskClient) -> None:
    link = {"query": "ASK { ?s ?p ?o }"}

    assert "ASK { ?s ?p ?o }" == page(client, link).findtext(".//textarea").lstrip("\n")
    assert "Accept" in client.get("/sparql", query_string=link, headers=BROWSER).vary
    for accept in ("*/*", "application/json", "text/csv", "application/xml, text/html;q=0.9"):
        answer = client.get("/sparql", query_string=link, headers={"Accept": accept})
        assert answer.mimetype in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv")


def test_a_shared_link_that_asks_for_a_format_is_answered_in_it(client: FlaskClient) -> None:
    link = {"query": "ASK { ?s ?p ?o }", "format": "csv"}

    assert "true" == client.get("/sparql", query_string=link, headers=BROWSER).text


def test_the_form_answers_with_a_table(client: FlaskClient) -> None:
    found = page(
        client, {"query": "SELECT ?s { ?s a <http://www.w3.org/2004/02/skos/core#Concept> }", "format": "html"}
    )

    assert 3 == len(found.xpath("//table[@class='answer']/tbody/tr"))


def test_a_wrong_query_stays_in_the_form_with_the_place_marked(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": WRONG, "format": "html"}, headers=BROWSER)
    found: Any = html.fromstring(answer.text)

    assert 400 == answer.status_code
    assert WRONG == found.findtext(".//textarea").lstrip("\n")
    assert "SPARQL syntax error in line 2, column 6" == " ".join(
        found.xpath("//div[@id='problem']/p")[0].text_content().split()
    )
    assert "nope:thing ?o" == found.findtext(".//div[@id='problem']/pre/mark")
    assert found.findtext(".//p[@id='advice']").startswith("Declare the prefix of nope:thing before the query")
    assert client.get(found.xpath("//a[@id='meaning']/@href")[0], headers=BROWSER).status_code == 200


@pytest.mark.parametrize(("line", "column"), [(None, None), (9, 1), (0, 1)])
def test_a_place_that_the_query_does_not_have_is_not_shown(line: int | None, column: int | None) -> None:
    assert place(WRONG, QuerySyntaxError("", line, column)) is None


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("json", "application/sparql-results+json"), ("xml", "application/sparql-results+xml"), ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"), ("ttl", "text/turtle"), ("nt", "application/n-triples"),
        ("jsonld", "application/ld+json"), ("rdf", "application/rdf+xml"),
    ],
)  # fmt: skip
def test_a_download_is_a_file_whose_name_ends_as_such_files_do(client: FlaskClient, form: str, media_type: str) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o }" if form in ("ttl", "nt", "jsonld", "rdf") else "SELECT * { ?s ?p ?o }"
    [button] = page(client).xpath(f"//button[contains(@formaction, 'format={form}&')]")
    answer = client.post(button.get("formaction"), data={"query": query}, headers=BROWSER)

    assert (200, media_type) == (answer.status_code, answer.mimetype)
    assert f'attachment; filename="answer.{form}"' == answer.headers["Content-Disposition"]


def test_the_name_of_a_download_cannot_break_out_of_its_header(client: FlaskClient) -> None:
    answer = client.post('/sparql?format=csv&download=a";%20x=é/../b', data={"query": "ASK {}"})

    assert 'attachment; filename="a---x---..-b"' == answer.headers["Content-Disposition"]


def test_the_page_says_what_a_query_may_take(client: FlaskClient) -> None:
    limits = page(client).xpath("//section[@aria-labelledby='limits']")[0].text_content()

    assert "20 s" in limits
    assert "256 MB" in limits


@pytest.fixture
def plain(installation: Settings, readers: Readers, tmp_path: Path) -> FlaskClient:
    """The front end of a package into which Yasgui was not built."""
    app = create_app(installation, readers)
    app.static_folder = str(tmp_path)
    return app.test_client()


def test_without_yasgui_the_page_names_none_of_it_and_allows_no_inline_style(plain: FlaskClient) -> None:
    answer = plain.get("/sparql", headers=BROWSER)

    assert "yasgui" not in answer.text
    assert "style-src 'self';" in answer.headers["Content-Security-Policy"]


def test_with_yasgui_nothing_inline_is_allowed_but_its_own_styles(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers=BROWSER)
    if "yasgui" not in answer.text:
        pytest.skip("Yasgui is not built (make yasgui)")

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in client.get("/", headers=BROWSER).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        (WRONG, 400, "the prefix of nope:thing is not declared"),
        ("ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403, "put its answers into this query as VALUES"),
        ("SELECT (<http://x/f>(1) AS ?x) {}", 400, "<http://x/f>, which is no function here"),
    ],
)
def test_a_shared_link_to_a_query_that_fails_shows_the_query_and_why(
    client: FlaskClient, query: str, status: int, said: str
) -> None:
    answer = client.get("/sparql", query_string={"query": query}, headers=BROWSER)
    found: Any = html.fromstring(answer.text)

    assert (status, query) == (answer.status_code, found.findtext(".//textarea").lstrip("\n"))
    assert said in found.xpath("//div[@id='problem']")[0].text_content()


@pytest.mark.parametrize("kind", ["text/turtle", "application/trig", "application/rdf+xml"])
def test_graphs_are_written_with_the_prefixes_of_the_examples(client: FlaskClient, kind: str) -> None:
    query = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> CONSTRUCT WHERE { ?s skos:prefLabel ?o }"

    assert "skos:prefLabel" in client.post("/sparql", data={"query": query}, headers={"Accept": kind}).text
