"""An image store of each test's own, and the web that it fetches from."""

from collections.abc import Iterator

import pytest

from rubricator.images import ImageStore
from rubricator.settings import Settings
from tests.fakes.images import ImageServer, image_server


@pytest.fixture
def web() -> Iterator[ImageServer]:
    with image_server() as server:
        yield server


@pytest.fixture
def local_settings(settings: Settings) -> Settings:
    """Settings that allow the loopback addresses of the fake web, with limits that tests can reach."""
    return settings.model_copy(
        update={
            "allow_private_addresses": True,
            "image_timeout": 5.0,
            "image_max_bytes": 2**20,
            "image_max_redirects": 3,
        }
    )


@pytest.fixture
def images(local_settings: Settings) -> ImageStore:
    return ImageStore(local_settings)
