"""Behind the proxies of ``docs/proxies``, as they are printed there, an answer stays whole or visibly broken."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests

from tests.service.live import Live
from tests.service.serving.proxies import PROXIES, proxied_by

LONG = quote("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
SHORT = quote("SELECT * WHERE { ?s ?p ?o } LIMIT 3")


@pytest.fixture(scope="module", params=PROXIES)
def proxied(request: pytest.FixtureRequest, live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with proxied_by(request.param, live, tmp_path_factory.mktemp(request.param)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_cut_answer_is_an_error(proxied: str, form: str) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(f"{proxied}/sparql?query={LONG}&format={form}", timeout=30)


def test_a_whole_answer_is_the_same_as_without(proxied: str, live: Live) -> None:
    straight, through = (
        requests.get(f"{url}/sparql?query={SHORT}&format=tsv", timeout=30) for url in (live.url, proxied)
    )

    assert (200, straight.content) == (through.status_code, through.content)


def test_what_a_client_has_already_is_not_sent_again(proxied: str) -> None:
    page = f"{proxied}/ns?format=ttl"
    tag = requests.get(page, timeout=30).headers["ETag"]

    assert 304 == requests.get(page, headers={"If-None-Match": tag}, timeout=30).status_code


def test_redirects_lead_where_the_iris_are_and_not_to_the_proxy(proxied: str) -> None:
    response = requests.get(f"{proxied}/id/run/01JD8QAAAAAAAAAAAAAAAAAAAA", allow_redirects=False, timeout=30)

    assert 303 == response.status_code
    assert proxied.removeprefix("http://") not in response.headers["Location"]


def test_the_figures_of_the_operator_stay_behind_the_proxy(proxied: str, live: Live) -> None:
    assert [200, 404] == [requests.get(f"{url}/metrics", timeout=30).status_code for url in (live.url, proxied)]
