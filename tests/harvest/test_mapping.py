import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rubricator.cli.app import app
from rubricator.harvest.mapping import MappingError, fill, load_mapping, table_mapping
from rubricator.harvest.terms import TERMS
from rubricator.rdf import DC

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "mappings").rglob("*.toml"))
LEAST: dict[str, Any] = {"dataset": "d", "identifier": "{id}", "columns": {"id": "dc:identifier"}}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_mapping_can_be_read(path: Path) -> None:
    assert load_mapping(path).columns


def test_a_shipped_mapping_is_known_by_its_name() -> None:
    assert "pilot" == load_mapping("pilot").dataset


def test_a_property_is_written_with_its_prefix_or_in_full() -> None:
    mapping = table_mapping(LEAST | {"columns": {"id": "dc:identifier", "x": "http://example.org/x"}})

    assert [DC["identifier"].value, "http://example.org/x"] == [rule.property for rule in mapping.columns.values()]


def test_two_mappings_that_differ_have_different_hashes() -> None:
    assert table_mapping(LEAST).sha256 != table_mapping(LEAST | {"language": "en"}).sha256


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"identifier": "{id}", "columns": {"id": "dc:identifier"}}, "lacks 'dataset'"),
        (LEAST | {"colums": {}}, "'colums' is unknown"),
        (LEAST | {"language": 7}, "'language'"),
        (LEAST | {"type": "PHOTO"}, "type must be one of"),
        (LEAST | {"columns": {"id": "xx:identifier"}}, "'xx:identifier'"),
        (LEAST | {"columns": {"id": {"iri": True}}}, "must be a property"),
        (LEAST | {"header": False}, "'names'"),
        (LEAST | {"picture": {"path": "x"}}, "picture"),
        (LEAST | {"delimiter": ";;"}, "delimiter"),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_key_that_is_wrong(table: dict[str, Any], said: str) -> None:
    with pytest.raises(MappingError, match=said):
        table_mapping(table)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("dc:titel", "dc:title"),
        ("dcterms:mediun", "dcterms:medium"),
        ("edm:isShownOn", "edm:isShownBy"),
        ("edm:title", "dc:title"),
        ("http://purl.org/dc/elements/1.1/Title", "dc:title"),
    ],
)
def test_a_property_that_does_not_exist_is_refused_with_the_nearest_one(wrong: str, meant: str) -> None:
    for table in ({"columns": {"id": wrong}}, {"constants": {wrong: "x"}}):
        with pytest.raises(MappingError, match=f"no property '{wrong}'.*{meant}"):
            table_mapping(LEAST | table)


def test_every_property_that_europeana_serves_exists() -> None:
    context = json.loads((ROOT / "mappings" / "europeana-api.context.jsonld").read_text())["@context"]
    served = {term["@id"] for term in context.values() if isinstance(term, dict) and "@id" in term}

    assert set() == {name for name in served if name.startswith(("dc:", "dcterms:", "edm:"))} - TERMS


@pytest.mark.parametrize("rights", ["CC0", "https://", "http:// x", "rightsstatements.org/vocab/InC/1.0/"])
def test_rights_that_are_no_address_are_refused(rights: str) -> None:
    with pytest.raises(MappingError, match="rights"):
        table_mapping(LEAST | {"rights": rights})


def test_rights_may_come_from_a_column() -> None:
    assert "{rights}" == table_mapping(LEAST | {"rights": "{rights}"}).rights


def test_an_unknown_mapping_is_told_those_that_there_are() -> None:
    with pytest.raises(MappingError, match=r"'pilto'.*shipped: pilot"):
        load_mapping("pilto")


def test_the_help_names_every_shipped_mapping() -> None:
    shown = CliRunner().invoke(app, ["harvest", "csv", "--help"], terminal_width=200).output

    assert [] == [path.stem for path in (ROOT / "mappings").glob("*.toml") if path.stem not in shown]


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("dataset =")
    for path in (broken, tmp_path / "none.toml"):
        with pytest.raises(MappingError):
            load_mapping(path)


def test_a_template_needs_all_its_cells() -> None:
    assert "7 of 9" == fill("{a} of {b}", {"a": "7", "b": " 9 "})
    assert "" == fill("{a} of {b}", {"a": "7", "b": " "})


def test_a_file_name_is_read_as_words() -> None:
    assert "old harbour 1873" == fill("{name:words}", {"name": "views/old_harbour-1873.jpg"})
