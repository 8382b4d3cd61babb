"""Streamed rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, Store

from rubricator.errors import StoreError
from rubricator.rdf import XSD
from rubricator.store.results import Term, rows
from tests.store.running import solutions_in


def test_every_kind_of_term_is_read() -> None:
    body = b'?a\t?b\n<http://x>\t_:b1\n"a\\tb\\n\\"c\\\\"\t"x"@en-gb\n-3\t1.50\n1e5\ttrue\n"x"^^<http://t>\t\n'

    assert [
        (NamedNode("http://x"), BlankNode("b1")),
        (Literal('a\tb\n"c\\'), Literal("x", language="en-gb")),
        (Literal("-3", datatype=XSD["integer"]), Literal("1.50", datatype=XSD["decimal"])),
        (Literal("1e5", datatype=XSD["double"]), Literal("true", datatype=XSD["boolean"])),
        (Literal("x", datatype=NamedNode("http://t")), None),
    ] == list(rows([body]))


def test_an_empty_line_is_an_unbound_variable() -> None:
    assert [(None,), (NamedNode("http://x"),)] == list(rows([b"?a\n\n<http://x>\n"]))


def test_a_solution_without_variables_is_a_row_without_terms() -> None:
    assert [()] == list(rows([b"\n\n"]))


def test_lines_may_end_as_in_windows() -> None:
    assert [(NamedNode("http://x"),)] == list(rows([b"?a\r\n<http://x>\r\n"]))


TERMS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])).map(Literal),
    st.integers().map(Literal),
    st.booleans().map(Literal),
    st.sampled_from([NamedNode("http://x/é#y"), Literal("x", language="en")]),
)


@given(st.lists(TERMS, max_size=20), st.integers(min_value=1, max_value=50))
def test_what_oxigraph_writes_is_read_back_however_it_is_cut_into_chunks(terms: list[Term], size: int) -> None:
    values = " ".join(f"({index} {term})" for index, term in enumerate(terms))
    body = solutions_in(Store(), f"SELECT * {{ VALUES (?i ?t) {{ {values} }} }}", QueryResultsFormat.TSV)

    assert terms == [row[1] for row in rows(body[at : at + size] for at in range(0, len(body), size))]


@pytest.mark.parametrize(
    "body", [b"", b"?a", b"?a\n<http://x", b"?a\t?b\n1\n", b"<html>\n<p>Sorry</p>\n", b"?a\nnope\n"]
)
def test_a_body_that_is_cut_inside_a_row_or_is_no_tsv_is_an_error(body: bytes) -> None:
    with pytest.raises(StoreError):
        list(rows([body]))
