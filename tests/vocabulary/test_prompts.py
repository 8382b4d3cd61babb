from pathlib import Path

import pytest

from rubricator.iris import Iris
from rubricator.vocabulary import PromptError, Vocabulary, load_prompts, load_vocabulary

from .conftest import FOREIGN_PROMPTS, FOREIGN_SCHEME, Write


def test_every_concept_has_eight_prompts_of_its_own(vocabulary: Vocabulary) -> None:
    prompts = load_prompts(vocabulary)

    assert {8} == {len(texts) for texts in prompts.prompts.values()}
    assert 160 == len({text for texts in prompts.prompts.values() for text in texts})
    assert tuple(concept.slug for concept in vocabulary.concepts) == prompts.concepts
    assert ("default", "en") == (prompts.name, prompts.language)


def test_the_hash_is_of_the_phrases_and_not_of_the_file(iris: Iris, write: Write, foreign_scheme: Path) -> None:
    birds = load_vocabulary(iris, foreign_scheme)
    one = load_prompts(birds, write("one.ttl", FOREIGN_PROMPTS))
    renamed = load_prompts(birds, write("two.ttl", "# two\n" + FOREIGN_PROMPTS.replace('"plumes"', '"ailes"')))
    other = load_prompts(birds, write("three.ttl", FOREIGN_PROMPTS.replace("un roitelet", "le roitelet")))

    assert one.sha256 == renamed.sha256
    assert one.sha256 != other.sha256


def test_the_same_words_in_another_language_have_another_hash(
    iris: Iris, write: Write, foreign_scheme: Path, foreign_prompts: Path
) -> None:
    vocabulary = load_vocabulary(iris, foreign_scheme)
    breton = write("breton.ttl", foreign_prompts.read_text(encoding="utf-8").replace('"un hibou"@fr', '"un hibou"@br'))

    assert load_prompts(vocabulary, foreign_prompts).sha256 != load_prompts(vocabulary, breton).sha256


def test_two_schemes_with_the_same_short_names_do_not_share_a_hash(
    iris: Iris, write: Write, foreign_scheme: Path
) -> None:
    def moved(text: str) -> str:
        return text.replace("https://thesaurus.example/birds", "https://elsewhere.example/birds")

    here = load_prompts(load_vocabulary(iris, foreign_scheme), write("here.ttl", FOREIGN_PROMPTS))
    there = load_prompts(
        load_vocabulary(iris, write("elsewhere.ttl", moved(FOREIGN_SCHEME))), write("there.ttl", moved(FOREIGN_PROMPTS))
    )

    assert here.prompts == there.prompts
    assert here.sha256 != there.sha256


def test_every_installation_has_the_same_hash_for_the_prompts_that_we_ship(vocabulary: Vocabulary) -> None:
    elsewhere = load_vocabulary(Iris("https://enrich.example.org/base"))

    assert load_prompts(vocabulary).sha256 == load_prompts(elsewhere).sha256


def test_prompts_for_a_foreign_scheme_are_read_by_its_own_iris(
    iris: Iris, foreign_scheme: Path, foreign_prompts: Path
) -> None:
    prompts = load_prompts(load_vocabulary(iris, foreign_scheme), foreign_prompts)

    assert {"owl": ("la photo d'un hibou", "un hibou"), "wren": ("un roitelet",)} == prompts.prompts
    assert ("plumes", "fr") == (prompts.name, prompts.language)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("birds#12", "birds/13", "is not a concept of"),
        ('enr:prompt "un roitelet"@fr', 'enr:prompt ""@fr', "has no prompt for wren"),
        ("a enr:PromptSet ;", "", "describes 0 prompt sets"),
        ("enr:forConcept", "enr:forConcept enr:", "is not Turtle"),
    ],
)
def test_a_prompt_set_that_does_not_fit_gets_one_clear_sentence(
    iris: Iris, write: Write, foreign_scheme: Path, old: str, new: str, sentence: str
) -> None:
    bad = write("bad.ttl", FOREIGN_PROMPTS.replace(old, new))

    with pytest.raises(PromptError, match=sentence):
        load_prompts(load_vocabulary(iris, foreign_scheme), bad)
