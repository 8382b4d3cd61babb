"""Who makes a mistake in a query is told where, what stands there, and what to write instead."""

import pytest
from pyoxigraph import Store

from rubricator.store.tokens import tokens
from tests.store.mistaken import hint_at_the_mark, leaks, said_of

SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
THREE_PARTS = "A triple has three parts"
NO_VARIABLE = "Write IRIs and prefixed names in paths"

# The query, with ^ (or a zero byte) before what cannot stand there, and what is said of it.
MISTAKES = [
    # the beginning
    ("^", "The query is empty: begin with one of SELECT"),
    ("# nothing\n# at all\n^", "The query is empty"),
    (f"{SKOS}^", "There are only prefixes"),
    ("^SELCT * WHERE { ?s ?p ?o }", "SELCT is no keyword: did you mean SELECT?"),
    ("^INSERT DATA { <a:b> <a:c> 1 }", "INSERT begins an update"),
    ("^how many pictures show a statue?", "Begin with one of SELECT"),
    ('^{"query": "SELECT * {}"}', "Begin with one of SELECT"),
    ("SELECT^%20*%20WHERE%20%7B%7D", "this one arrived percent-encoded"),
    ("PREFIX ^skos <http://x/> ASK {}", "Write a colon after the prefix: PREFIX skos: <http://www.w3.org/2004/02/skos"),
    ("PREFIX x: ^http://x/ ASK {}", "Put the address in angle brackets: <http://x/>."),
    ("^@prefix x: <http://x/> . ASK {}", "Write PREFIX without @"),
    ("PREFIX x: <http://x/> ^. ASK {}", 'Leave out ".": nothing stands after the IRI of a prefix.'),
    # names
    ("SELECT * WHERE { ?s ^skos:prefLabel ?o }", f"Declare the prefix of skos:prefLabel before the query: {SKOS}"),
    ("ASK { ?s ^foo:bar ?o }", "PREFIX foo: <the IRI that it stands for>"),
    ("ASK { ^http://example.org/a ?p ?o }", "Put the address in angle brackets: <http://example.org/a>."),
    ("ASK { ?s a ^https://example.org/a. }", "Put the address in angle brackets: <https://example.org/a>."),
    # characters
    ("ASK { ?s ?p ^“abc” }", "Put straight quotes in place of “."),
    ("SELECT * { ?s ?p ^'abc }", "Close the string that begins there on the same line"),
    ("SELECT * {^\u00a0?s ?p ?o }", "Put a plain blank in place of the character '\\xa0'."),
    ("ASK { ?s ?p ?o }^\u200b", "Take out the character '\\u200b'"),
    (r"ASK { ?s ?p ?o FILTER(REGEX(?o, 'a^\d')) }", "Write two backslashes for one in a text."),
    # what is selected
    ("SELECT ?s^, ?o { ?s ?p ?o }", "Leave out the comma"),
    ("SELECT ^WHERE { ?s ?p ?o }", "Say what to select"),
    ("SELECT ^item WHERE { ?item ?p ?o }", "Begin variables with a question mark: ?item."),
    ("SELECT ^? WHERE { ?s ?p ?o }", "Give the variable a name"),
    ("SELECT ?my^-item WHERE { ?s ?p ?o }", "no hyphen"),
    ("SELECT ?s ^COUNT(?o) WHERE { ?s ?p ?o } GROUP BY ?s", "(COUNT(…) AS ?value)"),
    ("SELECT (COUNT(?s)^) WHERE { ?s ?p ?o }", "Give the value a name: (… AS ?name)."),
    ("SELECT (COUNT(?s) AS ^n) WHERE { ?s ?p ?o }", "Write after AS the variable"),
    ("SELECT ?s ^AS ?t WHERE { ?s ?p ?o }", "Put what AS names in brackets"),
    ("SELECT (^DISTINCT COUNT(?s) AS ?n) { ?s ?p ?o }", "COUNT(DISTINCT …)"),
    ("SELECT (GROUP_CONCAT(?s^, ',') AS ?n) { ?s ?p ?o }", "Put the separator behind a semicolon"),
    ("SELECT (COUNT(?s^, ?o) AS ?n) { ?s ?p ?o }", "Give an aggregate one value alone"),
    ("CONSTRUCT ^?s ?p ?o WHERE { ?s ?p ?o }", "Put the template in braces"),
    (
        "CONSTRUCT WHERE { ?s ?p ?o ^FILTER(?o > 1) }",
        "Triples alone can stand there: put FILTER into the second braces",
    ),
    ("DESCRIBE^", "Say what to describe"),
    ("ASK^", "Say what to look for"),
    # grouping
    ("SELECT ?s ^?o (COUNT(?p) AS ?n) { ?s ?p ?o } GROUP BY ?s", "Add ?o to GROUP BY"),
    ("SELECT ^?s (COUNT(?p) AS ?n) { ?s ?p ?o }", "Add ?s to GROUP BY"),
    ("SELECT ^* { ?s ?p ?o } GROUP BY ?s", "Name the variables in place of *"),
    ("SELECT ?s (COUNT(?o) AS ^?s) { ?s ?p ?o } GROUP BY ?s", "Choose another name for the value"),
    ("SELECT (1 AS ?x) (2 AS ^?x) { }", "Choose another name for the value"),
    ("SELECT ?s { ?s ?p ?o } GROUP BY^", "Say after BY by what"),
    ("SELECT ?s { ?s ?p ?o } GROUP ^?s", "Write GROUP BY."),
    # behind the pattern
    ("SELECT * { ?s ?p ?o } LIMIT 10 ^ORDER BY ?s", "Keep to the order of GROUP BY, HAVING, ORDER BY, LIMIT"),
    ("SELECT * { ?s ?p ?o } ORDER BY ?s ^GROUP BY ?s", "Keep to the order of GROUP BY, HAVING, ORDER BY, LIMIT"),
    ("SELECT * { ?s ?p ?o ^LIMIT 10 }", "Put LIMIT behind the brace that closes the pattern."),
    ("SELECT * { ?s ?p ?o } LIMIT ^-1", "Write a number after LIMIT"),
    ("SELECT * { ?s ?p ?o } LIMIT 10^, 20", "how many rows to skip is told by OFFSET"),
    ("SELECT * { ?s ?p ?o } ORDER BY DESC ^?s", "Put what comes after DESC in brackets: DESC(…)."),
    ("SELECT * { ?s ?p ?o } ^FROM <a:b>", "Put FROM before the pattern"),
    ("SELECT * { ?s ?p ?o } ^ORDR BY ?s", "did you mean ORDER?"),
    ("SELECT * { ?s ?p ?o }^;", 'Leave out ";" after the query.'),
    ("SELECT * { ?s ?p ?o } ^SELECT * { ?s ?p ?o }", "Send one query at a time."),
    ("SELECT * { ?s ?p ?o } ^// all", "Begin a comment with #"),
    # patterns
    ("SELECT * WHERE { ?s ?p ?o^", "Close { of line 1, column 16 by }."),
    ("SELECT * WHERE { ?s ?p ?o\n^LIMIT 10", "Close { of line 1, column 16 by }."),
    ("SELECT * WHERE { ?s ?p ?o } ^}", "Nothing is open that } could close"),
    ("SELECT * WHERE { FILTER(1 ^}", "Close ( of line 1, column 24 first."),
    ("SELECT * WHERE ^?s ?p ?o", "Put the pattern after WHERE in braces: WHERE { … }."),
    ("SELECT * {\n  ?s a ?c\n  ^?s ?p ?o\n}\n", "Put a dot before ?s, if a new triple begins there"),
    ("SELECT * {\n  ?s ?p\n^}\nLIMIT 10", THREE_PARTS),
    ("SELECT * { ?s ^}", THREE_PARTS),
    ("SELECT * { ?s ^A ?o }", "Write a, in small letters"),
    ("SELECT * { ?s ^is ?o }", "Write a, in small letters"),
    ("SELECT * { ?s ^'p' ?o }", "no text and no number"),
    ("SELECT * { ?s ?p ^Paris }", "variables begin with ?, names have a prefix, and texts stand in quotes"),
    ("SELECT * { ?s ?p 'a'^@ }", 'as in "text"@en'),
    ("SELECT * { ?s ?p '1'^\0<a:b> }", "Write ^^ before a datatype."),
    ("SELECT * { ?s ?p ?o OPTIONAL ^?s <a:b> ?c }", "OPTIONAL { … }"),
    ("SELECT * { ?s ?p ?o ^UNION { ?s <a:b> ?c } }", "Put both sides of UNION in braces"),
    ("SELECT * { ?s ?p ?o FILTER NOT EXISTS ^?s <a:b> ?c }", "EXISTS { … }"),
    ("SELECT * { GRAPH ?g ^?s ?p ?o }", "GRAPH ?g { … }"),
    ("SELECT * { GRAPH ^{ ?s ?p ?o } }", "Name the graph"),
    ("SELECT * { ?s ?q ?r ^SELECT ?s { ?s ?p ?o } }", "Put the inner SELECT in braces of its own"),
    ("SELECT * { SELECT ?s { ?s ?p ?o } ^?s ?q ?r }", "Put the inner SELECT in braces of its own"),
    # paths
    ("SELECT * { ?s <a:b>/^/<a:c> ?o }", "a path is not complete there"),
    ("SELECT * { ?s <a:b>/^?p ?o }", NO_VARIABLE),
    ("SELECT * { ?s ?p^* ?o }", NO_VARIABLE),
    ("SELECT * { ?s <a:b>^{1,2} ?o }", "Write the path out"),
    ("SELECT * { ?s <a:b>^.<a:c> ?o }", "Join the steps of a path by /"),
    # conditions and values
    ("SELECT * { ?s ?p ?o FILTER ^?o > 3 }", "FILTER(…)"),
    ("SELECT * { ?s ?p ?o FILTER lang(?o) ^= 'en' }", "Put the whole condition in brackets"),
    ("SELECT * { ?s ?p ?o . ^FILTR(?o > 1) }", "did you mean FILTER?"),
    ("SELECT * { ?s ?p ?o FILTER(^LENGTH(?o) > 1) }", "Write STRLEN in place of LENGTH."),
    ("SELECT (^UCAES(?o) AS ?x) { ?s ?p ?o }", "did you mean UCASE?"),
    ("SELECT * { ?s ?p ?o FILTER(^CONTAINS(?o)) }", "Give CONTAINS 2 values in its brackets: it got 1."),
    ("SELECT (^IF(?s, 1) AS ?n) { ?s ?p ?o }", "Give IF 3 values in its brackets: it got 2."),
    ("SELECT * { ?s ?p ?o FILTER(?o =^= 1) }", "Write one = to compare."),
    ("SELECT * { ?s ?p ?o FILTER(?o ^<> 1) }", "Write != for unequal."),
    ("SELECT * { ?s ?p ?o FILTER(?o > 1 ^AND ?o < 3) }", "Write && in place of AND."),
    ("SELECT * { ?s ?p ?o FILTER(?o > 1 & ^?o < 3) }", "Write && for and."),
    ("SELECT * { ?s ?p ?o FILTER(NOT ^?o) }", "Write ! for not"),
    ("SELECT * { ?s ?p ?o FILTER(?o IN ^1, 2) }", "Put what comes after IN in brackets"),
    ("SELECT * { ?s ?p ?o BIND(STR(?o)^) }", "Give the value a name: (… AS ?name)."),
    ("SELECT * { ?s ?p ?o BIND ^STR(?o) AS ?x }", "BIND(…)"),
    ("SELECT * { ?s ?p ?o BIND(?x AS ^STR(?o)) }", "Write after AS the variable"),
    ("SELECT * { ?s ?p ?o BIND(STR(?p) AS ^?o) }", "Choose another name for the value: ?o has one already."),
    ("SELECT * { VALUES (?a ?b) { ^(1) (2 3) } }", "Give each row 2 values, as there are 2 variables"),
    ("SELECT * { VALUES ?a ^?b { (1 2) } }", "Put several variables in brackets"),
    ("SELECT * { VALUES (?a ?b) { ^1 2 } }", "Put each row of values in brackets"),
    ("SELECT * { VALUES ?a { 1^, 2 } }", "Leave out the comma"),
    ("SELECT * { VALUES ?a { ^(1) (2) } }", "Leave out the brackets"),
    ("SELECT * { VALUES ?a { ^?b } }", "no variables"),
]


@pytest.mark.parametrize(("marked", "hint"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_what_to_write(marked: str, hint: str) -> None:
    assert hint in hint_at_the_mark(marked)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * {\n  ?s a ?c\n  ?s ?p ?o }", "at line 3, column 3: ?s cannot stand there."),
        ("SELECT * { ?s ?p ?o", "at line 1, column 20: it ends there, and is not complete."),
        ("SELECT ?s, ?o { ?s ?p ?o }", 'at line 1, column 10: "," cannot stand there.'),
        (f"ASK {{ ?s '{'p' * 100}' ?o }}", f"at line 1, column 10: '{'p' * 79}… cannot stand there."),
        ("SELECT * { ?s foo:x ?o }", "at line 1, column 15: the prefix of foo:x is not declared."),
    ],
)
def test_one_sentence_says_where_and_what_stands_there(query: str, said: str) -> None:
    assert f"The query has a syntax error {said}" == str(said_of(query))


WHOLE = """PREFIX x: <http://x/>
SELECT ?s (COUNT(DISTINCT ?o) AS ?n) FROM <http://x/g> WHERE {
  { ?s a x:A ; x:b/^x:c+ ?o , "text"@en , [ x:d 1.5 ] . } UNION { VALUES (?s ?o) { (x:e UNDEF) } }
  OPTIONAL { GRAPH ?g { ?s x:f ?f } FILTER(?f > 1 && REGEX(STR(?o), "a", "i")) }
  BIND(IF(?f IN (1, 2), x:g, ?f) AS ?h) FILTER NOT EXISTS { ?s x:h ?h }
}
GROUP BY ?s HAVING(COUNT(?o) > 1) ORDER BY DESC(?n) LIMIT 10 OFFSET 5
"""


def test_whatever_token_is_missing_nothing_of_the_grammar_is_told() -> None:
    for token in tokens(WHOLE):
        query = WHOLE[: token.start] + WHOLE[token.end :]
        try:
            Store().query(query)
        except SyntaxError:
            error = said_of(query)
            assert not leaks(str(error)), query
            assert error.line is not None


def test_the_line_is_shown_with_a_mark_under_the_column() -> None:
    assert "  nonsense }\n  ^" == said_of("ASK {\n  nonsense }").excerpt


def test_a_query_that_is_too_long_to_look_at_is_told_the_place_alone() -> None:
    error = said_of("ASK { ?s ?p ?o FILTER ?o }" + "\n" * 20_000)

    assert error.hint is None
    assert "before line" in str(error)
    assert not leaks(str(error))
