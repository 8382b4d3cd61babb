import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal

from rubricator.edm import map_record
from rubricator.errors import UsageError
from rubricator.harvest import Rejection, SourceRecord, harvest_folder
from rubricator.rdf import DC
from rubricator.settings import Settings

Paint = Callable[..., Path]


def test_each_picture_is_a_record_in_the_order_of_its_paths(tmp_path: Path, picture: Paint, settings: Settings) -> None:
    picture("views/b/old_harbour.png")
    picture("views/a.png", "blue")
    found = list(harvest_folder(tmp_path / "views", settings))

    assert ["a.png", "b/old_harbour.png"] == [entry.identifier for entry in found]
    assert ["views", "views"] == [entry.dataset for entry in found]
    assert {"name", "size", "sha256"} == set(json.loads(found[0].content or b""))


def test_the_title_comes_from_the_file_name(tmp_path: Path, picture: Paint, settings: Settings) -> None:
    picture("views/b/old_harbour-1873.png")
    (record,) = harvest_folder(tmp_path / "views", settings)

    assert isinstance(record, SourceRecord)
    titles = [triple.object for triple in map_record(record, settings.iris).triples if triple.predicate == DC["title"]]
    assert [Literal("old harbour 1873")] == titles


@pytest.mark.parametrize("name", ["notes.txt", "Thumbs.db", ".DS_Store", ".hidden/a.png", "README", "film.mp4"])
def test_a_file_that_is_no_picture_by_name_or_content_is_passed_over(
    name: str, tmp_path: Path, picture: Paint, settings: Settings
) -> None:
    picture("views/a.png")
    (tmp_path / "views" / name).parent.mkdir(exist_ok=True)
    (tmp_path / "views" / name).write_bytes(b"x" * 500)
    found = list(harvest_folder(tmp_path / "views", settings.model_copy(update={"image_max_bytes": 400})))

    assert ["a.png"] == [entry.identifier for entry in found]


@pytest.mark.parametrize("name", ["empty.jpg", "old.TIF", "scan.jp2"])
def test_a_file_that_is_named_like_a_picture_and_is_none_is_refused(
    name: str, tmp_path: Path, picture: Paint, settings: Settings
) -> None:
    picture("views/a.png")
    (tmp_path / "views" / name).write_text("Not a picture.")
    found = list(harvest_folder(tmp_path / "views", settings))

    assert [(name, "image-not-an-image")] == [
        (entry.identifier, entry.code) for entry in found if isinstance(entry, Rejection)
    ]


def test_a_picture_is_known_by_its_content_too(tmp_path: Path, picture: Paint, settings: Settings) -> None:
    picture("views/a.png").rename(tmp_path / "views" / "scan.001")
    limited = settings.model_copy(update={"image_max_pixels": 20})

    assert ["scan.001"] == [entry.identifier for entry in harvest_folder(tmp_path / "views", settings)]
    assert ["image-too-many-pixels"] == [
        entry.code for entry in harvest_folder(tmp_path / "views", limited) if isinstance(entry, Rejection)
    ]


def test_nothing_that_is_stored_names_a_path_of_this_machine(
    tmp_path: Path, picture: Paint, settings: Settings
) -> None:
    picture("views/a.png")
    (record,) = harvest_folder(tmp_path / "views", settings)

    assert isinstance(record, SourceRecord)
    assert str(tmp_path) not in repr(map_record(record, settings.iris))


def test_a_folder_that_is_not_there_is_an_error_of_the_user(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        list(harvest_folder(tmp_path / "none", settings))
