"""On a telephone the lists of dumps and of changes are read from top to bottom, and not from side to side."""

from pathlib import Path
from typing import Any

import pytest

from rubricator.store.readers import open_readers
from rubricator_service import create_app
from tests.service.browsing import CHROMIUM, answering
from tests.service.devtools import browser
from tests.service.exchange.conftest import Dumped

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)")

_HIDDEN = """[...document.querySelectorAll(".scroll")].map(one => one.scrollWidth - one.clientWidth)"""
_CELLS = """[...document.querySelectorAll("tbody tr:first-child > *")].map(
  one => getComputedStyle(one, "::before").content.replaceAll('"', "").replace("none", "") + one.textContent.trim())"""


def test_every_cell_of_dumps_and_changes_is_in_sight_at_400_pixels(dumped: Dumped, tmp_path: Path) -> None:
    readers = open_readers(dumped.settings)
    seen: dict[str, list[Any]] = {}
    with answering(create_app(dumped.settings, readers)) as site, browser(tmp_path) as tab:
        for path in ("/dumps/", "/feed/", "/feed/1"):
            tab.resize(400)
            tab.open(site + path)
            seen[path] = [tab.evaluate(_HIDDEN), tab.evaluate(_CELLS)]
        tab.resize(1280)
        tab.open(f"{site}/dumps/")
        wide = tab.evaluate(_CELLS)
    readers.close()

    assert [[0]] * 3 == [hidden for hidden, _ in seen.values()]
    whole = dumped.dumps.dumps[0]
    narrow = seen["/dumps/"][1]
    assert [whole.name, whole.title] == narrow[:2] == wide[:2]
    assert ["Statements ", "Bytes ", "SHA-256 "] == [
        told.removesuffix(plain) for told, plain in zip(narrow[2:], wide[2:], strict=True)
    ]
