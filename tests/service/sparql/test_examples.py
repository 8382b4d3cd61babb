"""The example queries run as they are and find what they promise."""

import csv
import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import QuerySolutions, RdfFormat, Store

from rubricator.iris import Iris
from rubricator_service.sparql.examples import Example, examples
from tests.service.live import BASE

EXAMPLES = examples(Iris(BASE))
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


# Bodies of every kind: Europeana's (which a record labels too), AAT's, two that are ours, and one that nobody labels.
_VIEW = """
@prefix edm: <http://www.europeana.eu/schemas/edm/> .
@prefix enr: <https://w3id.org/rubricator/ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <http://x.test/> .
x:sculpture skos:prefLabel "Sculpture"@en, "Skulptur"@de ; skos:exactMatch <http://data.europeana.eu/concept/51> ;
  skos:closeMatch <http://vocab.getty.edu/aat/300047090> .
x:statue skos:prefLabel "Statue"@en ; skos:closeMatch <http://vocab.getty.edu/aat/300047090> .
<http://data.europeana.eu/concept/51> skos:prefLabel "sculpture"@en, "Sculptures"@en .
x:toy skos:prefLabel "Toy"@en .
x:own skos:prefLabel "Sculpture"@en .
x:item enr:hasEnrichment x:a, x:b, x:c, x:d, x:e .
x:a oa:hasBody <http://data.europeana.eu/concept/51> ; edm:confidenceLevel 0.9 .
x:b oa:hasBody <http://vocab.getty.edu/aat/300047090> ; edm:confidenceLevel 0.8 .
x:c oa:hasBody x:toy ; edm:confidenceLevel 0.7 .
x:d oa:hasBody x:unlabelled ; edm:confidenceLevel 0.6 .
x:e oa:hasBody x:own ; edm:confidenceLevel 0.55 .
"""


def solutions(query: str) -> list[list[str | None]]:
    store = Store()
    store.load(_VIEW.encode(), RdfFormat.TURTLE)
    results = store.query(query)
    assert isinstance(results, QuerySolutions)
    return [[getattr(term, "value", None) for term in row] for row in results]


def test_the_first_documented_query_gives_each_claim_once_whatever_its_body() -> None:
    page = (Path(__file__).parents[3] / "docs" / "aggregators.md").read_text()
    query = re.findall(r"```sparql\n(.*?)```", page, re.DOTALL)[0]

    labels = {str(confidence): label for _, _, label, confidence in solutions(query)}
    assert ["0.9", "0.8", "0.7", "0.6", "0.55"] == [confidence for _, _, _, confidence in solutions(query)]
    assert {"Sculpture", "Sculptures", "sculpture"} >= {labels["0.9"]}
    assert {"Sculpture", "Statue"} >= {labels["0.8"]}
    assert ("Toy", None, "Sculpture") == (labels["0.7"], labels["0.6"], labels["0.55"])


def test_items_with_a_concept_are_found_whatever_the_body_and_each_claim_once() -> None:
    found = solutions(BY_SLUG["items-with-a-concept"].query)

    assert ["0.9", "0.8", "0.55"] == [confidence for _, _, confidence in found]


@pytest.mark.parametrize("slug", ["audit-a-claim", "near-misses", "newest-runs"])
def test_claims_are_read_by_way_of_the_ledger(slug: str) -> None:
    query = BY_SLUG[slug].query

    assert f"GRAPH <{BASE}/graph/ledger>" in query
    assert "GRAPH ?graph" not in query or "?graph a prov:Bundle" in query
