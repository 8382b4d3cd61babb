import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rubricator.errors import UsageError
from rubricator.harvest.local import address, csv_table, edm_files, picture_folder
from rubricator.harvest.mapping import table_mapping
from rubricator.pipeline.harvesting.counts import HarvestSummary
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.pipeline.harvesting.sources import harvested_sources
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.fakes.program import program
from tests.pipeline.catalogue import edm, gone, titles

MAPPING = table_mapping({"dataset": "shelf", "identifier": "{id}", "columns": {"title": "dc:title"}})
Harvest = Callable[..., HarvestSummary]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Nine records: five files, one file of two, an archive of two."""
    folder = tmp_path / "dump"
    folder.mkdir()
    for number in range(1, 6):
        (folder / f"{number}.xml").write_bytes(edm(number, f"Bowl {number}").content)
    pair = [edm(number, f"Jug {number}").content.decode() for number in (6, 7)]
    (folder / "pair.xml").write_text(f"<records>{''.join(pair)}</records>")
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        for number in (8, 9):
            archive.writestr(f"{number}.xml", edm(number, f"Basin {number}").content)
    return folder


@pytest.fixture
def harvest_edm(client: StoreClient, settings: Settings) -> Harvest:
    return lambda *paths: harvest(edm_files(list(paths)), client, settings)


def test_a_record_whose_file_is_there_no_more_is_gone(client: StoreClient, folder: Path, harvest_edm: Harvest) -> None:
    assert 9 == harvest_edm(folder).new
    (folder / "3.xml").unlink()
    (folder / "pair.xml").write_bytes(edm(6, "Jug 6").content)
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("9.xml", edm(9, "Basin 9").content)
    summary = harvest_edm(folder)

    assert ({"not-listed": 3}, 0) == (summary.gone, summary.undecided)
    assert dict.fromkeys((3, 7, 8), "not-listed") == gone(client)
    assert 9 == len(titles(client))


def test_a_record_whose_file_cannot_be_used_today_is_not_gone(
    client: StoreClient, folder: Path, harvest_edm: Harvest
) -> None:
    harvest_edm(folder)
    for name in ("1.xml", "2.xml", "pair.xml", "more.zip"):
        (folder / name).write_bytes((folder / name).read_bytes()[:-90])
    (folder / "3.xml").unlink()
    summary = harvest_edm(folder)

    assert ({"not-listed": 1}, 6) == (summary.gone, summary.undecided)
    assert {3: "not-listed"} == gone(client)


def test_files_that_are_named_one_by_one_are_sources_of_their_own(
    client: StoreClient, settings: Settings, folder: Path, harvest_edm: Harvest
) -> None:
    first, second = harvest_edm(folder / "1.xml"), harvest_edm(folder / "2.xml")
    both = harvest_edm(folder / "1.xml", folder / "2.xml")

    assert ((1, 0), (1, 0), (0, 2)) == tuple((one.new, one.unchanged) for one in (first, second, both))
    assert {} == gone(client)
    assert 3 == len(harvested_sources(client, settings))


def test_an_empty_folder_may_be_a_disk_that_is_not_there(
    client: StoreClient, tmp_path: Path, folder: Path, harvest_edm: Harvest
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "20.xml").write_bytes(edm(20, "Vase").content)
    harvest_edm(folder, other)
    (other / "20.xml").unlink()
    summary = harvest_edm(folder, other)

    assert ({}, 1, {}) == (summary.gone, summary.undecided, gone(client))


def test_a_path_means_the_same_in_every_working_directory(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert address(folder) == address(Path())
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "~/dump" == address(Path())


def test_what_is_not_there_at_all_is_no_harvest(client: StoreClient, settings: Settings, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    with pytest.raises(UsageError, match="nothing"):
        edm_files([nothing])
    with pytest.raises(UsageError, match="nothing"):
        csv_table(nothing, MAPPING, settings)
    with pytest.raises(UsageError, match="nothing"):
        picture_folder(nothing, settings)

    assert [] == harvested_sources(client, settings)


def test_a_row_that_is_in_its_table_no_more_is_gone(client: StoreClient, settings: Settings, tmp_path: Path) -> None:
    table = tmp_path / "shelf.csv"

    def brought(*rows: str) -> HarvestSummary:
        table.write_text("\n".join(("id,title", *rows)))
        return harvest(csv_table(table, MAPPING, settings), client, settings)

    brought("1,Bowl", "2,Jug", "3,Basin")
    assert {"not-listed": 1} == brought("2,Jug", "3,Basin").gone
    assert {1: "not-listed"} == gone(client)

    unsure = brought("4,Vase", ",Nameless", "3,Basin")
    assert ({}, 1) == (unsure.gone, unsure.undecided)
    assert {"not-listed": 1} == brought("4,Vase", "3,Basin", "4,Other vase").gone
    assert {1, 2} == gone(client).keys()


def test_a_picture_that_is_in_its_folder_no_more_is_gone(
    client: StoreClient, settings: Settings, pictures: Path
) -> None:
    harvest(picture_folder(pictures, settings), client, settings)
    (pictures / "picture_0.jpg").unlink()
    (pictures / "picture_1.jpg").write_bytes(b"no picture")
    summary = harvest(picture_folder(pictures, settings), client, settings)

    assert ({"not-listed": 1}, 1, 3) == (summary.gone, summary.undecided, summary.unchanged)


def test_sources_are_listed_with_their_last_harvest(
    client: StoreClient, settings: Settings, tmp_path: Path, folder: Path, harvest_edm: Harvest
) -> None:
    harvest_edm(folder)
    (folder / "1.xml").write_bytes(b"<rdf:RDF>")
    (folder / "2.xml").unlink()
    (folder / "3.xml").write_bytes(edm(3, "Mended bowl").content)
    harvest_edm(folder)
    harvest(edm_files([folder / "4.xml"], "four"), client, settings)
    listed = program(settings, tmp_path)("harvest", "sources", "--format", "json")

    common = {"kind": "edm", "state": "complete"}
    figures = {"held": "8", "new": "0", "changed": "1", "unchanged": "6", "refused": "1", "gone": "1"}
    other = {"held": "1", "new": "0", "changed": "1", "unchanged": "0", "refused": "0", "gone": "0", "errors": ""}
    whole, single = json.loads(listed.stdout)
    assert whole | common | figures | {"address": str(folder), "selection": ""} == whole
    assert "xml-malformed 1, not-listed 1" == whole["errors"]
    assert single | common | other | {"address": str(folder / "4.xml"), "selection": "dataset=four"} == single
