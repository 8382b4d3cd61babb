"""Answers of Europeana's APIs in files."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricator.edm import map_record
from rubricator.harvest import Rejection, SourceRecord
from rubricator.harvest.archive import Found
from rubricator.harvest.edmfile import records_of
from rubricator.harvest.record import JSON_LD, RECORD_JSON, SEARCH_ITEM
from rubricator.iris import Iris
from tests.fakes.europeana_items import generated, jsonld, record_json, search_item

KEY = "k3y-OF-the-test"
ITEMS = list(generated(3, "http://pictures.example"))
FOUND = [search_item(item, KEY, "http://api.example") for item in ITEMS]
ANSWER = {"apikey": KEY, "success": True, "itemsCount": 3, "totalResults": 3, "items": FOUND}
ENTITY = "http://www.europeana.eu/schemas/context/entity.jsonld"


def harvest(*documents: Any) -> list[SourceRecord | Rejection]:
    text = "\n".join(document if isinstance(document, str) else json.dumps(document) for document in documents)
    return list(records_of(Found("saved/answer.json", "", text.encode()), "saved"))


def kinds(found: list[SourceRecord | Rejection]) -> list[str]:
    return [entry.media_type if isinstance(entry, SourceRecord) else entry.code for entry in found]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([ANSWER], [SEARCH_ITEM] * 3),
        ([FOUND], [SEARCH_ITEM] * 3),
        (FOUND, [SEARCH_ITEM] * 3),
        ([FOUND[0]], [SEARCH_ITEM]),
        ([{"items": FOUND}], [SEARCH_ITEM] * 3),
        ([record_json(ITEMS[0], KEY).decode()], [RECORD_JSON]),
        ([json.loads(record_json(ITEMS[0], KEY))["object"]], [RECORD_JSON]),
        ([[json.loads(record_json(item, KEY)) for item in ITEMS]], [RECORD_JSON] * 3),
        ([record_json(ITEMS[0], KEY).decode(), FOUND[1]], [RECORD_JSON, SEARCH_ITEM]),
        ([jsonld(ITEMS[0]).decode()], [JSON_LD]),
        ([jsonld(ITEMS[0]).decode(), FOUND[1]], [JSON_LD, SEARCH_ITEM]),
    ],
    ids=[
        *("search", "list of items", "item after item", "one item", "bare search", "record", "bare record"),
        *("list of records", "both", "JSON-LD", "JSON-LD and item"),
    ],
)
def test_an_answer_is_split_into_records_that_say_what_they_are(documents: list[Any], expected: list[str]) -> None:
    found = harvest(*documents)

    assert expected == kinds(found)
    items = [map_record(entry, Iris("http://e.org")).item.value for entry in found if isinstance(entry, SourceRecord)]
    assert [f"http://data.europeana.eu/item{item.id}" for item in ITEMS[: len(items)]] == items


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"apikey": KEY, "success": False, "error": "Invalid API key"}, "api-error"),
        ({"apikey": KEY, "success": True, "itemsCount": 0, "totalResults": 0, "items": []}, "not-a-record"),
        ({"@context": ENTITY, "id": "http://data.europeana.eu/concept/84", "type": "Concept"}, "entity"),
        ({"id": "http://data.europeana.eu/concept/base/1689", "type": "Concept"}, "entity"),
        ({"@context": ENTITY, "type": "ResultPage", "total": 0}, "entity"),
        ({"@context": "http://schema.org", "scopedObj": [{"@id": "http://data.europeana.eu/place/94"}]}, "entity"),
        ({"motivation": "tagging", "body": "bowl", "target": "http://data.europeana.eu/item/1/a"}, "annotation"),
        ({"type": ["AnnotationPage"], "items": [{"bodyValue": "bowl"}]}, "annotation"),
    ],
)
def test_an_answer_without_records_is_refused_with_its_reason(document: dict[str, Any], code: str) -> None:
    (refused,) = harvest(document)

    assert isinstance(refused, Rejection)
    assert (code, "saved/answer.json") == (refused.code, refused.source)


def test_the_words_of_an_error_are_told() -> None:
    (refused,) = harvest({"success": False, "error": "Bad", "message": "No such cursor.", "code": "400-SC"})

    assert isinstance(refused, Rejection)
    assert "Europeana's API answered with an error: 400-SC, Bad, No such cursor; ask it again." == refused.message


def test_what_is_no_record_in_a_list_is_refused_alone() -> None:
    found = harvest([FOUND[0], {"success": False, "error": "Bad"}, FOUND[1]])

    assert [SEARCH_ITEM, "api-error", SEARCH_ITEM] == kinds(found)
    assert [f"saved/answer.json#record={number}" for number in (1, 2, 3)] == [entry.source for entry in found]


def test_a_graph_of_json_ld_is_no_list_of_answers() -> None:
    nodes = [{"@id": "http://data.europeana.eu/concept/47"}, {"@id": "http://data.europeana.eu/item/1/a"}]

    assert [JSON_LD] == kinds(harvest(nodes))


@pytest.mark.parametrize(
    "documents",
    [[ANSWER], [record_json(ITEMS[0], KEY).decode()], [{"apikey": KEY, "success": False}], [jsonld(ITEMS[0]).decode()]],
)
def test_no_echoed_key_is_kept(documents: list[Any]) -> None:
    assert not [entry for entry in harvest(*documents) if KEY.encode() in (entry.content or b"") or KEY in str(entry)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*ANSWER, *FOUND[0], "@context", "@id", "object", "type", "about", "proxies"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_record_or_refused(document: Any) -> None:
    assert [] != harvest(document)
