import pytest

from rubricator.harvest.europeana.identifiers import ItemId, item_id, listed_id, served_id

ITEM = ItemId("2021618", "internetserver_Details_kunst_25027")


@pytest.mark.parametrize(
    "name",
    [
        "/2021618/internetserver_Details_kunst_25027",
        "/item/2021618/internetserver_Details_kunst_25027",
        "http://data.europeana.eu/item/2021618/internetserver_Details_kunst_25027",
        "https://www.europeana.eu/item/2021618/internetserver_Details_kunst_25027",
        "https://www.europeana.eu/en/item/2021618/internetserver_Details_kunst_25027",
    ],
)
def test_an_item_is_known_in_every_spelling(name: str) -> None:
    assert ITEM == item_id(name)


@pytest.mark.parametrize(
    "line",
    [
        "2021618/internetserver_Details_kunst_25027",
        "https://www.europeana.eu/de/item/2021618/internetserver_Details_kunst_25027?lang=de&q=lisa#more",
        "http://data.europeana.eu/item/2021618/internetserver_Details_kunst_25027/",
        "https://api.europeana.eu/record/2021618/internetserver_Details_kunst_25027.json?wskey=REDACTED",
        "https://api.europeana.eu/record/v2/2021618/internetserver_Details_kunst_25027.rdf",
        "https://api.europeana.eu/api/v2/record/2021618/internetserver_Details_kunst_25027.jsonld",
        "http://www.europeana.eu/api/v2/record/2021618/internetserver_Details_kunst_25027.ttl#more",
    ],
)
def test_people_write_it_in_more_ways(line: str) -> None:
    assert (None, ITEM) == (item_id(line), listed_id(line))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "painting",
        "/item/1",
        "https://museum.test/2021618/x",
        "/2021618/a b",
        "https://api.europeana.eu/record/v2/search.json?query=x",
        "https://api.europeana.eu/record/2021618/x.csv",
    ],
)
def test_other_names_are_no_items(name: str) -> None:
    assert (None, None) == (item_id(name), listed_id(name))


def test_what_europeana_serves_is_taken_as_it_is_and_encoded() -> None:
    strange = served_id("/2021618/a b/c%20é?#")

    assert strange == ItemId("2021618", "a b/c%20é?#")
    assert "/2021618/a%20b%2Fc%2520%C3%A9%3F%23" == strange.path
    assert [None] * 6 == [served_id(name) for name in ("", "/", "/1", None, 7, "/1/\ud800")]
