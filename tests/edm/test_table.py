import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from rubricator.edm import EdmRecord, RecordRejected, fingerprint, map_record
from rubricator.edm.validate import validate
from rubricator.harvest import Picture, SourceRecord, load_mapping
from rubricator.harvest.mapping import placeholders, table_mapping
from rubricator.harvest.record import TABLE_ROW
from rubricator.iris import Iris
from rubricator.rdf import DC, EBUCORE, EDM, TYPE

LEAST: dict[str, Any] = {"dataset": "shelf", "identifier": "{id}", "columns": {"title": "dc:title"}}
EXAMPLES = Path(__file__).parents[2] / "mappings" / "examples"
Row = Callable[..., SourceRecord]


@pytest.fixture
def row() -> Row:
    def make(cells: object, *pictures: Picture, **table: object) -> SourceRecord:
        mapping = table_mapping(LEAST | table)
        content = json.dumps(cells).encode()
        return SourceRecord(
            "shelf", "7", TABLE_ROW, content, "x.csv", datetime(2026, 1, 2, tzinfo=UTC), mapping, pictures
        )

    return make


def values(record: EdmRecord, predicate: NamedNode) -> list[object]:
    return [triple.object for triple in record.triples if triple.predicate == predicate]


def test_a_row_is_an_item_a_proxy_and_an_aggregation_of_ours(row: Row, iris: Iris) -> None:
    record = map_record(row({"id": "7", "title": "Bowl"}), iris)

    own = "http://rubricator.test/id/item/shelf/7"
    assert own == record.item.value
    assert {own, f"{own}#proxy", f"{own}#aggregation"} == {str(triple.subject).strip("<>") for triple in record.triples}
    assert [Literal("IMAGE")] == values(record, EDM["type"])


def test_texts_have_the_language_of_their_column(row: Row, iris: Iris) -> None:
    columns = {"title": "dc:title", "id": {"property": "dc:identifier", "language": ""}}
    record = map_record(row({"id": "7", "title": "Schüssel"}, language="de", columns=columns), iris)

    assert [Literal("Schüssel", language="de")] == values(record, DC["title"])
    assert [Literal("7")] == values(record, DC["identifier"])


def test_cells_with_several_values_are_taken_apart(row: Row, iris: Iris) -> None:
    columns = {"s": {"property": "dc:subject", "separator": ";"}}
    record = map_record(row({"id": "7", "s": "clay; fire ;;clay"}, columns=columns), iris)

    assert [Literal("clay"), Literal("fire")] == values(record, DC["subject"])


def test_iris_in_cells_are_cleaned_and_canonical(row: Row, iris: Iris) -> None:
    columns = {"s": {"property": "dc:subject", "separator": ";", "iri": True}}
    record = map_record(
        row({"id": "7", "s": "http://data.europeana.eu/concept/base/31;http://e.org/a b"}, columns=columns), iris
    )

    assert [NamedNode("http://data.europeana.eu/concept/31"), NamedNode("http://e.org/a%20b")] == values(
        record, DC["subject"]
    )
    assert {"legacy-entity", "illegal-iri"} == {repair.code for repair in record.repairs}


def test_constants_may_need_cells(row: Row, iris: Iris) -> None:
    constants = {"dc:type": ["bowl", "from {place}"]}

    assert [Literal("bowl")] == values(map_record(row({"id": "7"}, constants=constants), iris), DC["type"])
    with_place = map_record(row({"id": "7", "place": "Delft"}, constants=constants), iris)
    assert [Literal("bowl"), Literal("from Delft")] == values(with_place, DC["type"])


def test_what_is_said_of_the_picture_lies_with_the_aggregation(row: Row, iris: Iris) -> None:
    record = map_record(
        row({"id": "7"}, provider="Aggregator", data_provider="Museum", shown_at="http://e.org/{id}"), iris
    )

    aggregation = NamedNode(f"{record.item.value}#aggregation")
    names = {"provider", "dataProvider", "rights", "isShownAt"}
    assert {EDM[name] for name in names} <= {
        triple.predicate for triple in record.triples if triple.subject == aggregation
    }


@pytest.mark.parametrize("rights", ["CC0", "in copyright", "#1"])
def test_rights_that_are_no_address_are_left_out_and_noted(rights: str, row: Row, iris: Iris) -> None:
    record = map_record(row({"id": "7", "r": rights}, Picture("http://e.org/1.jpg"), rights="{r}"), iris)

    assert [] == values(record, EDM["rights"])
    assert [("unusable-iri", rights)] == [(repair.code, repair.raw) for repair in record.repairs]


def test_a_local_picture_is_a_web_resource_of_ours(row: Row, iris: Iris) -> None:
    record = map_record(row({"id": "7"}, Picture("a/7.jpg", "ab" * 32, "image/jpeg", 100, 8, 6)), iris)

    media = iris.media("ab" * 32)
    assert [media] == values(record, EDM["isShownBy"])
    assert [Literal("a/7.jpg")] == values(record, EBUCORE["filename"])
    assert EDM["WebResource"] in [triple.object for triple in record.triples if triple.predicate == TYPE]


def test_further_pictures_are_views(row: Row, iris: Iris) -> None:
    record = map_record(row({"id": "7"}, Picture("http://e.org/1.jpg"), Picture("http://e.org/2.jpg")), iris)

    assert [NamedNode("http://e.org/1.jpg")] == values(record, EDM["isShownBy"])
    assert [NamedNode("http://e.org/2.jpg")] == values(record, EDM["hasView"])


def test_a_picture_that_failed_is_a_repair_of_its_record(row: Row, iris: Iris) -> None:
    record = map_record(row({"id": "7"}, Picture("7.jpg", code="image-missing")), iris)

    assert [] == values(record, EDM["isShownBy"])
    assert [("image-missing", "7.jpg")] == [(repair.code, repair.raw) for repair in record.repairs]


def test_the_table_of_the_pilot_keeps_the_items_of_europeana(iris: Iris) -> None:
    cells = {
        "category": "painting",
        "skos_concept": "http://data.europeana.eu/concept/base/47",
        "URI": "http://data.europeana.eu/item/2048001/AP_1",
        "ID": "/2048001/AP_1",
        "URL": "https://museum.example/1.jpg",
    }
    pictures = (Picture(cells["URL"]),)
    retrieved = datetime(2026, 1, 2, tzinfo=UTC)
    content = json.dumps(cells).encode()
    source = SourceRecord("pilot", cells["ID"], TABLE_ROW, content, "p.csv", retrieved, load_mapping("pilot"), pictures)
    record = map_record(source, iris)

    assert (cells["URI"], "2048001", "AP_1") == (record.item.value, record.dataset, record.identifier)
    assert [NamedNode("http://data.europeana.eu/concept/47")] == values(record, EDM["isRelatedTo"])
    assert not any("data.europeana.eu/proxy" in str(triple) for triple in record.triples)


def test_the_fingerprint_tells_mappings_and_pictures_apart(row: Row, iris: Iris) -> None:
    records = [row({"id": "7"}), row({"id": "7"}, language="en"), row({"id": "7"}, Picture("7.jpg", "cd" * 32))]

    assert 3 == len({fingerprint(record, iris) for record in records})
    assert fingerprint(records[0], iris) == fingerprint(row({"id": "8"}), iris)


@pytest.mark.parametrize(
    ("cells", "code"),
    [({"id": " "}, "no-identifier"), ([], "not-a-row"), ({"id": ["7"]}, "not-a-row"), ({"id": "\ud800"}, "not-a-row")],
)
def test_what_is_no_row_is_refused_with_its_reason(cells: object, code: str, row: Row, iris: Iris) -> None:
    with pytest.raises(RecordRejected) as refusal:
        map_record(row(cells), iris)
    assert code == refusal.value.code


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_full_row_of_a_shipped_example_lacks_nothing(example: Path, row: Row, iris: Iris) -> None:
    mapping = load_mapping(example)
    columns = {*mapping.columns, *placeholders(mapping.identifier + mapping.shown_at)}
    cells = dict.fromkeys(columns, "http://e.org/7")
    record = map_record(replace(row(cells, Picture("http://e.org/7.jpg")), mapping=mapping), iris)

    assert [] == validate(record.triples)
