from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from rubricator.classifier import load_model
from rubricator.harvest.folder import harvest_folder
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.launch import running_store
from rubricator.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from rubricator.classifier import ClipModel


@pytest.fixture(scope="session", autouse=True)
def _shipped_model_loaded_once() -> Iterator[None]:
    """Nothing changes a model that is loaded, and loading it would take most of the time of these tests."""
    load_once = cache(load_model)

    def load(name: str) -> "ClipModel":
        return (load_once if name == "rubricator-lite" else load_model)(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rubricator.pipeline.deciding.load_model", load)
        yield


@pytest.fixture(scope="session")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """One store for all tests: a process takes longer to start than most of them."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("writer"), base="http://rubricator.test")
    with running_store(settings):
        yield settings


@pytest.fixture
def client(settings: Settings, writer: Settings) -> Iterator[StoreClient]:
    """A client of an empty store, which is all that a test's data directory shares with others."""
    settings.store_dir.symlink_to(writer.store_dir)
    with connect(settings) as client:
        client.update("DROP ALL")
        yield client


@pytest.fixture
def vocabulary(settings: Settings) -> Vocabulary:
    return load_vocabulary(settings.iris)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Five pictures, each of its own colour, one of them broken."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for n in range(5):
        picture = Image.new("RGB", (320, 240), (40 * n, 90, 200 - 30 * n))
        ImageDraw.Draw(picture).ellipse((60, 40, 200 + 10 * n, 200), fill=(230, 220, 30 * n))
        picture.save(folder / f"picture_{n}.jpg")
    return folder


@pytest.fixture
def harvested(client: StoreClient, settings: Settings, pictures: Path) -> StoreClient:
    ingest(harvest_folder(pictures, settings, "pictures"), client, settings)
    return client
