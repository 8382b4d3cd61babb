"""What an HTTP request asks for."""

import pytest

from rubricator.store.errors import BadRequest, MethodNotAllowed, UnsupportedMediaType
from rubricator.store.protocol import FORM, SPARQL_QUERY, SPARQL_UPDATE, QueryOperation, parse_query, parse_update


def test_a_query_by_get_carries_its_dataset() -> None:
    asked = parse_query(
        "GET", "query=ASK%20%7B%7D&default-graph-uri=http%3A%2F%2Fa&named-graph-uri=http%3A%2F%2Fb", None, b""
    )

    assert QueryOperation("ASK {}", ("http://a",), ("http://b",)) == asked


def test_a_plus_sign_in_a_form_is_a_blank() -> None:
    assert "ASK {}" == parse_query("POST", "", FORM, b"query=ASK+%7B%7D").query


def test_a_query_may_be_the_body_itself() -> None:
    asked = parse_query(
        "POST", "default-graph-uri=http://a", f"{SPARQL_QUERY}; charset=UTF-8", "ASK {?é ?p ?o}".encode()
    )

    assert QueryOperation("ASK {?é ?p ?o}", ("http://a",)) == asked


def test_an_update_carries_its_dataset() -> None:
    asked = parse_update("POST", "using-graph-uri=http://a&using-named-graph-uri=http://b", SPARQL_UPDATE, b"DROP ALL")

    assert ("DROP ALL", ("http://a",), ("http://b",)) == (asked.update, asked.using_graphs, asked.using_named_graphs)


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body"),
    [
        ("GET", "", None, b""),
        ("GET", "query=ASK%7B%7D&query=ASK%7B%7D", None, b""),
        ("POST", "query=ASK%7B%7D", SPARQL_QUERY, b"ASK {}"),
        ("POST", "", SPARQL_QUERY, b"ASK {\xff}"),
        ("GET", "query=%FF", None, b""),
        ("GET", "query=ASK%7B%7D&default-graph-uri=relative", None, b""),
        ("GET", "&".join(["query=x"] * 2000), None, b""),
    ],
)
def test_a_request_that_is_none_of_the_protocol_is_a_bad_request(
    method: str, query_string: str, content_type: str | None, body: bytes
) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_query(method, query_string, content_type, body)

    assert 400 == caught.value.status


def test_a_query_by_another_method_is_not_allowed() -> None:
    with pytest.raises(MethodNotAllowed) as caught:
        parse_query("PUT", "query=ASK%7B%7D", None, b"")

    assert ("GET", "HEAD", "POST") == caught.value.allow


def test_an_update_by_get_is_not_allowed() -> None:
    with pytest.raises(MethodNotAllowed) as caught:
        parse_update("GET", "update=CLEAR%20ALL", None, b"")

    assert ("POST",) == caught.value.allow


@pytest.mark.parametrize("content_type", [None, "text/plain", f"{SPARQL_QUERY}; charset=UTF-16", SPARQL_UPDATE])
def test_a_query_in_another_media_type_or_character_set_is_refused(content_type: str | None) -> None:
    with pytest.raises(UnsupportedMediaType):
        parse_query("POST", "", content_type, b"ASK {}")
