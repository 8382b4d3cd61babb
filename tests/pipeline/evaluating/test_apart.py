"""What was learned from is not measured, unless somebody asks for it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rubricator.classifier.dataset import LabelledImage
from rubricator.errors import UsageError
from rubricator.pipeline.evaluating.apart import Learned, keep_apart, learned


def image(source: str, sha256: str = "", repository: str = "") -> LabelledImage:
    return LabelledImage(Path(f"{source}{sha256}.jpg"), ("map",), source, repository or source, "train", "", sha256)


CARD = {"training": {"sources": [{"source": "atlas", "repository": "museum", "pictures": 2}]}}


def test_pictures_of_a_source_or_repository_that_was_learned_from_are_left_out() -> None:
    known = learned([CARD], [])

    kept, notes = keep_apart([image("atlas"), image("other", repository="museum"), image("new")], known, "source", "M")

    assert ["new"] == [picture.source for picture in kept]
    assert ["Left out: 2 pictures of sources that M learned from: atlas, other."] == notes


def test_a_source_is_known_by_its_pictures_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "pictures.txt").write_text("aa\n")

    kept, notes = keep_apart(
        [image("renamed", "aa"), image("renamed", "bb"), image("new", "cc")], learned([CARD], [tmp_path]), "source", "M"
    )

    assert ["cc"] == [picture.sha256 for picture in kept]
    assert ["Left out: 2 pictures of sources that M learned from: renamed."] == notes


def test_sources_that_are_named_after_their_folder_only_sound_alike(tmp_path: Path) -> None:
    (tmp_path / "pictures.txt").write_text("aa\n")
    pictures = [replace(image("pictures", "bb"), named=False)]
    of_folder = {"training": {"sources": [{"source": "pictures", "repository": "pictures", "named": False}]}}
    declared = {"training": {"sources": [{"source": "pictures", "repository": "pictures", "named": True}]}}

    for card in (of_folder, declared):
        assert (pictures, []) == keep_apart(pictures, learned([card], [tmp_path]), "source", "M")
    with pytest.raises(UsageError, match=r"sources of all pictures \(pictures\)"):
        keep_apart([image("pictures", "bb")], learned([declared], [tmp_path]), "source", "M")


def test_a_random_split_leaves_out_the_very_pictures_only(tmp_path: Path) -> None:
    (tmp_path / "pictures.txt").write_text("aa\nbb\n")
    known = learned([CARD], [tmp_path])

    kept, notes = keep_apart([image("atlas", "aa"), image("atlas", "cc"), image("new", "bb")], known, "random", "M")

    assert ["cc"] == [picture.sha256 for picture in kept]
    assert ["Left out: 2 pictures that M saw."] == notes


def test_a_card_that_names_no_picture_cannot_tell_them_in_a_random_split() -> None:
    kept, notes = keep_apart([image("atlas", "aa")], learned([CARD], []), "random", "M")

    assert 1 == len(kept)
    assert ["does not say which pictures it learned from" in note for note in notes] == [True]


def test_nothing_but_what_was_learned_is_refused() -> None:
    with pytest.raises(UsageError, match="--include-learned"):
        keep_apart([image("atlas")], learned([CARD], []), "source", "M")


def test_a_card_without_training_keeps_everything() -> None:
    assert Learned() == learned([json.loads("{}")], [])
