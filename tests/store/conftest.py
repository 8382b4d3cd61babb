"""A running store of each kind: ours, and Oxigraph's own server as the foreign one."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from rubricator.settings import Settings, load_settings
from rubricator.store.client import Endpoints, StoreClient, connect
from rubricator.store.launch import running_store
from tests.fakes.oxigraph import oxigraph_server
from tests.store.running import BASE, Http


@pytest.fixture(scope="session")
def our_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of a data directory whose writer runs."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("ours"), base=BASE, snapshot_interval=0.05)
    with running_store(settings):
        yield settings


@pytest.fixture(scope="session")
def foreign_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph_server(tmp_path_factory.mktemp("foreign")) as url:
        yield url


@pytest.fixture
def our_client(our_store: Settings) -> Iterator[StoreClient]:
    """A client of our writer, which is empty."""
    with connect(our_store) as client:
        client.update("DROP ALL")
        yield client


@pytest.fixture(params=["ours", "oxigraph serve"])
def client(request: pytest.FixtureRequest) -> Iterator[StoreClient]:
    """A client of an empty store, of each kind in turn."""
    if request.param == "ours":
        yield request.getfixturevalue("our_client")
        return
    url = request.getfixturevalue("foreign_url")
    with closing(StoreClient(Endpoints(f"{url}/query", f"{url}/update", f"{url}/store"))) as foreign:
        foreign.update("DROP ALL")
        yield foreign


@pytest.fixture
def http(our_store: Settings, our_client: StoreClient) -> Http:  # noqa: ARG001 - the client empties the store
    return Http(our_store)
