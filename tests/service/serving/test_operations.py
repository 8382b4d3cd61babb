"""Those who run the service can see whether it lives, answers, and how much it does."""

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families


def test_it_lives_and_answers(client: FlaskClient) -> None:
    assert "alive\n" == client.get("/healthz").text
    assert "ready\n" == client.get("/readyz").text


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    client.get("/runs/")
    client.get("/none")

    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
    counted = {
        (sample.labels["endpoint"], sample.labels["status"]): sample.value
        for sample in families["rubricator_requests"].samples
        if sample.name.endswith("_total")
    }
    assert {("pages.runs", "200"): 1.0, ("none", "404"): 1.0} == counted
