"""A source that misbehaves, and a web in which it may be asked."""

from collections.abc import Iterator

import pytest

from rubricator.harvest.web import Web
from rubricator.settings import Settings
from tests.fakes.web import WebServer, web_server


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as fake:
        yield fake


@pytest.fixture
def local_settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allow_private_addresses": True, "source_timeout": 20.0})


@pytest.fixture
def web(local_settings: Settings) -> Iterator[Web]:
    with Web(local_settings, first_wait=0.01) as open_web:
        yield open_web
