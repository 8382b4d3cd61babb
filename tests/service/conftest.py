"""A small installation in a real store, and the front end over its snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.readers import Readers, open_readers
from rubricator_service import create_app
from tests.pipeline.proving.lived import Lived
from tests.pipeline.proving.lived import live as live_on
from tests.service.live import BASE, PATIENT, Live, fill, serving


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an installation whose store holds ``installation.trig``."""
    directory = tmp_path_factory.mktemp("installation")
    settings = load_settings(data_dir=directory / "data", base=BASE, query_timeout=20.0)
    fill(settings, directory)
    return settings


@pytest.fixture(scope="session")
def picture(installation: Settings) -> str:
    """The sha-256 of the one local picture."""
    return next(path.name for path in installation.image_dir.rglob("*") if len(path.name) == 64)


@pytest.fixture(scope="session")
def readers(installation: Settings) -> Iterator[Readers]:
    opened = open_readers(installation)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def app(installation: Settings, readers: Readers) -> Flask:
    """What is made of templates and counts is made once: nothing that a request does changes it."""
    return create_app(installation, readers)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A served installation whose answers may have 300,000 bytes, and that bears with many requests and errors."""
    directory = tmp_path_factory.mktemp("live")
    with serving(directory, query_max_bytes=300_000, buffer_max_bytes=200_000, **PATIENT) as served:
        yield served


@dataclass(frozen=True)
class Alive:
    """A store that has lived, its client, and the front end over its snapshot."""

    settings: Settings
    client: StoreClient
    web: FlaskClient
    lived: Lived


@pytest.fixture(scope="session")
def alive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alive]:
    """Runs, reviews and retractions of all kinds; see ``tests.pipeline.proving.lived``."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("alive"), base=BASE, **PATIENT)
    with connect(settings) as client:
        lived = live_on(client, settings)
    with connect(settings) as client:
        readers = open_readers(settings)
        yield Alive(settings, client, create_app(settings, readers).test_client(), lived)
        readers.close()
