import json
from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from rubricator.edm import EdmRecord, RecordRejected
from rubricator.harvest.record import SEARCH_ITEM
from rubricator.rdf import DC, DCTERMS, EDM, ORE, SKOS, TYPE

Map = Callable[..., EdmRecord]
Item = Callable[..., EdmRecord]
OWN = "http://rubricator.test/id/item/1/x"
PROVIDER, THEIRS = NamedNode(f"{OWN}#proxy"), NamedNode(f"{OWN}#europeana-proxy")
AGGREGATION, THEIR_AGGREGATION = NamedNode(f"{OWN}#aggregation"), NamedNode(f"{OWN}#europeana-aggregation")
CONCEPT = NamedNode("http://data.europeana.eu/concept/47")


@pytest.fixture
def item(mapped: Map) -> Item:
    """Maps an item of a search answer, ``/1/x``, with these fields."""

    def run(**fields: Any) -> EdmRecord:
        return mapped(json.dumps({"id": "/1/x", "type": "IMAGE"} | fields), SEARCH_ITEM)

    return run


def of(record: EdmRecord, subject: NamedNode, predicate: NamedNode) -> set[object]:
    return {triple.object for triple in record.triples if (triple.subject, triple.predicate) == (subject, predicate)}


def codes(record: EdmRecord) -> list[tuple[str, str]]:
    return [(repair.code, repair.raw) for repair in record.repairs]


def test_an_item_is_a_minimal_record_that_says_what_it_is(item: Item) -> None:
    record = item(
        edmIsShownBy=["http://m.example/1.jpg"],
        edmIsShownAt=["http://m.example/1"],
        rights=["http://creativecommons.org/publicdomain/mark/1.0/"],
        dataProvider=["Museum"],
        provider=["Aggregator"],
        edmPreview=["http://api.example/thumbnail"],
        edmDatasetName=["1_Set"],
        timestamp_update="2026-01-01T00:00:00Z",
        completeness=7,
        ugc=[False],
    )

    assert ("http://data.europeana.eu/item/1/x", "1", "x") == (record.item.value, record.dataset, record.identifier)
    assert {Literal("IMAGE")} == of(record, PROVIDER, EDM["type"])
    assert {NamedNode("http://m.example/1.jpg")} == of(record, AGGREGATION, EDM["isShownBy"])
    assert {NamedNode("http://m.example/1")} == of(record, AGGREGATION, EDM["isShownAt"])
    assert {Literal("Museum")} == of(record, AGGREGATION, EDM["dataProvider"])
    assert set() == of(record, AGGREGATION, EDM["ugc"])
    assert {NamedNode("http://api.example/thumbnail")} == of(record, THEIR_AGGREGATION, EDM["preview"])
    assert {Literal("2026-01-01T00:00:00Z")} == of(record, THEIR_AGGREGATION, DCTERMS["modified"])
    assert {Literal("7")} == of(record, THEIR_AGGREGATION, EDM["completeness"])
    assert [("search-item", "")] == codes(record)


def test_nothing_is_minted_under_europeana(item: Item) -> None:
    record = item(edmConcept=[CONCEPT.value], title=["Haven"])

    assert {"http://data.europeana.eu/item/1/x", CONCEPT.value} == {
        term.value
        for triple in record.triples
        for term in triple
        if isinstance(term, NamedNode) and term.value.startswith("http://data.europeana.eu/")
    }


def test_values_with_their_language_are_preferred(item: Item) -> None:
    record = item(
        title=["Haven", "Harbour"],
        dcTitleLangAware={"nl": ["Haven"], "en": ["Harbour"]},
        dcCreator=["A painter"],
        dcCreatorLangAware={"def": ["A painter"]},
        dctermsSpatial=["Delft"],
    )

    assert {Literal("Haven", language="nl"), Literal("Harbour", language="en")} == of(record, PROVIDER, DC["title"])
    assert {Literal("A painter")} == of(record, PROVIDER, DC["creator"])
    assert {Literal("Delft")} == of(record, PROVIDER, DCTERMS["spatial"])


def test_a_text_without_language_stays_where_none_with_one_repeats_it(item: Item) -> None:
    record = item(
        title=["Haven", "Harbour"],
        dcTitleLangAware={"nl": ["Haven"]},
        edmConcept=[CONCEPT.value],
        edmConceptLabel=[{"def": "Painting"}, {"de": "Gemälde"}],
        edmConceptPrefLabelLangAware={"en": ["Painting"]},
    )

    assert {Literal("Haven", language="nl"), Literal("Harbour")} == of(record, PROVIDER, DC["title"])
    labels = {Literal("Painting", language="en"), Literal("Gemälde", language="de")}
    assert labels == of(record, CONCEPT, SKOS["prefLabel"])


def test_objects_in_place_of_texts_are_noted(item: Item) -> None:
    record = item(
        dcSubjectLangAware={"en": {"x": ["nested"]}},
        edmConcept=[CONCEPT.value, {"def": {"y": 1}}],
        edmConceptLabel=[{"en": {"z": 1}}],
    )

    assert [
        ("search-item", ""),
        ("unexpected-shape", 'dcSubject {"en": {"x": ["nested"]}}'),
        ("unexpected-shape", 'edmConcept {"def": {"y": 1}}'),
        ("unexpected-shape", 'prefLabel {"en": {"z": 1}}'),
    ] == codes(record)


def test_two_spellings_of_an_entity_are_one(item: Item) -> None:
    old = "http://data.europeana.eu/concept/base/47"
    record = item(
        dcTypeLangAware={"def": [old]}, edmConcept=[CONCEPT.value, old], edmConceptPrefLabelLangAware={"en": "Painting"}
    )

    assert {CONCEPT} == of(record, THEIRS, DC["type"])
    assert set() == of(record, THEIRS, EDM["isRelatedTo"])
    assert {Literal("Painting", language="en")} == of(record, CONCEPT, SKOS["prefLabel"])


def test_a_title_without_language_is_better_than_none(item: Item) -> None:
    assert {Literal("Haven")} == of(item(title=["Haven"]), PROVIDER, DC["title"])


def test_entities_of_europeana_go_to_its_proxy_with_their_property(item: Item) -> None:
    record = item(dcTypeLangAware={"def": [CONCEPT.value, "http://museum.example/painting"], "nl": ["schilderij"]})

    assert {CONCEPT} == of(record, THEIRS, DC["type"])
    assert {NamedNode("http://museum.example/painting"), Literal("schilderij", language="nl")} == of(
        record, PROVIDER, DC["type"]
    )
    assert {PROVIDER} < {triple.subject for triple in record.triples if triple.predicate == ORE["proxyFor"]}


def test_entities_of_which_no_property_is_known_are_related(item: Item) -> None:
    record = item(edmConcept=[CONCEPT.value], edmTimespan=["http://semium.org/time/1923"], edmAgent=["http://e.org/a"])

    related = {CONCEPT, NamedNode("http://semium.org/time/1923"), NamedNode("http://e.org/a")}
    assert related == of(record, THEIRS, EDM["isRelatedTo"])
    assert {SKOS["Concept"]} == of(record, CONCEPT, TYPE)
    assert {EDM["Agent"]} == of(record, NamedNode("http://e.org/a"), TYPE)


def test_an_entity_that_the_item_says_more_of_is_not_stated_twice(item: Item) -> None:
    said = "http://museum.example/harbours"
    record = item(edmConcept=[said], dcSubjectLangAware={"def": [said]})

    assert {NamedNode(said)} == of(record, PROVIDER, DC["subject"])
    assert set() == of(record, THEIRS, EDM["isRelatedTo"])


def test_the_labels_of_a_lone_entity_are_its_own(item: Item) -> None:
    record = item(
        edmConcept=[CONCEPT.value],
        edmConceptLabel=[{"def": "Painting"}, {"def": "Gemälde"}],
        edmConceptPrefLabelLangAware={"en": ["Painting"], "de": ["Gemälde", "Bild"]},
    )

    assert {Literal("Painting", language="en")} == of(record, CONCEPT, SKOS["prefLabel"])
    assert {Literal("Gemälde", language="de"), Literal("Bild", language="de")} == of(record, CONCEPT, SKOS["altLabel"])


def test_where_a_lone_place_lies_is_its_own(item: Item) -> None:
    place = NamedNode("http://sws.geonames.org/1/")
    record = item(edmPlace=[place.value], edmPlaceLatitude=["52.0"], edmPlaceLongitude=[4.4])

    described = {triple.object for triple in record.triples if triple.subject == place}
    assert {EDM["Place"], Literal("52.0"), Literal("4.4")} == described


def test_labels_of_several_entities_are_noted_and_given_to_none(item: Item) -> None:
    labels = {"en": ["Painting", "Drawing"]}
    record = item(edmConcept=[CONCEPT.value, "http://e.org/c"], edmConceptPrefLabelLangAware=labels)

    assert [] == [triple for triple in record.triples if triple.predicate == SKOS["prefLabel"]]
    assert ("unassigned-labels", 'edmConceptPrefLabel {"en": ["Painting", "Drawing"]}') in codes(record)


def test_addresses_with_keys_are_left_out(item: Item) -> None:
    record = item(link="http://api.example/1.json?wskey=secret", guid="http://e.org/?utm_campaign=secret", score=1.5)

    assert "secret" not in str((record.triples, record.repairs))
    assert [("search-item", "")] == codes(record)


def test_what_nothing_stands_for_is_noted(item: Item) -> None:
    assert ("unknown-field", 'ore:Proxy mood "good"') in codes(item(mood="good"))


@pytest.mark.parametrize("document", ["[1]", "{}", '{"id": 1}', '{"id": " "}'])
def test_json_that_is_no_item_is_refused(document: str, mapped: Map) -> None:
    with pytest.raises(RecordRejected) as refusal:
        mapped(document, SEARCH_ITEM)
    assert refusal.value.code in ("no-identifier", "not-a-record")
