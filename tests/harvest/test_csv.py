import csv
import json
from collections.abc import Callable
from io import SEEK_END, StringIO
from pathlib import Path

import pytest

from rubricator.errors import UsageError
from rubricator.harvest import Rejection, SourceRecord, TableMapping, harvest_csv
from rubricator.harvest.mapping import MappingError, table_mapping
from rubricator.settings import Settings

Write = Callable[[bytes], Path]
SHARED = Path(__file__).parents[2] / "../shared/heritage/records"


def harvest(path: Path, mapping: TableMapping, settings: Settings) -> list[SourceRecord]:
    found = list(harvest_csv(path, mapping, settings))
    assert [] == [entry for entry in found if isinstance(entry, Rejection)]
    return [entry for entry in found if isinstance(entry, SourceRecord)]


def test_a_row_becomes_canonical_json_under_its_identifier(
    table: Write, mapping: TableMapping, settings: Settings, tmp_path: Path
) -> None:
    (record,) = harvest(table(b"title,id,picture\nA bowl,7,\n"), mapping, settings)

    assert b'{"id":"7","picture":"","title":"A bowl"}' == record.content
    assert ("shelf", "7", f"{tmp_path.name}/shelf.csv#row=2") == (record.dataset, record.identifier, record.source)
    assert () == record.repairs


def test_the_order_of_columns_does_not_change_a_row(table: Write, mapping: TableMapping, settings: Settings) -> None:
    (one,) = harvest(table(b"title,id,picture\nA bowl,7,\n"), mapping, settings)
    (other,) = harvest(table(b"id,picture,title\n7,,A bowl\n"), mapping, settings)

    assert one.content == other.content


def test_a_byte_order_mark_is_no_part_of_the_first_column(
    table: Write, mapping: TableMapping, settings: Settings
) -> None:
    (record,) = harvest(table(b"\xef\xbb\xbfid,title,picture\n7,A bowl,\n"), mapping, settings)

    assert "7" == record.identifier


def test_utf_16_tables_are_read(table: Write, mapping: TableMapping, settings: Settings) -> None:
    (record,) = harvest(table("id,title,picture\n7,Schüssel,\n".encode("utf-16")), mapping, settings)

    assert "Schüssel" == json.loads(record.content)["title"]


def test_bytes_that_are_not_utf_8_are_read_as_windows_1252_and_noted(
    table: Write, mapping: TableMapping, settings: Settings
) -> None:
    broken, whole = harvest(table(b"id,title,picture\n7,Sch\xfcssel \x96 blau,\n8,Krug,\n"), mapping, settings)

    assert "Schüssel – blau" == json.loads(broken.content)["title"]
    assert [("encoding", "Sch\ufffdssel \ufffd blau", "Schüssel – blau")] == [
        (repair.code, repair.raw, repair.now) for repair in broken.repairs
    ]
    assert () == whole.repairs


def test_characters_lost_at_the_source_are_noted(table: Write, mapping: TableMapping, settings: Settings) -> None:
    (record,) = harvest(table("id,title,picture\n7,An\ufffdnimo,\n".encode()), mapping, settings)

    assert ["lost-characters"] == [repair.code for repair in record.repairs]


def test_nul_bytes_go(table: Write, mapping: TableMapping, settings: Settings) -> None:
    (record,) = harvest(table(b"id,title,picture\n7,A\x00 bowl,\n"), mapping, settings)

    assert "A bowl" == json.loads(record.content)["title"]
    assert ["control-characters"] == [repair.code for repair in record.repairs]


def test_a_line_break_inside_quotes_belongs_to_the_cell(
    table: Write, mapping: TableMapping, settings: Settings
) -> None:
    (record,) = harvest(table(b'id,title,picture\n7,"A bowl\nfrom a well",\n'), mapping, settings)

    assert "A bowl\nfrom a well" == json.loads(record.content)["title"]


def test_ragged_rows_stay_records(table: Write, mapping: TableMapping, settings: Settings) -> None:
    short, long = harvest(table(b"id,title,picture\n7,A bowl\n8,A jug,,more\n"), mapping, settings)

    assert {"id": "7", "title": "A bowl"} == json.loads(short.content)
    assert "more" == json.loads(long.content)["column 4"]
    assert ["ragged-row", "ragged-row"] == [repair.code for record in (short, long) for repair in record.repairs]


def test_empty_lines_are_no_records(table: Write, mapping: TableMapping, settings: Settings) -> None:
    assert 1 == len(harvest(table(b"id,title,picture\n\n,,\n7,A bowl,\n\n"), mapping, settings))


def test_a_table_without_header_has_the_columns_of_the_mapping(table: Write, settings: Settings) -> None:
    mapping = table_mapping(
        {
            "dataset": "d",
            "identifier": "{id}",
            "header": False,
            "names": ["id", "title"],
            "columns": {"title": "dc:title"},
        }
    )
    (record,) = harvest(table(b"7,A bowl\n"), mapping, settings)

    assert {"id": "7", "title": "A bowl"} == json.loads(record.content)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_header(
    delimiter: str, table: Write, mapping: TableMapping, settings: Settings
) -> None:
    written = StringIO("\n")
    written.seek(0, SEEK_END)
    rows = ["sizes; a, b|c\td", "id", "title", "picture"], ["1,2;3|4\t5", "7", "A bowl", ""]
    csv.writer(written, delimiter=delimiter).writerows(rows)
    (record,) = harvest(table(written.getvalue().encode()), mapping, settings)

    assert dict(zip(*rows, strict=True)) == json.loads(record.content)


def test_the_delimiter_of_a_table_without_header_gives_its_first_row_as_many_cells_as_there_are_names(
    table: Write, settings: Settings
) -> None:
    names = {"header": False, "names": ["id", "title"]}
    mapping = table_mapping({"dataset": "d", "identifier": "{id}", "columns": {"title": "dc:title"}} | names)
    (record,) = harvest(table(b"7;A bowl, a jug, a cup\n"), mapping, settings)

    assert {"id": "7", "title": "A bowl, a jug, a cup"} == json.loads(record.content)


def test_a_delimiter_in_the_mapping_wins(table: Write, settings: Settings) -> None:
    mapping = table_mapping({"dataset": "d", "identifier": "{id}", "delimiter": ",", "columns": {"title": "dc:title"}})
    with pytest.raises(MappingError, match="it has id;title"):
        harvest(table(b"id;title\n7;A bowl\n"), mapping, settings)


def test_a_table_that_lacks_a_column_names_those_it_has_one_by_one(
    table: Write, mapping: TableMapping, settings: Settings
) -> None:
    with pytest.raises(MappingError, match="it has Nummer, Titel, Bild"):
        harvest(table(b"Nummer;Titel;Bild\n7;Schale;\n"), mapping, settings)


def test_columns_of_one_name_are_told_apart(table: Write, mapping: TableMapping, settings: Settings) -> None:
    (record,) = harvest(table(b"id,title,picture,title\n7,A bowl,,Bol\n"), mapping, settings)

    assert "Bol" == json.loads(record.content)["title#2"]


def test_a_cell_beyond_all_measure_costs_only_its_row(table: Write, mapping: TableMapping, settings: Settings) -> None:
    found = list(harvest_csv(table(b"id,title,picture\n7," + b"x" * 200_000 + b",\n8,A jug,\n"), mapping, settings))

    assert isinstance(found[0], Rejection)
    assert "csv-malformed" == found[0].code
    assert "8" == found[1].identifier


def test_a_local_picture_lies_in_the_cache(
    table: Write, mapping: TableMapping, settings: Settings, picture: Callable[..., Path]
) -> None:
    picture("bowls/seven.png")
    (record,) = harvest(table(b"id,title,picture\n7,A bowl,bowls/seven.png\n"), mapping, settings)

    (seen,) = record.pictures
    assert ("bowls/seven.png", 8, 6, None) == (seen.name, seen.width, seen.height, seen.code)
    assert seen.sha256 is not None


def test_a_missing_picture_stays_with_its_record_as_a_reason(
    table: Write, mapping: TableMapping, settings: Settings
) -> None:
    (record,) = harvest(table(b"id,title,picture\n7,A bowl,gone.png\n"), mapping, settings)

    assert ["image-missing"] == [seen.code for seen in record.pictures]


def test_a_picture_with_an_impossible_name_is_a_reason_too(
    table: Write, mapping: TableMapping, settings: Settings
) -> None:
    (record,) = harvest(table(b"id,title,picture\n7,A bowl," + b"x" * 300 + b".png\n"), mapping, settings)

    assert [True] == [str(seen.code).startswith("image-") for seen in record.pictures]


def test_a_damaged_utf_16_table_is_an_error_of_the_user(
    table: Write, mapping: TableMapping, settings: Settings
) -> None:
    with pytest.raises(UsageError, match="damaged"):
        list(harvest_csv(table("id,title,picture\n7,A,\n".encode("utf-16")[:-1]), mapping, settings))


@pytest.mark.parametrize("place", ["../secret.png", "{folder}/secret.png", "a/../../secret.png"])
def test_a_table_cannot_reach_pictures_outside_its_root(
    place: str, tmp_path: Path, mapping: TableMapping, settings: Settings, picture: Callable[..., Path]
) -> None:
    picture("secret.png")
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "shelf.csv"
    path.write_text(f"id,title,picture\n7,A bowl,{place.format(folder=tmp_path)}\n")
    (record,) = harvest(path, mapping, settings)

    assert ["image-outside-root"] == [seen.code for seen in record.pictures]


def test_a_link_inside_the_root_does_not_lead_out_of_it(
    tmp_path: Path, mapping: TableMapping, settings: Settings, picture: Callable[..., Path]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bowl.png").symlink_to(picture("secret/bowl.png"))
    (tmp_path / "in" / "far").symlink_to(tmp_path / "secret")
    path = tmp_path / "in" / "shelf.csv"
    path.write_text("id,title,picture\n7,A bowl,bowl.png\n8,A jug,far/bowl.png\n")
    records = harvest(path, mapping, settings)

    assert ["image-outside-root"] * 2 == [seen.code for record in records for seen in record.pictures]


def test_links_in_a_circle_are_a_reason_too(
    table: Write, tmp_path: Path, mapping: TableMapping, settings: Settings
) -> None:
    (tmp_path / "round.png").symlink_to(tmp_path / "round.png")
    (record,) = harvest(table(b"id,title,picture\n7,A bowl,round.png\n"), mapping, settings)

    assert [True] == [str(seen.code).startswith("image-") for seen in record.pictures]


def test_a_picture_on_the_web_is_not_fetched(table: Write, mapping: TableMapping, settings: Settings) -> None:
    (record,) = harvest(table(b"id,title,picture\n7,A bowl,https://museum.example/7.jpg\n"), mapping, settings)

    assert record.pictures[0].remote


def test_a_column_that_the_mapping_needs_is_asked_for(table: Write, mapping: TableMapping, settings: Settings) -> None:
    with pytest.raises(MappingError, match="no column 'id'"):
        list(harvest_csv(table(b"number,title,picture\n7,A bowl,\n"), mapping, settings))


def test_a_table_that_is_not_there_is_an_error_of_the_user(
    tmp_path: Path, mapping: TableMapping, settings: Settings
) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        list(harvest_csv(tmp_path / "none.csv", mapping, settings))


@pytest.mark.parametrize(
    ("name", "mapping_name", "records", "pictures"),
    [
        ("rosicrucian-museum.csv", "museum-catalogue", 801, 649),
        ("usda-pomological.csv", "botanical-drawings", 7580, 106),
    ],
)
def test_a_real_catalogue_is_harvested_whole(
    name: str, mapping_name: str, records: int, pictures: int, settings: Settings
) -> None:
    if not SHARED.exists():
        pytest.skip("the real catalogues lie outside the repository")
    mapping = Path(__file__).parents[2] / "mappings" / "examples" / f"{mapping_name}.toml"
    found = list(harvest_csv(SHARED / name, mapping, settings))

    assert records == sum(isinstance(entry, SourceRecord) for entry in found)
    assert pictures == sum(bool(entry.pictures) for entry in found if isinstance(entry, SourceRecord))
    assert records == len({entry.identifier for entry in found})
