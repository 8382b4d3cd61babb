"""Snapshots, and pools of readers over them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricator.settings import Settings, load_settings
from rubricator.store.readers import ReaderPool
from tests.store.readers.reading import Opener, Snapshots
from tests.store.running import BASE


@pytest.fixture
def snapshots(settings: Settings) -> Iterator[Snapshots]:
    settings.store_dir.mkdir()
    snapshots = Snapshots(settings.store_dir)
    yield snapshots
    snapshots.keeper.close()


@pytest.fixture
def opened(tmp_path: Path, snapshots: Snapshots) -> Iterator[Opener]:  # noqa: ARG001 - there must be a snapshot
    """Opens a pool with settings of the test's own."""
    pools = list[ReaderPool]()

    def open_pool(**settings: object) -> ReaderPool:
        pools.append(ReaderPool(load_settings(data_dir=tmp_path, base=BASE, **{"readers": 1} | settings)))
        return pools[-1]

    yield open_pool
    for pool in pools:
        pool.close()
