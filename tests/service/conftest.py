"""A small installation in a real store, and the front end over its snapshot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pyoxigraph import RdfFormat, parse

from rubricator.images import ImageStore
from rubricator.settings import Settings, load_settings
from rubricator.store.client import connect
from rubricator.store.readers import Readers, open_readers
from rubricator_service import create_app

BASE = "http://rubricator.test"
CLAIM = "/annotation/0123456789abcdef0123456789"
NEAR_MISS = "/annotation/aaaaaaaaaaaaaaaaaaaaaaaaaa"
RETRACTED = "/annotation/ffffffffffffffffffffffffff"
RUN = "01JD8QAAAAAAAAAAAAAAAAAAAA"
BUST = "item/folder/bust%252Fone"


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an installation whose store holds ``installation.trig``."""
    directory = tmp_path_factory.mktemp("installation")
    settings = load_settings(data_dir=directory / "data", base=BASE, query_timeout=20.0)
    fill(settings, directory)
    return settings


def fill(settings: Settings, directory: Path) -> None:
    picture = directory / "picture.png"
    Image.linear_gradient("L").save(picture)
    sha256 = ImageStore(settings).ingest(picture).sha256
    text = (Path(__file__).parent / "installation.trig").read_text()
    text = text.replace("PICTURE", sha256).replace(BASE, settings.iris.base)
    with connect(settings) as client:
        client.load(parse(text.encode(), format=RdfFormat.TRIG))


@pytest.fixture(scope="session")
def picture(installation: Settings) -> str:
    """The sha-256 of the one local picture."""
    return next(path.name for path in installation.image_dir.rglob("*") if len(path.name) == 64)


@pytest.fixture(scope="session")
def readers(installation: Settings) -> Iterator[Readers]:
    opened = open_readers(installation)
    yield opened
    opened.close()


@pytest.fixture
def client(installation: Settings, readers: Readers) -> FlaskClient:
    return create_app(installation, readers).test_client()
