"""A web that misbehaves, and names of the open internet that lead there."""

from collections.abc import Iterator

import pytest

from tests.fakes.web import Internet, WebServer, internet, web_server


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture
def open_web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    with internet(monkeypatch) as fake:
        yield fake
