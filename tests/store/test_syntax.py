"""Oxigraph's syntax errors as sentences."""

import pytest
from pyoxigraph import Store

from rubricator.store.syntax import sentence


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * {?s ?p 1 ;;; }\n\n x", ("at line 3, column 3: expected GRAPH, MINUS.", 3, 3)),
        ("SELEC", ("at line 1, column 6: this is not expected here.", 1, 6)),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", ("at line 1, column 30: Duplicated variable name in SELECT.", 1, 30)),
    ],
)
def test_a_syntax_error_is_one_line_that_says_where(query: str, expected: tuple[str, int, int]) -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().query(query)

    text, line, column = expected
    assert (f"The query has a syntax error {text}", line, column) == sentence("query", str(caught.value))


def test_long_lists_of_what_was_expected_are_cut() -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().query("SELECT * {")

    text, _, _ = sentence("query", str(caught.value))
    assert (True, 1) == (text.endswith(", …."), len(text.splitlines()))


def test_a_message_of_another_shape_keeps_its_first_line() -> None:
    assert ("The query has a syntax error: whatever.", None, None) == sentence("query", "whatever\nmore")
