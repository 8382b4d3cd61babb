"""A Europeana of 250 items on loopback, and what harvesters of it need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricator.harvest.europeana.records import Wanted
from rubricator.settings import Settings, load_settings
from tests.fakes.europeana import Europeana, europeana
from tests.harvest.europeana.harvesting import Remembered


@pytest.fixture
def memory() -> Remembered:
    return Remembered()


@pytest.fixture
def fake() -> Iterator[Europeana]:
    with europeana(records=250) as fake:
        yield fake


@pytest.fixture
def settings(fake: Europeana, tmp_path: Path) -> Settings:
    return load_settings(
        data_dir=tmp_path,
        base="http://rubricator.test",
        europeana_api=fake.url,
        europeana_api_key=fake.key,
        allow_private_addresses=True,
        source_timeout=20,
    )


@pytest.fixture
def wanted(settings: Settings) -> Wanted:
    """Records in RDF/XML, from a Europeana that is asked again at once."""
    return Wanted(settings, first_wait=0.01)
