from collections.abc import Iterator

import pytest

from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from tests.pipeline.catalogue import BASE


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoreClient, Settings]]:
    """One for all tests: a process takes longer to start than most of them."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("data"), base=BASE)
    with connect(settings) as client:
        yield client, settings


@pytest.fixture
def client(store: tuple[StoreClient, Settings]) -> StoreClient:
    client, _ = store
    client.update("DROP ALL")
    return client


@pytest.fixture
def settings(store: tuple[StoreClient, Settings]) -> Settings:
    return store[1]
