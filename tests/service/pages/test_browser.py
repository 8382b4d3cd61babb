"""The pages as a browser makes them: script runs, pictures arrive, nothing is blocked."""

from pathlib import Path

import pytest

from tests.service.browsing import CHROMIUM, opened
from tests.service.live import Live

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)")


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/", "Rubricator"),
        ("/doc/item/folder/bust%252Fone", "A bust <script>alert(1)</script>"),
        ("/sparql?example=concept-counts", "SPARQL"),
    ],
)
def test_a_page_opens_without_complaint(live: Live, tmp_path: Path, path: str, heading: str) -> None:
    page, complaints = opened(live.url, path, tmp_path)

    assert "" == complaints
    assert heading == page.findtext(".//h1")
