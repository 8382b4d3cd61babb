import pytest

from rubricator.edm.identity import identify, slug
from rubricator.iris import Iris


@pytest.mark.parametrize(
    "name",
    [
        "http://data.europeana.eu/item/2048001/AP_1",
        "https://data.europeana.eu/item/2048001/AP_1",
        "https://www.europeana.eu/en/item/2048001/AP_1",
        "/item/2048001/AP_1",
        " /2048001/AP_1 ",
    ],
)
def test_an_item_of_europeana_is_known_in_every_spelling(name: str, iris: Iris) -> None:
    identity = identify(name, "shelf", iris)

    assert ("2048001", "AP_1") == (identity.dataset, identity.identifier)
    assert "http://data.europeana.eu/item/2048001/AP_1" == identity.iri


def test_another_iri_stays_the_item_under_a_name_of_ours(iris: Iris) -> None:
    identity = identify("http://museum.example/objects/7", "shelf", iris)

    assert ("shelf", "http://museum.example/objects/7") == (identity.dataset, identity.iri)
    assert identity.identifier.startswith("http_museum.example_objects_7-")


def test_a_plain_number_is_its_own_name(iris: Iris) -> None:
    assert ("shelf", "RC-6") == (identify("RC-6", "shelf", iris).dataset, identify("RC-6", "shelf", iris).identifier)


def test_different_names_never_share_a_slug() -> None:
    names = ["a/b", "a_b", "a b", "a?b", "a_b_", ".", "..", "", "ä", "ö", "x" * 200, "x" * 201]

    assert len(names) == len({slug(name) for name in names})
    assert all("/" not in slug(name) and slug(name) not in ("", ".", "..") for name in names)


@pytest.mark.parametrize("parts", [("shelf", "RC-6"), ("two words", "a/b?c"), ("ä", "..")])
def test_an_item_of_our_own_is_itself_again(parts: tuple[str, str], iris: Iris) -> None:
    item = iris.item(*parts).value

    identity = identify(item, "elsewhere", iris)

    assert (*parts, item) == (identity.dataset, identity.identifier, identity.iri)
