"""Which concepts exclude each other."""

from pathlib import Path

import pytest

from rubricator.iris import Iris
from rubricator.vocabulary import Vocabulary, VocabularyError, load_vocabulary

SCHEME = """
@prefix enr: <https://w3id.org/rubricator/ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://e.org/owl> a skos:Concept ; skos:prefLabel "owl"@en .
<http://e.org/wren> a skos:Concept ; skos:prefLabel "wren"@en .
<http://e.org/nest> a skos:Concept ; skos:prefLabel "nest"@en .
<http://e.org/birds> a skos:Collection ; skos:member <http://e.org/owl> , <http://e.org/wren> ;
  enr:excludes <http://e.org/birds> .
"""


def test_a_photograph_of_a_building_is_both_and_no_painting(vocabulary: Vocabulary) -> None:
    assert ("building", "photograph") not in vocabulary.exclusions
    assert ("painting", "photograph") in vocabulary.exclusions
    assert ("photograph", "sculpture") in vocabulary.exclusions
    assert ("sculpture", "woodwork") not in vocabulary.exclusions


def test_members_of_a_collection_that_excludes_itself_exclude_each_other(iris: Iris, tmp_path: Path) -> None:
    (tmp_path / "birds.ttl").write_text(SCHEME)

    assert (("owl", "wren"),) == load_vocabulary(iris, tmp_path / "birds.ttl").exclusions


@pytest.mark.parametrize(
    ("excluded", "sentence"),
    [
        ("<http://e.org/egg>", "neither a concept nor a skos:Collection"),
        ("<http://e.org/birds> . <http://e.org/birds> skos:member <http://e.org/egg>", "no concept of the scheme"),
    ],
)
def test_what_is_no_concept_can_exclude_none(iris: Iris, tmp_path: Path, excluded: str, sentence: str) -> None:
    (tmp_path / "birds.ttl").write_text(f"{SCHEME} <http://e.org/nest> enr:excludes {excluded} .")

    with pytest.raises(VocabularyError, match=sentence):
        load_vocabulary(iris, tmp_path / "birds.ttl")
