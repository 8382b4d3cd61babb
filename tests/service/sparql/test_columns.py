"""The columns of an answer stand apart, however wide the window is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.service.browsing import CHROMIUM, answering
from tests.service.devtools import Browser, browser

YASGUI = Path(__file__).parents[3] / "service/rubricator_service/static/yasgui/yasgui.min.js"
LEAST_GAP = 8  # pixels

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"),
    pytest.mark.skipif(not YASGUI.exists(), reason="Yasgui is not built (make yasgui needs npm)"),
]

SHOWN = """new Promise((resolve, reject) => {
  const look = () => document.querySelector(".yasr table.dataTable tbody td")
    ? setTimeout(resolve, 200, true) : setTimeout(look, 20);
  look(); setTimeout(reject, 20000, "no table");
})"""
GAPS = """(() => {
  const seen = cell => {  // where its text begins and ends, as far as it is not cut off
    const range = document.createRange(), box = cell.firstElementChild.getBoundingClientRect();
    range.selectNodeContents(cell);
    const text = range.getBoundingClientRect();
    return [Math.max(text.left, box.left), Math.min(text.right, box.right)];
  };
  return [...document.querySelectorAll(".yasr table.dataTable tr")].flatMap(row => {
    const cells = [...row.cells].filter(cell => cell.textContent).map(seen);
    return cells.slice(1).map((cell, number) => Math.round(cell[0] - cells[number][1]));
  });
})()"""


@pytest.fixture(scope="module")
def page(lived: FlaskClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    with answering(lived.application) as url, browser(tmp_path_factory.mktemp("profile")) as tab:
        yield tab, f"{url}/sparql?example=near-misses#run"


@pytest.mark.parametrize("width", [1280, 800, 400])
def test_columns_stand_apart(page: tuple[Browser, str], width: int) -> None:
    tab, address = page
    tab.resize(width)
    tab.open("about:blank")
    tab.open(address)
    tab.evaluate(SHOWN)

    gaps = tab.evaluate(GAPS)
    assert gaps
    assert [] == [gap for gap in gaps if gap < LEAST_GAP]
    assert 0 >= tab.evaluate("document.documentElement.scrollWidth - innerWidth")
