"""Prompt sets that are written from labels and scope notes."""

from pathlib import Path

import pytest

from rubricator.iris import Iris
from rubricator.vocabulary import PromptError, Vocabulary, load_prompts, load_vocabulary, prompts_from_labels


def test_labels_of_every_language_stand_in_its_templates(vocabulary: Vocabulary, tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(prompts_from_labels(vocabulary, ["nl", "de"], "own"))

    prompts = load_prompts(vocabulary, file)

    assert {"een foto van schilderij", "ein Foto: Gemälde"} <= set(prompts.prompts["painting"])
    assert ("nl", "nl", "de") == (
        prompts.language,
        prompts.language_of("een foto van schilderij"),
        prompts.language_of("ein Foto: Gemälde"),
    )


def test_a_file_with_a_space_in_its_name_can_be_read_again(vocabulary: Vocabulary, tmp_path: Path) -> None:
    file = tmp_path / "my prompts.ttl"
    file.write_text(prompts_from_labels(vocabulary, ["en"], file.stem))

    assert "my prompts" == load_prompts(vocabulary, file).name


def test_scope_notes_are_prompts_where_they_are_wanted(vocabulary: Vocabulary) -> None:
    with_notes, without = (prompts_from_labels(vocabulary, ["en"], "own", notes=notes) for notes in (True, False))

    assert "Things made to play with" in with_notes
    assert "Things made to play with" not in without


def test_phrases_for_something_else_come_with_their_language(vocabulary: Vocabulary, tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(prompts_from_labels(vocabulary, ["en"], "own"))

    assert load_prompts(vocabulary).others == load_prompts(vocabulary, file).others


def test_a_language_without_labels_is_named_in_one_sentence(vocabulary: Vocabulary) -> None:
    with pytest.raises(PromptError, match="No label in tlh for archaeological_site"):
        prompts_from_labels(vocabulary, ["tlh"], "klingon")


def test_a_foreign_scheme_is_worded_by_its_own_iris(iris: Iris, foreign_scheme: Path, tmp_path: Path) -> None:
    birds = load_vocabulary(iris, foreign_scheme)
    file = tmp_path / "birds.ttl"
    languages = sorted({language for concept in birds.concepts for language in concept.labels})
    file.write_text(prompts_from_labels(birds, languages, "birds", foreign_scheme))

    assert {concept.slug for concept in birds.concepts} == set(load_prompts(birds, file).prompts)
