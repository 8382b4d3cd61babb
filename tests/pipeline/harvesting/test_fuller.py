"""What says less of an item does not take the place of its whole record."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rubricator.harvest import SourceRecord
from rubricator.harvest.local import csv_table
from rubricator.harvest.mapping import TableMapping, table_mapping
from rubricator.harvest.record import JSON_LD, RDF_XML, SEARCH_ITEM
from rubricator.pipeline.harvesting.counts import HarvestSummary
from rubricator.pipeline.harvesting.harvest import harvest
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.pipeline.catalogue import NOW, Catalogue, facts, gone, row, titles, unpublished


@pytest.fixture
def mapping() -> TableMapping:
    """Of a table whose rows are items of Europeana's."""
    item = "http://data.europeana.eu/item/1/{id}"
    return table_mapping({"dataset": "pilot", "identifier": "{id}", "item": item, "columns": {"title": "dc:title"}})


def found(title: str) -> SourceRecord:
    content = json.dumps({"id": "/1/1", "type": "IMAGE", "title": [title]}).encode()
    return SourceRecord("search", "", SEARCH_ITEM, content, "search.json#record=1", NOW)


def test_a_search_item_and_a_row_are_refused_where_the_whole_record_is_held(
    client: StoreClient, settings: Settings, mapping: TableMapping
) -> None:
    harvest(Catalogue({1: "Whole"}), client, settings)
    summary = ingest([found("Found")], client, settings)
    other = ingest([replace(row(1, "Row"), mapping=mapping)], client, settings)

    assert {"fuller-record-held": 1} == summary.rejected == other.rejected
    assert ["Whole"] == titles(client)
    assert 2 == len(facts(client, "?x a enr:Rejection ; enr:code 'fuller-record-held'"))


def test_what_says_less_is_taken_where_the_whole_record_is_gone(client: StoreClient, settings: Settings) -> None:
    catalogue = Catalogue({1: "Whole"})
    harvest(catalogue, client, settings)
    catalogue.deleted.add(1)
    harvest(catalogue, client, settings)
    assert {1: "source-gone"} == gone(client)

    summary = ingest([found("Found")], client, settings)

    assert (1, {}) == (summary.changed, gone(client))
    assert ["Found"] == titles(client)


@pytest.mark.parametrize("media_type", [RDF_XML, JSON_LD])
def test_the_whole_record_takes_the_place_of_what_says_less(
    client: StoreClient, settings: Settings, media_type: str
) -> None:
    whole = {
        RDF_XML: b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
          xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:edm="http://www.europeana.eu/schemas/edm/">
          <edm:ProvidedCHO rdf:about="http://data.europeana.eu/item/1/1"><dc:title>Whole</dc:title></edm:ProvidedCHO>
          </rdf:RDF>""",
        JSON_LD: b"""{"@id": "http://data.europeana.eu/item/1/1",
          "@type": "http://www.europeana.eu/schemas/edm/ProvidedCHO",
          "http://purl.org/dc/elements/1.1/title": "Whole"}""",
    }
    ingest([found("Found")], client, settings)
    newer = ingest([found("Found later")], client, settings)
    summary = ingest([SourceRecord("mine", "", media_type, whole[media_type], "whole", NOW)], client, settings)
    again = ingest([found("Found later")], client, settings)

    assert (1, 1, {"fuller-record-held": 1}) == (newer.changed, summary.changed, again.rejected)
    assert ["Whole"] == titles(client)
    assert set() == unpublished(client)


def test_a_whole_record_that_took_the_place_of_a_row_outlives_the_row(
    client: StoreClient, settings: Settings, mapping: TableMapping, tmp_path: Path
) -> None:
    table = tmp_path / "pilot.csv"

    def brought(*rows: str) -> HarvestSummary:
        table.write_text("\n".join(("id,title", *rows)))
        return harvest(csv_table(table, mapping, settings), client, settings)

    brought("1,Row", "2,Other row")
    harvest(Catalogue({1: "Whole"}), client, settings)
    summary = brought("1,Row", "2,Other row")
    without = brought("2,Other row")

    assert ({"fuller-record-held": 1}, 1, {}) == (summary.rejected, summary.unchanged, summary.gone)
    assert ({}, 1) == (without.gone, without.undecided)
    assert {} == gone(client)
    assert ["Other row", "Whole"] == titles(client)
