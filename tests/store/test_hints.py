"""Who makes a mistake in a query is told what to change."""

import pytest
from pyoxigraph import Store

from rubricator.store.errors import QuerySyntaxError
from rubricator.store.hints import explained, hint

MISTAKES = [
    (
        "SELECT * WHERE { ?s skos:prefLabel ?o }",
        "Declare the prefix of skos:prefLabel before the query: PREFIX skos: <http://www.w3.org/2004/02/skos/core#>",
    ),
    ("ASK { ?s foo:bar ?o }", "PREFIX foo: <the IRI that it stands for>"),
    ("ASK { ?s :bar ?o }", "PREFIX : <the IRI that it stands for>"),
    ("PREFIX skos <http://x/> ASK {}", "Write a colon after the prefix: PREFIX skos: <"),
    ("SELCT * WHERE { ?s ?p ?o }", "SELCT at line 1, column 1 is no keyword: did you mean SELECT?"),
    ("SELECT * {\n ?s ?p ?o .\n FILTR(?o > 1) }", "FILTR at line 3, column 2 is no keyword: did you mean FILTER?"),
    ("SELECT * { ?s ?p ?o } ORDR BY ?s", "did you mean ORDER?"),
    ("SELECT * { ?s ?p Paris }", "variables begin with ? and texts stand in quotes"),
    ("SELECT * WHERE { ?s ?p ?o", "Close { of line 1, column 16 by }."),
    ("SELECT * WHERE { ?s ?p ?o } }", "Nothing is open that } at line 1, column 29 could close."),
    ("SELECT * WHERE { FILTER(1 }", "Close ( of line 1, column 24 before } at line 1, column 27."),
    ("ASK { ?s ?p “abc” }", "Put straight quotes in place of “ at line 1, column 13."),
    ("SELECT * { ?s ?p 'abc }", "Close the string that begins at line 1, column 18"),
    ("SELECT * { ?s ?p '''abc }", "is never closed"),
    ("SELECT ?s, ?o { ?s ?p ?o }", "Leave out the comma at line 1, column 10"),
    ("SELECT ?s COUNT(?o) WHERE { ?s ?p ?o } GROUP BY ?s", "(COUNT(…) AS ?value)"),
    ("INSERT DATA { <a:b> <a:c> 1 }", "INSERT begins an update"),
    ("", "The query is empty"),
]


@pytest.mark.parametrize(("query", "expected"), MISTAKES)
def test_a_mistake_is_named_with_what_to_change(query: str, expected: str) -> None:
    with pytest.raises(SyntaxError):
        Store().query(query)

    assert expected in (hint(query) or "")


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX dc: <http://x/> SELECT ?s (COUNT(?o) AS ?n) { ?s a dc:X ; dc:y _:b, 'a\\'b'@en-GB, 1.5e0 } GROUP BY ?s",
        "BASE <http://x/> CONSTRUCT { ?s ?p ?o } WHERE { ?s (<a>|^<b>)*/<c>? ?o FILTER(REGEX(STR(?s), \"a\", 'i')) }",
        "DESCRIBE * { { SELECT * { VALUES (?s ?p) { (UNDEF true) } } } } ORDER BY ASC(?s) LIMIT 5",
    ],
)
def test_nothing_is_said_of_what_is_right(query: str) -> None:
    assert hint(query) is None


def test_the_line_is_shown_with_a_mark_under_the_column() -> None:
    error = explained(QuerySyntaxError("wrong", 2, 3), "ASK {\n  nonsense }")

    assert "  nonsense }\n  ^" == error.excerpt
