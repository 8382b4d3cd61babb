"""The pages as a browser makes them: script runs, pictures arrive, nothing is blocked."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.service.live import Live

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)")

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
    "--virtual-time-budget=5000",
)  # fmt: skip


def opened(live: Live, path: str, profile: Path) -> tuple[Any, str]:
    """The page once its script has run, and what the browser complained about."""
    browser = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "--dump-dom", f"{live.url}{path}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    complaints = "\n".join(line for line in browser.stderr.splitlines() if "CONSOLE" in line)
    return html.fromstring(browser.stdout), complaints


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/", "Rubricator"),
        ("/doc/item/folder/bust%252Fone", "A bust <script>alert(1)</script>"),
        ("/sparql?example=concept-counts", "SPARQL"),
    ],
)
def test_a_page_opens_without_complaint(live: Live, tmp_path: Path, path: str, heading: str) -> None:
    page, complaints = opened(live, path, tmp_path)

    assert "" == complaints
    assert heading == page.findtext(".//h1")


def test_the_query_page_shows_the_answer_in_place(live: Live, tmp_path: Path) -> None:
    page, complaints = opened(live, "/sparql?example=concept-counts#run", tmp_path)

    assert "" == complaints
    assert ["http://data.europeana.eu/concept/51"] == page.xpath("//div[@id='answer']//td/a/@href")
    assert page.xpath("//p[@id='summary']")[0].text_content().endswith(" s")
