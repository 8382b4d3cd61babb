"""Of a near miss is said why it was not claimed: no policy that never claims a concept would have at any confidence."""

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from rubricator_service.context import service
from rubricator_service.reading.withheld import Asked, read_asked
from tests.service.conftest import Alive

POLICY, MAP, TOY = (NamedNode(f"http://rubricator.test/{name}") for name in ("policy", "map", "toy"))


@pytest.mark.parametrize(
    ("own", "concept", "confidence", "why"),
    [
        ({}, MAP, 0.3, "the policy asks for 50 %"),
        ({MAP: 0.68, TOY: None}, MAP, 0.3, "the policy asks for 68 %"),
        ({MAP: 0.68, TOY: None}, TOY, 0.99, "the policy never claims this concept"),
        ({MAP: 0.68}, TOY, 0.99, "the policy never claims this concept"),
        ({MAP: 0.68}, MAP, 0.7, "another concept was surer, and the picture could not get both"),
    ],
)
def test_the_reason_is_that_of_the_policy(
    own: dict[NamedNode, float | None], concept: NamedNode, confidence: float, why: str
) -> None:
    assert why == Asked(POLICY, 0.5, own).why_not(concept, confidence).replace("\u202f", " ")


def test_what_a_run_asks_is_read_from_the_store(alive: Alive) -> None:
    run = alive.settings.iris.run("C")
    with alive.web.application.app_context():
        asked = read_asked(service().reading, alive.settings.iris, [run])[run]

    assert [None, 0.4, 0.6] == sorted(asked.own.values(), key=lambda least: least or 0)


def test_the_page_of_an_item_says_it_beside_each_near_miss(client: FlaskClient) -> None:
    page = client.get("/doc/item/folder/bust%252Fone", headers={"Accept": "text/html"}).text

    assert 1 == page.count("Not claimed: the policy asks for 50\u202f%.")
    assert "surely enough" not in page
