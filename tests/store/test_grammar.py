"""The grammar reads what SPARQL allows, and finds the first token that it does not allow."""

import pytest
from pyoxigraph import Literal, RdfFormat, Store, parse

from rubricator.rdf import SH
from rubricator.resources import resource
from rubricator.store.grammar import misfit
from rubricator.store.tokens import tokens

EXAMPLES = [
    quad.object.value
    for path in sorted(resource("ontology", "examples").glob("*.ttl"))
    for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri="http://x.test/")
    if quad.predicate in (SH["select"], SH["ask"], SH["construct"]) and isinstance(quad.object, Literal)
]
QUERIES = [
    "BASE <http://x/> CONSTRUCT { ?s ?p ?o } WHERE { ?s (<a>|^<b>)*/<c>? ?o FILTER(REGEX(STR(?s), \"a\", 'i')) }",
    "DESCRIBE * { { SELECT * { VALUES (?s ?p) { (UNDEF true) } } } } ORDER BY ASC(?s) LIMIT 5",
    "DESCRIBE <http://x/>",
    "ASK FROM NAMED <a:g> { GRAPH <a:g> { ?s !(<a:b>|^<a:c>) (1 -2 [ <a:p> () ]), [] . [ <a:p> 'x'^^<a:d> ] . } }",
    "SELECT (GROUP_CONCAT(DISTINCT ?s; SEPARATOR=', ') AS ?all) { ?s a ?c. ?c ?p ?o; } HAVING(MAX(?o) >= 1)",
    "SELECT REDUCED ?s { ?s ?p ?o MINUS { ?s a ?c } FILTER EXISTS { ?s ?q 2. } } OFFSET 2 LIMIT 1 VALUES ?s { <a:s> }",
    "SELECT * { ?s ?p ?o FILTER(!(?o NOT IN (1, 2)) || -?o * 2 + 1 != ?o / 4) BIND(<a:f>() AS ?x) } GROUP BY (1 AS ?x)",
    "CONSTRUCT WHERE { ?s ?p _:b }",
]


def read(query: str) -> object:
    return misfit(list(tokens(query)), query)


@pytest.mark.parametrize("query", [*EXAMPLES, *QUERIES])
def test_nothing_is_amiss_with_what_is_right(query: str) -> None:
    assert read(query) is None


def test_what_could_have_stood_there_is_known() -> None:
    query = "SELECT * { ?s ?p ?o } GROUP ?s"
    found = misfit(list(tokens(query)), query)

    assert found is not None
    assert ("?s", "GROUP", frozenset({"BY"})) == (found.token.text, found.before[-1].text, found.expected)


def test_newer_sparql_and_what_nests_too_deeply_are_left_to_the_engine() -> None:
    Store().query("SELECT * { <<( ?s ?p ?o )>> ?q ?r }")

    assert read("SELECT * { <<( ?s ?p ?o )>> ?q ?r } LIMIT") is None
    assert read("SELECT * { FILTER(" + "(" * 3000) is None


@pytest.mark.parametrize(
    "phrase", ["?s !(", "?s ^(", "FILTER(COUNT(", "[ ?p ", "( ", "{ SELECT * { ", "FILTER(-", "OPTIONAL { "]
)
def test_no_phrase_is_read_twice_for_each_level_of_it(phrase: str) -> None:
    assert read("SELECT * { " + phrase + phrase.split()[-1].removeprefix("FILTER(") * 25) is not None
