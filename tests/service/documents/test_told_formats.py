"""Whoever asks for what there is not is told what there is, and gets it."""

import re

import pytest
from flask.testing import FlaskClient

PATHS = (
    "/doc/run/01JD8QAAAAAAAAAAAAAAAAAAAA", "/doc/concept/", "/item/9990001/demo_0001", "/graph/ledger",
    "/graph/concepts", "/annotation/0123456789abcdef0123456789", "/annotations/", "/ns", "/shapes/", "/problems/",
    "/reasons/", "/.well-known/void", "/dumps/", "/feed/", "/feed/1", "/.well-known/sparql-examples",
    "/sparql/examples/prefixes", "/sparql",
)  # fmt: skip
ROWS, GRAPH, YES = "SELECT * { ?s ?p ?o } LIMIT 2", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 2", "ASK {}"
KINDS = {"Turtle": "text/turtle", "N-Triples": "application/n-triples", "JSON-LD": "application/ld+json"} | {
    "RDF/XML": "application/rdf+xml", "N-Quads": "application/n-quads", "TriG": "application/trig",
    "JSON": "application/sparql-results+json", "XML": "application/sparql-results+xml", "CSV": "text/csv",
    "TSV": "text/tab-separated-values",
}  # fmt: skip


def refusal(client: FlaskClient, path: str, accept: str = "*/*") -> str:
    answer = client.get(path, headers={"Accept": accept})
    assert 406 == answer.status_code, path
    return str(answer.get_json(force=True)["detail"])


@pytest.mark.parametrize("path", PATHS)
def test_every_format_that_a_document_tells_of_is_to_be_had(client: FlaskClient, path: str) -> None:
    names = refusal(client, f"{path}?format=nonsense").partition("use one of ")[2].rstrip(".").split(", ")
    types = refusal(client, path, "image/x-nonsense").removeprefix("Ask for one of ").removesuffix(" in Accept.")

    assert len(names) > 3
    for name in names:
        assert 200 == client.get(f"{path}?format={name}", buffered=True).status_code, name
    for media_type in types.split(", "):
        answer = client.get(path, headers={"Accept": media_type}, buffered=True)
        assert (200, media_type) == (answer.status_code, answer.mimetype)


@pytest.mark.parametrize(("query", "of"), [(ROWS, "rows"), (YES, "rows"), (GRAPH, "a graph")])
def test_every_format_that_the_endpoint_tells_of_is_to_be_had(client: FlaskClient, query: str, of: str) -> None:
    told = refusal(client, f"/sparql?query={query}&format=nonsense")
    names = re.search(rf"of {of}(?: there are)? ([^;]+);", told)

    assert names
    for name in (*names[1].split(", "), "html"):
        answer = client.get(f"/sparql?query={query}&format={name}", buffered=True)  # a plus as people type it
        assert 200 == answer.status_code, (name, answer.text)


@pytest.mark.parametrize("query", [ROWS, YES, GRAPH])
def test_a_query_is_told_all_that_it_is_answered_in(client: FlaskClient, query: str) -> None:
    told = refusal(client, f"/sparql?query={query}", "image/png")
    kinds = told.removeprefix("This query is answered in ").partition(":")[0].split(", ")
    answers = {kind: client.get(f"/sparql?query={query}", headers={"Accept": kind}) for kind in KINDS.values()}

    assert {kind for kind, answer in answers.items() if answer.status_code == 200} == {KINDS[kind] for kind in kinds}
