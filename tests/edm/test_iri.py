import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from rubricator.edm.iri import clean_iri, clean_language


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("http://e.org/ü", "http://e.org/ü"),
        (" http://e.org/a b ", "http://e.org/a%20b"),
        ("http://e.org/100%", "http://e.org/100%25"),
        ("http://e.org/%41", "http://e.org/%41"),
        ("http://e.org/a[1].jpg", "http://e.org/a%5B1%5D.jpg"),
        ("http://[::1]/a[1]", "http://[::1]/a%5B1%5D"),
        ("http://e.org/#a#b", "http://e.org/#a%23b"),
        ("urn:isbn:1", "urn:isbn:1"),
        ("no scheme", None),
        ("", None),
    ],
)
def test_an_iri_is_cleaned_to_what_was_meant(raw: str, clean: str | None) -> None:
    assert clean == clean_iri(raw)


@given(st.text())
def test_a_clean_iri_is_always_legal(raw: str) -> None:
    clean = clean_iri("http://e.org/" + raw)

    assert clean is not None
    assert NamedNode(clean).value == clean
    assert clean == clean_iri(clean)


@given(st.text())
def test_a_clean_language_is_always_legal(raw: str) -> None:
    tag = clean_language(raw)

    assert tag is None or Literal("", language=tag).language == tag
