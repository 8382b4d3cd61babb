"""Which media type an Accept header gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricator.store.mediatypes import CSV, JSON, JSON_LD, RDF_XML, TSV, TURTLE, XML
from rubricator.store.negotiation import GRAPHS, SOLUTIONS, choose, with_charset


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/*", CSV),
        ("text/csv;q=0.5, text/tab-separated-values", TSV),
        ("application/json", JSON),
        ("TEXT/CSV", CSV),
        ("text/csv; charset=utf-8", CSV),
        ("*/*;q=0.1, application/sparql-results+json;q=0, application/sparql-results+xml;q=0.2", XML),
        ("text/turtle", None),
        ("text/csv;q=0", None),
        ("text/csv, */*", CSV),
        ("text/*, */*", JSON),
        ("text/csv, */*;q=0", CSV),
        ("nonsense", None),
    ],
)
def test_the_most_specific_range_gives_its_weight(accept: str | None, expected: str | None) -> None:
    assert expected == choose(accept, SOLUTIONS)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/rdf+xml, text/turtle", TURTLE),
        ("application/rdf+xml, text/turtle;q=0.9", RDF_XML),
        ("text/n3", TURTLE),
        ("text/rdf+n3;q=0.9, application/rdf+xml;q=0.8", TURTLE),
        ("text/n3;q=0, text/turtle", TURTLE),
        ("text/n3, text/turtle;q=0.1, application/rdf+xml;q=0.5", TURTLE),
        ("application/json, text/plain, */*", JSON_LD),
        ("application/rdf+xml;q=0.9, */*;q=0.9", RDF_XML),
        ("application/rdf+xml;q=0.8, */*;q=0.9", TURTLE),
        ('application/ld+json;profile="http://www.w3.org/ns/anno.jsonld"', JSON_LD),
    ],
)
def test_of_equals_what_is_named_wins_and_then_the_favourite(accept: str | None, expected: str | None) -> None:
    assert expected == choose(accept, GRAPHS)


@given(st.text())
def test_any_header_gets_an_offer_or_none(accept: str | None) -> None:
    assert choose(accept, SOLUTIONS) in {*SOLUTIONS.values(), None}


def test_text_names_its_character_set() -> None:
    assert ["text/csv; charset=utf-8", JSON] == [with_charset(CSV), with_charset(JSON)]
