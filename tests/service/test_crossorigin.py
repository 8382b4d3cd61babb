"""Any web page may read everything, whatever becomes of the request; HEAD and OPTIONS answer wherever GET does."""

import pytest
from flask.testing import FlaskClient

ORIGIN = {"Origin": "https://elsewhere.example"}
PATHS = [
    "/",
    "/sparql",
    "/sparql?query=ASK{}",
    "/sparql?query=nonsense",
    "/sparql?update=CLEAR ALL",
    "/sparql?query=ASK{}&timeout=never",
    "/.well-known/void",
    "/runs",
    "/runs/",
    "/items",
    "/items/",
    "/ns",
    "/problems/",
    "/problems/query-timeout",
    "/problems/none-such",
    "/annotation/none-such",
    "/annotations/",
    "/graph/ledger",
    "/concept/sculpture",
    "/healthz",
    "/robots.txt",
    "/nowhere",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_every_answer_may_be_read_from_any_web_page(client: FlaskClient, path: str, accept: str) -> None:
    with client.get(path, headers=ORIGIN | {"Accept": accept}) as response:
        assert "*" == response.headers["Access-Control-Allow-Origin"]
        assert "Location" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", PATHS)
def test_head_says_what_get_says_without_a_body(client: FlaskClient, path: str) -> None:
    with client.get(path) as got, client.head(path) as head:
        assert b"" == head.data
        assert got.status_code == head.status_code
        of_the_answer = ("Content-Type", "Vary", "ETag", "Location", "Link", "Cache-Control", "Allow")
        assert [got.headers.getlist(name) for name in of_the_answer] == [
            head.headers.getlist(name) for name in of_the_answer
        ]


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ("/runs", "/items", "/nowhere")])
def test_options_names_the_methods_and_lets_web_pages_ask(client: FlaskClient, path: str) -> None:
    preflight = ORIGIN | {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "accept"}
    with client.options(path, headers=preflight) as response:
        assert 200 == response.status_code
        assert b"" == response.data
        assert {"GET", "HEAD", "OPTIONS"} <= {name.strip() for name in response.headers["Allow"].split(",")}
        assert response.headers["Allow"] == response.headers["Access-Control-Allow-Methods"]
        assert "*" == response.headers["Access-Control-Allow-Origin"]
        # What the endpoint, the container and the dumps look for.
        for name in ("Accept", "Content-Type", "If-Modified-Since", "If-None-Match", "If-Range", "Prefer", "Range"):
            assert name in response.headers["Access-Control-Allow-Headers"].split(", ")


def test_a_redirect_may_be_followed_from_a_web_page(client: FlaskClient) -> None:
    redirects = [
        response
        for path in ("/annotation", "/concept/sculpture", "/graph/ledger")
        if 300 <= (response := client.get(path, headers=ORIGIN | {"Accept": "text/html"})).status_code < 400
    ]

    assert redirects
    assert {"*"} == {response.headers["Access-Control-Allow-Origin"] for response in redirects}
