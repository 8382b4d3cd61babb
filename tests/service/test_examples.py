"""The example queries run as they are and find what they promise."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from rubricator_service.examples import EXAMPLES, Example

BY_SLUG = {example.slug: example for example in EXAMPLES}


def rows(client: FlaskClient, example: Example) -> list[dict[str, str]]:
    response = client.post("/sparql", data={"query": example.query, "format": "csv"})
    assert 200 == response.status_code, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.slug)
def test_every_example_finds_something(client: FlaskClient, example: Example) -> None:
    assert rows(client, example)


def test_items_with_a_concept_are_found_without_naming_a_graph(client: FlaskClient) -> None:
    example = BY_SLUG["items-with-a-concept"]

    assert "GRAPH ?" not in example.query
    assert ["http://rubricator.test/id/item/folder/bust%252Fone"] == [row["item"] for row in rows(client, example)]


def test_the_audit_of_a_claim_reaches_every_hash(client: FlaskClient) -> None:
    [row] = rows(client, BY_SLUG["audit-a-claim"])

    assert [64, 64, 64] == [len(row[name]) for name in ("modelHash", "promptsHash", "imageHash")]
    assert "http://rubricator.test/id/run/01JD8QAAAAAAAAAAAAAAAAAAAA" == row["run"]


def test_near_misses_stand_beside_their_threshold(client: FlaskClient) -> None:
    [row] = rows(client, BY_SLUG["near-misses"])

    assert ("0.0712", "0.5") == (row["confidence"], row["threshold"])
