"""A store that every example query finds something in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

from rubricator.settings import load_settings
from rubricator.store.client import connect
from rubricator.store.readers import open_readers
from rubricator_service import create_app
from tests.pipeline.proving.lived import live
from tests.service.live import BASE


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The front end over a store with runs, reviews and retractions of all kinds, records and a harvest."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("lived"), base=BASE)
    with connect(settings) as client:
        live(client, settings)
        client.load(parse((Path(__file__).parent / "collection.trig").read_bytes(), format=RdfFormat.TRIG))
    readers = open_readers(settings)
    yield create_app(settings, readers).test_client()
    readers.close()
