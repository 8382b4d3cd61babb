"""Oxigraph's syntax errors as sentences."""

import pytest
from pyoxigraph import Store

from rubricator.store.syntax import sentence


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * {?s ?p 1 ;;; }\n\n x", ("before line 3, column 3.", 3, 3)),
        ("SELECT * {", ("before line 1, column 11.", 1, 11)),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", ("at line 1, column 30: SELECT gives two values the same name.", 1, 30)),
        ("SELECT * { ?s ?p 1 } GROUP BY ?s ", ("at line 1, column 34: SELECT * does not go with GROUP BY.", 1, 34)),
        ("ASK { ?s x:prefLabel 1 }", ("at line 1, column 21: a prefix is not declared.", 1, 21)),
    ],
)
def test_a_syntax_error_is_one_line_that_says_where(query: str, expected: tuple[str, int, int]) -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().query(query)

    text, line, column = expected
    assert (f"The query has a syntax error {text}", line, column) == sentence("query", str(caught.value))


def test_a_message_of_another_shape_keeps_its_first_line() -> None:
    assert ("The query has a syntax error: whatever.", None, None) == sentence("query", "whatever\nmore")
