"""What is not SPARQL is described by OpenAPI, and answers as described, whatever is asked."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from schemathesis.specs.openapi.checks import negative_data_rejection

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app


@pytest.fixture(scope="module")
def web(installation: Settings, readers: Readers) -> Flask:
    # Generated requests come faster than any client may ask.
    return create_app(
        installation.model_copy(update={"client_rate": 1e6, "client_burst": 10**6, "client_errors": 10**6}), readers
    )


def test_every_route_but_sparql_is_described(web: Flask) -> None:
    rules = {rule.endpoint for rule in web.url_map.iter_rules()} - {"static", "sparql.endpoint"}
    described = web.test_client().get("/openapi.json").get_json()["paths"]

    assert rules == {item["get"]["operationId"].split("-")[0] for item in described.values()}
    assert all(item["get"]["summary"] for item in described.values())


def test_the_description_is_linked_from_the_start_page(client: FlaskClient) -> None:
    assert 'href="/openapi.json"' in client.get("/", headers={"Accept": "text/html"}).text


def test_it_answers_as_described_whatever_is_asked(web: Flask) -> None:
    described = schemathesis.openapi.from_wsgi("/openapi.json", web)
    operations = [described[path]["GET"] for path in described]
    asked = list[str]()

    for operation in operations:

        @hypothesis.settings(max_examples=10, database=None)
        @hypothesis.given(case=operation.as_strategy())
        def ask(case: schemathesis.Case[Any]) -> None:
            asked.append(case.path)
            case.call_and_validate(excluded_checks=[negative_data_rejection])

        ask()

    assert len(asked) > len(operations)
