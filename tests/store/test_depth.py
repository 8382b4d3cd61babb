"""What would end the writer's process is refused before it is parsed, and nothing that people write."""

import json
from pathlib import Path

import pytest

from rubricator.settings import Settings
from rubricator.store.depth import refuse_deep_data, refuse_deep_query, refuse_deep_update
from rubricator.store.errors import QueryTooDeep
from rubricator.store.launch import running_store
from tests.store.running import Http

MILLION = 1_000_000
DEEP_QUERIES = {
    "groups": "ASK " + "{" * MILLION,
    "parentheses": "ASK { FILTER(" + "(" * MILLION + "1" + ")" * MILLION + ") }",
    "calls": "ASK { FILTER(" + "STR(" * 1000 + "1" + ")" * 1000 + ") }",
    "exists": "ASK { " + "FILTER EXISTS { " * 1000 + "}" * 1000 + " }",
    "blank nodes": "ASK { ?s ?p " + "[ <a:b> " * MILLION,
    "triple terms": "ASK { " + "<<( <a:b> <a:b> " * MILLION,
    "signs": "ASK { FILTER(" + "!" * MILLION + "1) }",
    "sums": "ASK { FILTER(1" + "+1" * 100_000 + ") }",
    "alternatives": "ASK { {} " + "UNION {} " * 100_000 + "}",
    "paths": "ASK { ?s <a:b>" + "/<a:b>" * 100_000 + " ?o }",
    "patterns": "ASK { " + "<a:b> <a:b> 1 . " * 3000 + "}",
    "hidden in what could be an IRI": "ASK { FILTER(1<" + "(" * 1000 + "?x>2) }",
}


@pytest.mark.parametrize("query", DEEP_QUERIES.values(), ids=DEEP_QUERIES)
def test_a_query_that_is_too_deep_is_refused(query: str) -> None:
    with pytest.raises(QueryTooDeep):
        refuse_deep_query(query)
    with pytest.raises(QueryTooDeep):
        refuse_deep_update(query.replace("ASK", "INSERT { <a:b> <a:b> 1 } WHERE", 1))


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { " + '<a:b> <a:c> \'((((((\' , """[[{{ <<""" ; <a:d(> -1.5 . # ((((\n' * 5000 + "}",
        "INSERT DATA { " + "GRAPH <a:g> { <a:b> <a:c> [] } " * 5000 + "}",
        "DELETE WHERE { GRAPH <a:g> { ?s ?p ?o } } ; INSERT DATA { " + "<a:b> <a:c> 1 . " * 5000 + "}",
        "DELETE { ?s ?p ?o } WHERE { VALUES (?s ?p ?o) { " + "(<a:b> <a:c> 1.5) " * 5000 + "} }",
        "INSERT { " + "<a:b> <a:c> 1 . " * 5000 + "} WHERE {}",
        "INSERT DATA { <a:b> <a:c> 'where' . GRAPH <a:g> { " + "<a:b> <a:c> 1 . " * 5000 + "} }",
        "INSERT DATA { " + "<a:b> <a:c> <<( <a:b> <a:c> 1 )>> . " * 5000 + "}",
    ],
)
def test_an_update_may_be_long(update: str) -> None:
    refuse_deep_update(update)


def test_data_may_hold_many_triple_terms_but_not_within_one_another(tmp_path: Path) -> None:
    many = b"<a:b> <a:c> <<( <a:b> <a:c> '<<(' )>> .\n" * 5000
    deep = b"<a:b> <a:c> " + b"<<( <a:b> <a:c> " * 1000
    file = tmp_path / "deep.ttl"
    file.write_bytes(deep)
    refuse_deep_data(many)

    for content in (deep, file):
        with pytest.raises(QueryTooDeep):
            refuse_deep_data(content)


def test_the_store_lives_on_after_everything_that_is_too_deep(settings: Settings) -> None:
    with running_store(settings):
        http = Http(settings)
        term = b"<a:b> <a:c> " + b"<<( <a:b> <a:c> " * 100_000 + b"1" + b" )>>" * 100_000 + b" ."
        nested = json.dumps({"@id": "a:b"}).encode()
        seen = [
            http("POST", "/query", DEEP_QUERIES["groups"].encode(), {"Content-Type": "application/sparql-query"}),
            http("POST", "/update", b"INSERT DATA { " + term + b" }", {"Content-Type": "application/sparql-update"}),
            http("POST", "/store?default", term, {"Content-Type": "text/turtle"}),
            http("PUT", "/store?default", term, {"Content-Type": "application/n-triples"}),
            http("POST", "/store?default", b"[" * MILLION, {"Content-Type": "application/ld+json"}),
            http("POST", "/store?default", b'{"a:b":' * MILLION, {"Content-Type": "application/ld+json"}),
        ]

        assert [422, 422, 422, 422, 400, 400] == [answer.status_code for answer in seen]
        assert 204 == http("POST", "/store?default", nested, {"Content-Type": "application/ld+json"}).status_code
