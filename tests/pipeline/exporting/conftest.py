from pathlib import Path

import pytest

from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.pipeline.exporting.shelf import shelve

SHARED = Path(__file__).parents[3] / "../shared"


@pytest.fixture
def shelf(client: StoreClient, settings: Settings) -> StoreClient:
    """A store with the records of ``shelf.py``."""
    shelve(client, settings)
    return client


@pytest.fixture(scope="session")
def shared() -> Path:
    """Schemas and payloads of others, which lie outside the repository."""
    if not SHARED.exists():
        pytest.skip("the schemas and real payloads lie outside the repository")
    return SHARED
