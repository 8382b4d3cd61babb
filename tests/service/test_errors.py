"""Every error is one problem document, whose type leads to a page that explains it."""

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import Aborter

from rubricator.errors import StoreUnavailable
from rubricator.settings import Settings
from rubricator.store.readers import Answer, QueryRequest
from rubricator_service import create_app
from rubricator_service.errors import kinds, render


class Failing:
    """Readers that fail in a given way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def run(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> Answer:  # noqa: ARG002
        raise self._error

    async def ask(self, request: QueryRequest, timeout: float | None = None, client: str = "") -> None: ...
    def look_up(self, request: QueryRequest, revision: str | None) -> None: ...

    def download(self, request: QueryRequest, client: str = "") -> Answer:  # noqa: ARG002
        return self.run(request)

    def figures(self) -> tuple[int, int]:
        return 0, 0

    def close(self) -> None: ...


def test_a_problem_says_what_where_and_what_to_do(client: FlaskClient) -> None:
    problem = client.get("/none").get_json(force=True)

    assert {"type", "title", "status", "detail", "instance"} == set(problem)
    assert (404, "/none") == (problem["status"], problem["instance"])


def test_the_type_of_a_problem_leads_to_its_explanation(client: FlaskClient) -> None:
    kind = client.get("/none").get_json(force=True)["type"]

    page = client.get(kind.removeprefix("http://rubricator.test"))
    assert 200 == page.status_code
    assert "<h1>Not found</h1>" in page.text


def test_every_kind_of_error_is_explained(client: FlaskClient) -> None:
    index = client.get("/problems/").text

    assert len(kinds()) > 10
    for slug, kind in kinds().items():
        page = client.get(f"/problems/{slug}")
        assert 200 == page.status_code
        assert kind.title in index
        assert kind.__doc__, f"{kind.__name__} explains nothing"


def test_settings_in_an_explanation_are_shown_as_code(client: FlaskClient) -> None:
    for page in ("/problems/query-timeout", "/problems/"):
        text = client.get(page, headers={"Accept": "text/html"}).text
        body = text[text.index("<main") : text.index("</main>")]
        assert "<code>query_timeout</code>" in body, page
        assert "``" not in body, page


def test_people_get_a_page(client: FlaskClient) -> None:
    response = client.get("/none", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (404, "text/html") == (response.status_code, response.mimetype)


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/problem+json", "text/turtle"])
def test_machines_get_json(client: FlaskClient, accept: str | None) -> None:
    response = client.get("/none", headers={"Accept": accept} if accept else {})

    assert "application/problem+json" == response.mimetype


def test_what_went_wrong_inside_is_not_told(installation: Settings) -> None:
    client = create_app(installation, Failing(RuntimeError("secret"))).test_client()

    response = client.get("/sparql?query=ASK{}")

    assert 500 == response.status_code
    assert "secret" not in response.text
    assert "*" == response.headers["Access-Control-Allow-Origin"]


def test_a_store_that_is_away_is_said_to_come_back(installation: Settings) -> None:
    client = create_app(installation, Failing(StoreUnavailable("No snapshot yet."))).test_client()

    for path in ("/", "/readyz", "/sparql?query=ASK{}", "/annotation/x"):
        response = client.get(path)
        assert (503, "2") == (response.status_code, response.headers["Retry-After"])


def test_pages_of_problems_speak_to_people(client: FlaskClient) -> None:
    text = client.get("/problems/", headers={"Accept": "text/html"}).text

    assert [] == [mark for mark in ("``", "====", "exit_code", "slug") if mark in text]
    assert "tell whoever runs the service" in client.get("/problems/internal-error").text


def test_an_example_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert 404 == client.get("/sparql?example=nope", headers={"Accept": "text/html"}).status_code


def test_a_range_after_the_end_is_a_problem_that_tells_the_size(client: FlaskClient, picture: str) -> None:
    for path in ("/static/style.css", f"/media/{picture}"):
        size = len(client.get(path, buffered=True).data)
        response = client.get(path, headers={"Range": f"bytes={size}-"}, buffered=True)
        problem = response.get_json(force=True)

        assert (416, f"bytes */{size}") == (response.status_code, response.headers["Content-Range"])
        assert (416, size) == (problem["status"], problem["length"])
        assert 200 == client.get(problem["type"].removeprefix("http://rubricator.test")).status_code


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "items=0-1", "bytes=", "bytes=x-y", "nonsense"])
def test_what_is_no_single_range_of_bytes_is_answered_by_the_whole(
    client: FlaskClient, picture: str, asked: str
) -> None:
    for path in ("/static/style.css", f"/media/{picture}", "/ns.ttl"):
        response = client.get(path, headers={"Range": asked}, buffered=True)

        assert (200, client.get(path, buffered=True).data) == (response.status_code, response.data)


def test_ranges_of_bytes_are_answered_by_these(client: FlaskClient, picture: str) -> None:
    whole = client.get(f"/media/{picture}", buffered=True).data

    for asked, part in (("bytes=0-3", whole[:4]), ("bytes=4-", whole[4:]), ("Bytes=-5", whole[-5:])):
        response = client.get(f"/media/{picture}", headers={"Range": asked}, buffered=True)
        assert (206, part) == (response.status_code, response.data)


def test_faults_of_the_client_are_never_told_as_ours(client: FlaskClient) -> None:
    codes = Aborter().mapping
    with client.application.test_request_context("/"):
        statuses = [render(codes[status]()).status_code for status in (406, 409, 412, 417, 422, 428)]

    assert {400} == set(statuses)
