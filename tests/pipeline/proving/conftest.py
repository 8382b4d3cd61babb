from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from rubricator.harvest.edmfile import harvest_edm
from rubricator.harvest.folder import harvest_folder
from rubricator.pipeline.enriching.enrich import enrich
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect

UNREACHABLE = """
    @prefix edm: <http://www.europeana.eu/schemas/edm/> . @prefix ore: <http://www.openarchives.org/ore/terms/> .
    <http://data.europeana.eu/item/1/lost> a edm:ProvidedCHO .
    <http://museum.example.org/aggregation/lost> a ore:Aggregation ;
      edm:aggregatedCHO <http://data.europeana.eu/item/1/lost> ; edm:isShownBy <http://127.0.0.1:9/lost.jpg> ;
      edm:rights <http://creativecommons.org/publicdomain/zero/1.0/> .
"""


@dataclass(frozen=True)
class Enriched:
    """A store that one run has enriched."""

    client: StoreClient
    settings: Settings
    ulid: str


@pytest.fixture(scope="module")
def enriched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enriched]:
    """Twelve pictures, one more that cannot be fetched, and what a run with a low threshold says of them."""
    directory = tmp_path_factory.mktemp("proving")
    settings = load_settings(
        data_dir=directory / "data", base="http://rubricator.test", threshold=0.01, near_miss_floor=0.0001
    )
    (directory / "lost.ttl").write_text(UNREACHABLE)
    pictures = draw(directory / "pictures", 12)
    with connect(settings) as client:
        ingest(harvest_folder(pictures, settings, "pictures"), client, settings)
        ingest(harvest_edm([directory / "lost.ttl"]), client, settings)
        summary = enrich(client, settings)
        assert summary.run is not None
        yield Enriched(client, settings, summary.run.ulid)


def draw(folder: Path, count: int) -> Path:
    """Pictures of which no two are alike."""
    folder.mkdir()
    for n in range(count):
        picture = Image.new("RGB", (320, 240), (20 * n, 90, 200 - 15 * n))
        ImageDraw.Draw(picture).ellipse((60, 40, 200 + 10 * n, 200), fill=(230, 220, 20 * n))
        picture.save(folder / f"picture_{n}.jpg")
    return folder
