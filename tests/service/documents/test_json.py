"""JSON-LD is JSON: who asks for JSON gets it, under the name that was asked for."""

import pytest
from flask.testing import FlaskClient

CLAIM = "/annotation/0123456789abcdef0123456789"
PATHS = (
    "/doc/run/01JD8QAAAAAAAAAAAAAAAAAAAA", "/doc/concept/", "/item/9990001/demo_0001", CLAIM, "/annotations/",
    "/annotations/?after=", "/ns", "/shapes/", "/problems/", "/reasons/image-timeout", "/.well-known/void", "/dumps/",
    "/feed/", "/feed/1", "/.well-known/sparql-examples", "/sparql",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_json_is_the_json_ld_under_another_name(client: FlaskClient, path: str) -> None:
    json = client.get(path, headers={"Accept": "application/json"})
    json_ld = client.get(path, headers={"Accept": "application/ld+json"})

    assert (200, "application/json") == (json.status_code, json.content_type)
    assert json_ld.data == json.data
    assert "@context" in json.get_json()
    assert "Accept" in json.vary


@pytest.mark.parametrize("path", PATHS)
def test_each_name_has_an_etag_of_its_own(client: FlaskClient, path: str) -> None:
    """What is kept under one is not taken for the other, whose headers say something else."""
    etags = {
        client.get(path, headers={"Accept": name}).headers["ETag"]
        for name in ("application/json", "application/ld+json", "text/turtle")
    }

    assert 3 == len(etags)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/json, application/ld+json", "application/ld+json"),
        ("application/json, application/ld+json;q=0.9", "application/json"),
        ("application/ld+json;q=0.5, application/json;q=0.4", "application/ld+json"),
        ("application/json;q=0.9, text/turtle", "text/turtle"),
        ("application/json, text/turtle;q=0.9", "application/json"),
        ("application/*", "application/ld+json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/json;q=0, */*;q=0.1", "text/turtle"),
    ],
)
def test_the_name_that_is_preferred_is_sent(client: FlaskClient, accept: str, expected: str) -> None:
    assert expected == client.get("/doc/concept/", headers={"Accept": accept}).mimetype


@pytest.mark.parametrize("path", [CLAIM, "/annotations/"])
def test_json_of_annotations_says_its_profile_in_a_link(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})

    assert '<http://www.w3.org/ns/anno.jsonld>; rel="profile"' in answer.headers.getlist("Link")


def test_a_graph_is_no_json(client: FlaskClient) -> None:
    assert 406 == client.get("/graph/ledger", headers={"Accept": "application/json"}).status_code


def test_what_cannot_be_had_is_told_with_all_that_can(client: FlaskClient) -> None:
    told = client.get("/doc/concept/", headers={"Accept": "image/png"}).get_json(force=True)["detail"]
    offered = told.removeprefix("Ask for one of ").removesuffix(" in Accept.").split(", ")

    assert "application/json" in offered
    assert offered == [client.get("/doc/concept/", headers={"Accept": name}).mimetype for name in offered]
