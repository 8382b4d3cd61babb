import pickle
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import AAT, DC, DCTERMS, ENR, RDF, SKOS
from rubricator.resources import resource
from rubricator.vocabulary import Vocabulary, VocabularyError, load_vocabulary, vocabulary_triples

from .conftest import Write

LANGUAGES = {
    "bg", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "hu", "it", "lt", "lv", "nb", "nl", "pl", "pt", "ro",
    "sk", "sl", "sv", "uk",
}  # fmt: skip


def test_there_are_the_twenty_concepts_of_the_pilot(vocabulary: Vocabulary) -> None:
    assert 20 == len(vocabulary.concepts)
    assert sorted(concept.slug for concept in vocabulary.concepts) == [c.slug for c in vocabulary.concepts]
    assert NamedNode("http://rubricator.test/concept/map") == vocabulary.by_slug("map").iri


def test_every_concept_but_one_has_a_label_in_23_languages(vocabulary: Vocabulary) -> None:
    lacking = {c.slug: sorted(LANGUAGES - set(c.labels)) for c in vocabulary.concepts}

    assert {"woodwork": ["ca", "el"]} == {slug: gap for slug, gap in lacking.items() if gap}


def test_the_body_is_the_europeana_entity_where_one_is_proven(vocabulary: Vocabulary) -> None:
    assert NamedNode("http://data.europeana.eu/concept/25") == vocabulary.by_slug("archaeological_site").body


def test_the_body_is_the_aat_concept_where_no_europeana_entity_is_proven(vocabulary: Vocabulary) -> None:
    assert NamedNode(f"{AAT}300266639") == vocabulary.by_slug("clothing").body


def test_the_body_is_our_own_concept_where_nothing_is_proven(vocabulary: Vocabulary) -> None:
    assert NamedNode("http://rubricator.test/concept/toy") == vocabulary.by_slug("toy").body


def test_what_is_depicted_is_a_subject_and_what_it_is_a_type(vocabulary: Vocabulary) -> None:
    subjects = [concept.slug for concept in vocabulary.concepts if concept.property == DC["subject"]]

    assert ["archaeological_site", "building", "inscription"] == subjects
    assert DC["type"] == vocabulary.by_slug("painting").property


def test_a_label_falls_back_to_english_then_to_the_slug(vocabulary: Vocabulary) -> None:
    painting = vocabulary.by_slug("painting")

    assert "Gemälde" == painting.label("de", "fr")
    assert "peinture" == painting.label("xx", "fr")
    assert "painting" == painting.label("xx")


def test_a_slug_that_the_vocabulary_lacks_is_a_key_error(vocabulary: Vocabulary) -> None:
    with pytest.raises(KeyError):
        vocabulary.by_slug("medal")


def test_a_version_never_changes(vocabulary: Vocabulary) -> None:
    """Runs name the vocabulary by its version: whoever changes the file gives it a new owl:versionInfo."""
    published = {
        "2026-11-21": "316a063f6d91ffa3ccd3d38d5ae7f000c0fcd2a11888d88e5ba9df35bc68b144",
        "2026-11-22": "8c3b93017379ff770687fb9287044e553766ab6bde738dfa60a11bfe441aa466",
    }

    assert published[vocabulary.version] == vocabulary.sha256


def test_the_pilots_wrong_ids_are_kept_with_reason_and_replacement(iris: Iris) -> None:
    triples = set(vocabulary_triples(iris))
    wrong = NamedNode("http://rubricator.test/concept/archaeological_site#pilot-aat-300266151")

    assert Triple(wrong, RDF["object"], NamedNode(f"{AAT}300266151")) in triples
    assert Triple(wrong, DCTERMS["isReplacedBy"], NamedNode(f"{AAT}300000810")) in triples
    site = NamedNode("http://rubricator.test/concept/archaeological_site")
    assert Triple(site, ENR["deprecatedMapping"], wrong) in triples
    assert Triple(site, SKOS["exactMatch"], NamedNode(f"{AAT}300266151")) not in triples


def test_the_graph_of_concepts_attributes_aat(iris: Iris) -> None:
    licences = {
        t.object
        for t in vocabulary_triples(iris)
        if (t.subject, t.predicate) == (iris.concepts_graph, DCTERMS["license"])
    }

    assert NamedNode("https://opendatacommons.org/licenses/by/1-0/") in licences


def test_the_version_is_named_and_hashed_alike_on_every_installation(vocabulary: Vocabulary) -> None:
    elsewhere = load_vocabulary(Iris("https://enrich.example.org/base"))

    assert NamedNode(f"http://rubricator.test/id/vocabulary/pilot20/{vocabulary.version}") == vocabulary.iri
    assert vocabulary.sha256 == elsewhere.sha256


def test_comments_and_order_do_not_change_the_hash(iris: Iris, write: Write) -> None:
    kind = f"a <{SKOS}Concept> ; <{SKOS}note> [ <{SKOS}note> 'deep' ] .\n"
    one = load_vocabulary(iris, write("one.ttl", f"<a> {kind} <b> {kind}"))
    other = load_vocabulary(iris, write("other.ttl", f"# the same\n<b> {kind} <a> {kind}"))
    changed = load_vocabulary(iris, write("changed.ttl", f"<a> {kind} <c> {kind}"))

    assert one.sha256 == other.sha256
    assert one.sha256 != changed.sha256


def test_any_skos_scheme_can_take_the_place_of_ours(iris: Iris, foreign_scheme: Path) -> None:
    birds = load_vocabulary(iris, foreign_scheme)

    assert ["owl", "wren"] == [concept.slug for concept in birds.concepts]
    assert NamedNode("https://thesaurus.example/birds#12") == birds.by_slug("wren").body
    assert NamedNode("http://data.europeana.eu/concept/4711") == birds.by_slug("owl").body
    assert DC["type"] == birds.by_slug("owl").property
    assert NamedNode("http://rubricator.test/id/vocabulary/birds/7") == birds.iri


def test_a_scheme_without_name_and_version_gets_its_file_name_and_hash(iris: Iris, write: Write) -> None:
    path = write("plain.ttl", "<https://x.example/a> a <http://www.w3.org/2004/02/skos/core#Concept> .")

    plain = load_vocabulary(iris, path)

    assert ("plain", plain.sha256[:12]) == (plain.name, plain.version)
    assert "a" == plain.concepts[0].label("de")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nonsense", "is not Turtle"),
        ("<a> a <b> .", "has no skos:Concept"),
        ("<https://x.example/1/> a skos:Concept .", "ends without a name"),
        (
            "<https://x.example/1/a> a skos:Concept . <https://x.example/2/a> a skos:Concept .",
            "share the short name 'a'",
        ),
        ("<https://x.example/a> a skos:Concept ; enr:property skos:note .", "must be one of dc:type"),
        ("<a> a skos:Concept . <b> a skos:ConceptScheme . <c> a skos:ConceptScheme .", "2 concept schemes"),
    ],
)
def test_a_file_that_is_no_vocabulary_gets_one_clear_sentence(
    iris: Iris, write: Write, text: str, sentence: str
) -> None:
    prefixes = f"@prefix skos: <{SKOS}> . @prefix enr: <{ENR}> .\n"

    with pytest.raises(VocabularyError, match=sentence):
        load_vocabulary(iris, write("bad.ttl", prefixes + text))


def test_a_missing_file_gets_one_clear_sentence(iris: Iris, tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="cannot be read"):
        load_vocabulary(iris, tmp_path / "nowhere.ttl")


def test_vocabularies_travel_to_other_processes(vocabulary: Vocabulary) -> None:
    assert vocabulary == pickle.loads(pickle.dumps(vocabulary))  # noqa: S301 - our own bytes
    assert 20 == len(set(vocabulary.concepts))


def test_the_shipped_files_lie_where_the_package_looks_for_them() -> None:
    assert resource("ontology", "concepts.ttl").is_file()


def test_a_concept_knows_what_europeana_names_in_its_place(vocabulary: Vocabulary) -> None:
    assert NamedNode("http://data.europeana.eu/concept/47") == vocabulary.by_slug("painting").entity
    assert NamedNode("http://data.europeana.eu/concept/56") == vocabulary.by_slug("toy").entity
    assert ["clothing", "costume_accessories", "inscription", "weaponry"] == [
        concept.slug for concept in vocabulary.concepts if concept.entity is None
    ]
