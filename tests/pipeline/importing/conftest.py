from collections.abc import Iterator

import pytest

from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from tests.pipeline.exporting.shelf import shelve


@pytest.fixture
def shelf(settings: Settings) -> Iterator[StoreClient]:
    """A store with three items."""
    with connect(settings) as client:
        shelve(client, settings)
        yield client
