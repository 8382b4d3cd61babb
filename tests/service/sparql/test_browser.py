"""The query page as a browser makes it: with Yasgui and without, and with no host but ours."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from werkzeug.serving import make_server

from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator_service import create_app
from tests.service.browsing import CHROMIUM, opened
from tests.service.live import Live

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)")

STATIC = Path(__file__).parents[3] / "service" / "rubricator_service" / "static"
with_yasgui = pytest.mark.skipif(
    not (STATIC / "yasgui" / "yasgui.min.js").exists(), reason="Yasgui is not built (make yasgui needs npm)"
)
WRONG = quote("SELECT ?s WHERE {\n  ?s nope:thing ?o\n}")


@pytest.fixture(scope="module")
def plain(installation: Settings, readers: Readers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a front end into which Yasgui was not built."""
    app = create_app(installation, readers)
    app.static_folder = str(tmp_path_factory.mktemp("static") / "static")
    shutil.copytree(STATIC, app.static_folder, ignore=shutil.ignore_patterns("yasgui"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def asked_by_the_page(record: Path, url: str) -> set[str]:
    """The hosts that anything on the page asked for anything. What the browser asks for itself is not among them."""
    events = json.loads(record.read_text())["events"]
    parts = [event.get("params", {}) for event in events]
    return {urlsplit(part["url"]).netloc for part in parts if "url" in part and part.get("initiator") == url}


def linked(page: Any) -> list[str]:
    return [str(link) for link in page.xpath("//div[@id='answer']//td//a/@href")]


@with_yasgui
def test_the_answer_of_a_shared_link_stays_in_sight(live: Live, tmp_path: Path) -> None:
    query = quote("SELECT ?c { ?c a <http://www.w3.org/2004/02/skos/core#Concept> } ORDER BY ?c LIMIT 1")
    page, complaints = opened(live.url, f"/sparql?query={query}", tmp_path / "profile")

    assert "" == complaints
    assert 1 == len(linked(page))
    assert page.xpath("//div[contains(@class, 'yasqe')]")


@with_yasgui
def test_an_example_runs_in_yasgui_and_asks_no_other_host(live: Live, tmp_path: Path) -> None:
    record = tmp_path / "net.json"
    page, complaints = opened(live.url, "/sparql?example=concept-counts#run", tmp_path / "profile", record)

    assert "" == complaints
    assert ["http://data.europeana.eu/concept/51"] == linked(page)
    assert page.xpath("//div[contains(@class, 'yasqe')]//span[contains(@class, 'cm-keyword')]")
    assert page.xpath("//span[@id='told']")[0].text.endswith(" s")
    assert {urlsplit(live.url).netloc} == asked_by_the_page(record, live.url)


@with_yasgui
def test_an_answer_without_rows_says_so(live: Live, tmp_path: Path) -> None:
    query = quote("SELECT ?s { ?s ?p <urn:x-none:1> }")
    page, complaints = opened(live.url, f"/sparql?query={query}#run", tmp_path)

    assert "" == complaints
    [answer] = page.xpath("//div[@id='answer']")
    assert "0 rows: nothing fits the whole query." == answer.text_content().strip()


@with_yasgui
def test_an_error_is_shown_at_its_place_in_yasgui(live: Live, tmp_path: Path) -> None:
    page, _ = opened(live.url, f"/sparql?query={WRONG}#run", tmp_path)

    assert "SPARQL syntax error in line 2, column 6" == page.xpath("//div[@id='problem']/p")[0].text_content()
    assert page.xpath("//div[contains(@class, 'yasqe')]//span[contains(@class, 'wrong')]")


def test_an_example_runs_without_yasgui(plain: str, tmp_path: Path) -> None:
    page, complaints = opened(plain, "/sparql?example=concept-counts#run", tmp_path)

    assert "" == complaints
    assert ["http://data.europeana.eu/concept/51"] == linked(page)
    assert [] == page.xpath("//div[contains(@class, 'yasqe')]")


def test_an_error_is_told_without_yasgui(plain: str, tmp_path: Path) -> None:
    page, _ = opened(plain, f"/sparql?query={WRONG}#run", tmp_path)

    assert "SPARQL syntax error in line 2, column 6" == page.xpath("//div[@id='problem']/p")[0].text_content()
    assert "Declare the prefix of nope:thing" in page.xpath("//p[@id='advice']")[0].text_content()
