"""A repository on loopback, and a way to it."""

from collections.abc import Iterator

import pytest

from rubricator.harvest.web import Web
from rubricator.settings import Settings
from tests.fakes.oai import Oai, oai


@pytest.fixture
def fake() -> Iterator[Oai]:
    with oai(120) as server:
        yield server


@pytest.fixture
def web(settings: Settings) -> Iterator[Web]:
    local = settings.model_copy(update={"allow_private_addresses": True, "source_timeout": 20.0})
    with Web(local, first_wait=0.01) as open_web:
        yield open_web
