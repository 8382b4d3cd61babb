import pytest

from rubricator.vocabulary import canonical_entity, entity_forms

PAINTING = "http://data.europeana.eu/concept/47"


@pytest.mark.parametrize(
    "spelling",
    [
        PAINTING,
        "https://data.europeana.eu/concept/47",
        "http://data.europeana.eu/concept/base/47",
        "https://data.europeana.eu/concept/base/47",
    ],
)
def test_every_spelling_of_an_entity_has_one_canonical_form(spelling: str) -> None:
    assert PAINTING == canonical_entity(spelling)


@pytest.mark.parametrize(
    "iri",
    [
        "http://vocab.getty.edu/aat/300033618",
        "http://data.europeana.eu/item/1/base",
        "http://data.europeana.eu/concept/base/",
        "http://data.europeana.eu/concept/base/47/x",
    ],
)
def test_other_iris_stay_as_they_are(iri: str) -> None:
    assert iri == canonical_entity(iri)
    assert (iri,) == entity_forms(iri)


def test_searching_asks_for_both_forms() -> None:
    assert (PAINTING, "http://data.europeana.eu/concept/base/47") == entity_forms(
        "https://data.europeana.eu/concept/47"
    )
