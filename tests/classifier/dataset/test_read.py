"""Labelled pictures come as a manifest, a table or a folder per concept, with concepts in people's own words."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from rubricator.classifier.dataset import Dataset, read_dataset
from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.vocabulary import Concept, load_vocabulary
from tests.fakes.images import picture_bytes

COLOURS = ("red", "green", "blue", "white", "black", "yellow")


@pytest.fixture(scope="module")
def concepts() -> Sequence[Concept]:
    return load_vocabulary(Iris("http://rubricator.test")).concepts


def put(*files: Path) -> None:
    """Write pictures, each of a colour of its own."""
    for file, colour in zip(files, COLOURS, strict=False):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture_bytes(colour=colour))


def labels(dataset: Dataset) -> list[tuple[str, tuple[str, ...], str]]:
    return [(image.file.name, image.concepts, image.source) for image in dataset.images]


def test_a_manifest_gives_concepts_sources_and_uses(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    put(tmp_path / "a.png", tmp_path / "b.png")
    (tmp_path / "manifest.csv").write_text(
        "path,concept,source,use,licence,repository\n"
        "a.png,map,atlas,evaluate,CC0,museum\n"
        "b.png,building|photograph,album,train,CC BY,museum\n"
    )

    first, second = read_dataset(tmp_path, concepts).images

    assert (("map",), "atlas", "museum", "evaluate", "CC0") == (
        first.concepts,
        first.source,
        first.repository,
        first.use,
        first.licence,
    )
    assert ("building", "photograph") == second.concepts
    assert 64 == len(first.sha256)


def test_a_table_may_come_from_a_spreadsheet_with_semicolons(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    put(tmp_path / "pictures" / "a.png")
    (tmp_path / "mine.csv").write_text("\ufeffPath;Concept\npictures/a.png;Map\n", encoding="utf-8")

    assert [("a.png", ("map",), "mine")] == labels(read_dataset(tmp_path / "mine.csv", concepts))


@pytest.mark.parametrize(
    "name",
    [
        "archaeological_site",
        "Archaeological Site",
        "archaeological-site",
        " ARCHAEOLOGICAL   SITE ",
        "http://rubricator.test/concept/archaeological_site",
    ],
)
def test_a_concept_may_be_called_by_slug_label_or_iri(tmp_path: Path, concepts: Sequence[Concept], name: str) -> None:
    put(tmp_path / "a.png")
    (tmp_path / "t.csv").write_text(f"path,concept\na.png,{name}\n")

    assert ("archaeological_site",) == read_dataset(tmp_path / "t.csv", concepts).images[0].concepts


def test_a_folder_per_concept_takes_its_inner_folders_for_sources(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    root = tmp_path / "mine"
    put(root / "map" / "a.png", root / "map" / "atlas" / "b.png", root / "costume-accessories" / "c.png")
    (root / "map" / "notes.txt").write_text("hello")

    dataset = read_dataset(root, concepts)

    assert [
        ("c.png", ("costume_accessories",), "mine"),
        ("a.png", ("map",), "mine"),
        ("b.png", ("map",), "atlas"),
    ] == labels(dataset)
    assert ("Left out: 1 file without the suffix of a picture.",) == dataset.notes


def test_pictures_that_show_none_of_the_concepts_have_none(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    put(tmp_path / "none" / "a.png", tmp_path / "map" / "b.png")

    assert [("map",), ()] == [image.concepts for image in read_dataset(tmp_path, concepts).images]


def test_rows_without_a_concept_are_left_out_and_counted(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    put(tmp_path / "a.png", tmp_path / "b.png")
    (tmp_path / "t.csv").write_text("path,concept\na.png,map\nb.png,\n")

    dataset = read_dataset(tmp_path / "t.csv", concepts)

    assert 1 == len(dataset.images)
    assert ("Left out: 1 row without a concept.",) == dataset.notes


def test_the_same_bytes_in_two_folders_are_one_picture_of_both_concepts(
    tmp_path: Path, concepts: Sequence[Concept]
) -> None:
    for folder in ("building", "photograph"):
        put(tmp_path / folder / "temple.png")

    (image,) = read_dataset(tmp_path, concepts).images

    assert ("building", "photograph") == image.concepts


def test_the_same_picture_cannot_show_a_concept_and_none(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    for folder in ("building", "none"):
        put(tmp_path / folder / "temple.png")

    with pytest.raises(UsageError, match="are the same picture"):
        read_dataset(tmp_path, concepts)


def test_a_folder_that_is_no_concept_is_refused_with_near_ones(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    put(tmp_path / "sculptures" / "a.png")

    with pytest.raises(UsageError, match="did you mean sculpture"):
        read_dataset(tmp_path, concepts)


def test_an_unknown_concept_in_a_table_is_refused_with_its_line(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    (tmp_path / "t.csv").write_text("path,concept\na.png,map\nb.png,spaceship\n")

    with pytest.raises(UsageError, match=r"t\.csv, line 3: 'spaceship' is no concept"):
        read_dataset(tmp_path / "t.csv", concepts)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "no column path and no column concept"),
        (b"file,concept\na,map\n", "no column path"),
        (b"path,concept\n,map\n", "line 2: the row names no picture"),
        (b"path,concept\na,map|none\n", "shows none of the concepts and one of them"),
        (b"path,concept\n\xe9,map\n", "not in UTF-8"),
        (b"path,concept\n", "holds no labelled picture"),
        (b"path,concept,\na,map,,b\n", "line 2: the row has more cells than the table has columns"),
        (b"path,concept\na\0,map\n", "line 2: 'a.x00' is no path below"),
        (b"path,concept\n/etc/passwd,map\n", "line 2: '/etc/passwd' is no path below"),
        (b"path,concept\nb,map\na/../../b,map\n", "line 3: .* is no path below"),
    ],
)
def test_a_table_that_cannot_be_understood_is_refused_in_a_sentence(
    tmp_path: Path, concepts: Sequence[Concept], content: bytes, complaint: str
) -> None:
    (tmp_path / "t.csv").write_bytes(content)

    with pytest.raises(UsageError, match=complaint):
        read_dataset(tmp_path / "t.csv", concepts)


def test_what_is_not_there_is_refused(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    with pytest.raises(UsageError, match="There is no folder or file"):
        read_dataset(tmp_path / "nowhere", concepts)


def test_a_comma_too_many_in_every_row_is_no_column(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    put(tmp_path / "a.png")
    (tmp_path / "t.csv").write_text("path,concept,\na.png,map,,\n")

    assert [("a.png", ("map",), "t")] == labels(read_dataset(tmp_path / "t.csv", concepts))


def test_a_pipe_is_not_waited_for(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "t.csv").write_text("path,concept\npipe.png,map\n")

    assert [""] == [image.sha256 for image in read_dataset(tmp_path / "t.csv", concepts).images]


def test_nothing_is_learned_from_a_picture_whose_use_nobody_says(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    put(tmp_path / "a.png", tmp_path / "b.png")
    (tmp_path / "t.csv").write_text("path,concept,use\na.png,map,\nb.png,map,train\n")

    dataset = read_dataset(tmp_path / "t.csv", concepts)

    assert ["evaluate", "train"] == [image.use for image in dataset.images]
    assert ("Only to be measured: 1 picture with nothing in the column use.",) == dataset.notes


@pytest.mark.parametrize(
    ("uses", "strictest"),
    [(("train", "evaluate"), "evaluate"), (("train-tdm", "train"), "train-tdm"), (("own", "train-tdm"), "own")],
)
def test_of_two_uses_of_the_same_picture_the_stricter_holds(
    tmp_path: Path, concepts: Sequence[Concept], uses: tuple[str, str], strictest: str
) -> None:
    put(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    (tmp_path / "t.csv").write_text(f"path,concept,use\na.png,map,{uses[0]}\nb.png,map,{uses[1]}\n")

    dataset = read_dataset(tmp_path / "t.csv", concepts)

    assert [strictest] == [image.use for image in dataset.images]
    assert "The strictest use holds for 1 picture with several." in dataset.notes


def test_another_repository_or_use_is_another_data_set(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    put(tmp_path / "a.png")
    names = set()
    for repository, use in (("r", "train"), ("r", "evaluate"), ("s", "train")):
        (tmp_path / "t.csv").write_text(f"path,concept,source,repository,use\na.png,map,x,{repository},{use}\n")
        names.add(read_dataset(tmp_path / "t.csv", concepts).sha256)

    assert 3 == len(names)


def test_a_missing_file_stays_in_the_data_set_without_hash(tmp_path: Path, concepts: Sequence[Concept]) -> None:
    (tmp_path / "t.csv").write_text("path,concept\ngone.png,map\n")

    assert [""] == [image.sha256 for image in read_dataset(tmp_path / "t.csv", concepts).images]


def test_a_data_set_is_named_by_pictures_and_labels_wherever_it_lies(
    tmp_path: Path, concepts: Sequence[Concept]
) -> None:
    for folder in ("here", "there"):
        put(tmp_path / folder / "map" / "s" / "a.png", tmp_path / folder / "toy" / "s" / "b.png")
    here = read_dataset(tmp_path / "here", concepts).sha256

    assert here == read_dataset(tmp_path / "there", concepts).sha256
    (tmp_path / "there" / "toy" / "s" / "b.png").rename(tmp_path / "there" / "map" / "s" / "b.png")
    assert here != read_dataset(tmp_path / "there", concepts).sha256
