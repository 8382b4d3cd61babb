"""EDM external as Europeana's ingestion reads it."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from pyoxigraph import NamedNode

from rubricator.enrichment.reviews import Decision, Role
from rubricator.harvest.csv import harvest_csv
from rubricator.harvest.edmfile import harvest_edm
from rubricator.pipeline.curating.reviewing import Verdict, review
from rubricator.pipeline.exporting.export import Order, export
from rubricator.pipeline.exporting.forms import Form
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.rdf import DC, EDM, RDF, SPARQL_PREFIXES
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.vocabulary import Vocabulary
from tests.pipeline.exporting.claiming import claim, items_of
from tests.pipeline.exporting.shelf import MARKED, POOR, RICH

EXAMPLES = Path(__file__).parents[3] / "mappings" / "examples"
_RESOURCE, _AGENT, _SURE = f"{{{RDF}}}resource", f"{{{EDM}}}wasGeneratedBy", f"{{{EDM}}}confidenceLevel"


def exported(client: StoreClient, settings: Settings, output: Path) -> dict[str, etree._Element]:
    """The records of an export, by name."""
    export(client, settings, Order(Form.edm, output))
    with zipfile.ZipFile(output) as packed:
        return {name: etree.fromstring(packed.read(name)) for name in packed.namelist()}


def marked(record: etree._Element, name: NamedNode) -> list[tuple[str | None, str | None, str | None]]:
    """Value, agent and confidence of the elements of that name in the provided object."""
    namespace, _, local = name.value.rpartition("/")
    found = record.iterfind(f"{{{EDM}}}ProvidedCHO/{{{namespace}/}}{local}")
    return [(one.get(_RESOURCE) or one.text, one.get(_AGENT), one.get(_SURE)) for one in found]


@pytest.fixture(scope="module")
def schema(shared: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared / "schemas/edm-xsd/EDM.xsd"))


def test_our_statements_stand_beside_the_providers_and_say_who_made_them(
    shelf: StoreClient, settings: Settings, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    map_, toy = vocabulary.by_slug("map").body, vocabulary.by_slug("toy").body
    claims = claim(shelf, settings.iris, "A", [RICH, RICH], map_, 0.00001)
    claim(shelf, settings.iris, "B", [RICH], toy, 0.9134)
    review(shelf, settings, [Verdict(claims[0], Decision.accepted, "r-1", Role.reviewer)])

    records = exported(shelf, settings, tmp_path / "edm.zip")

    assert ["9990001/harbour.xml"] == list(records)
    assert [
        ("schilderij", None, None),
        (map_.value, "Person", None),
        (toy.value, "SoftwareAgent", "0.9134"),
    ] == sorted(marked(records["9990001/harbour.xml"], DC["type"]), key=lambda one: (str(one[1]), str(one[0])))


def test_europeanas_own_enrichments_and_what_nobody_refers_to_are_left_out(
    shelf: StoreClient, settings: Settings, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    claim(shelf, settings.iris, "A", [RICH], vocabulary.by_slug("map").body)

    record = exported(shelf, settings, tmp_path / "edm.zip")["9990001/harbour.xml"]

    assert [("https://example.org/agent/1", None, None)] == marked(record, DC["creator"])
    about = [element.get(f"{{{RDF}}}about") for element in record]
    assert "https://example.org/agent/1" in about
    assert "https://example.org/agent/2" not in about


def test_a_record_that_europeana_would_refuse_is_left_out_and_counted(
    shelf: StoreClient, settings: Settings, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    claim(shelf, settings.iris, "A", [RICH, POOR], vocabulary.by_slug("map").body)
    unknown = NamedNode("http://data.europeana.eu/item/1/unknown")
    claim(shelf, settings.iris, "B", [unknown], vocabulary.by_slug("map").body)

    outcome = export(shelf, settings, Order(Form.edm, tmp_path / "edm"))

    assert {"records": 1, "claims": 1} == outcome.written
    assert {
        "records (edm-no-title: the record has neither title nor description)": 1,
        "records (record-missing: the store has no record of the item)": 1,
        "statements that EDM external has no place for": 3,
    } == {why: number for why, number in outcome.left_out.items() if number}
    assert ["edm/9990001/harbour.xml"] == [
        str(path.relative_to(tmp_path)) for path in sorted((tmp_path / "edm").rglob("*.xml"))
    ]


def test_every_record_is_valid_xml_of_the_schema(
    shelf: StoreClient, settings: Settings, vocabulary: Vocabulary, tmp_path: Path, schema: etree.XMLSchema
) -> None:
    claim(shelf, settings.iris, "A", [RICH, MARKED], vocabulary.by_slug("map").body)

    assert [] == list(_wrong(schema, exported(shelf, settings, tmp_path / "edm.zip")))


def test_the_real_payloads_and_catalogues_are_valid_too(
    client: StoreClient,
    settings: Settings,
    vocabulary: Vocabulary,
    tmp_path: Path,
    schema: etree.XMLSchema,
    shared: Path,
) -> None:
    ingest(harvest_edm([shared / "samples"]), client, settings)
    for table, mapping in (("rosicrucian-museum", "museum-catalogue"), ("usda-pomological", "botanical-drawings")):
        ingest(harvest_csv(_head(shared, table, tmp_path), EXAMPLES / f"{mapping}.toml", settings), client, settings)
    items = items_of(client)
    claim(client, settings.iris, "A", items, vocabulary.by_slug("painting").body)
    claim(client, settings.iris, "B", items, vocabulary.by_slug("building").body, 0.5, DC["subject"])

    records = exported(client, settings, tmp_path / "edm.zip")

    # The catalogue's pictures do not lie beside the head of it, so nothing shows its objects.
    assert {"botanical-drawings", "2022704"} <= {name.partition("/")[0] for name in records}
    assert [] == list(_wrong(schema, records))


def test_our_own_export_harvested_again_tells_who_made_each_statement(
    shelf: StoreClient, settings: Settings, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    body = vocabulary.by_slug("map").body
    claim(shelf, settings.iris, "A", [MARKED, RICH], body, 0.9134)
    export(shelf, settings, Order(Form.edm, tmp_path / "edm.tar.gz"))
    other = load_settings(data_dir=tmp_path / "other", port=settings.port + 1, base="http://another.test")

    with connect(other) as client:
        assert 2 == ingest(harvest_edm([tmp_path / "edm.tar.gz"]), client, other).new
        rows = client.select(
            f"""{SPARQL_PREFIXES}SELECT ?item ?value ?agent ?sure WHERE {{ GRAPH ?record {{
              ?record foaf:primaryTopic ?item . ?s a rdf:Statement ; rdf:object ?value ; edm:wasGeneratedBy ?agent ;
                edm:confidenceLevel ?sure
            }} }}"""
        )

    assert [
        [MARKED.value, "tea", "SoftwareAgent", "0.71"],
        [MARKED.value, body.value, "SoftwareAgent", "0.9134"],
        [RICH.value, body.value, "SoftwareAgent", "0.9134"],
    ] == sorted(
        ([getattr(row[name], "value", "") for name in ("item", "value", "agent", "sure")] for row in rows),
        key=lambda one: (one[0] != MARKED.value, one[3]),
    )


def _head(shared: Path, table: str, folder: Path) -> Path:
    """The first records of a catalogue, without their pictures."""
    lines = (shared / "heritage/records" / f"{table}.csv").read_text("utf-8").splitlines(keepends=True)
    head = folder / f"{table}.csv"
    head.write_text("".join(lines[:60]), "utf-8")
    return head


def _wrong(schema: etree.XMLSchema, records: dict[str, etree._Element]) -> Iterator[tuple[str, str]]:
    for name, record in records.items():
        if not schema.validate(record):
            yield name, str(schema.error_log)
