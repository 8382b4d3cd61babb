import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rubricator.harvest import Rejection, SourceRecord, harvest_csv, harvest_edm
from rubricator.harvest.mapping import table_mapping
from rubricator.harvest.record import RDF_XML
from rubricator.pipeline.harvesting import harvest as module
from rubricator.pipeline.harvesting.cases import sums
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.pipeline.harvesting.raw import keep_raw
from rubricator.pipeline.sole import JobRunning
from rubricator.rdf import RDF, SPARQL_PREFIXES
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from tests.pipeline.catalogue import NOW, dataset, edm, row, titles

SHARED = Path(__file__).parents[3] / "../shared/heritage/records"
EXAMPLES = Path(__file__).parents[3] / "mappings" / "examples"


def test_a_record_lies_in_its_graph_and_in_the_published_view(client: StoreClient, settings: Settings) -> None:
    summary = ingest([row(1, "Bowl")], client, settings)

    assert (1, 0, 0, 0) == (summary.new, summary.changed, summary.unchanged, summary.rejected.total())
    assert ["Bowl"] == titles(client)
    assert ["Bowl"] == titles(client, "GRAPH <http://rubricator.test/graph/edm/shelf/1> { ?s dc:title ?title }")


def test_the_graph_says_where_its_record_came_from_and_the_view_does_not(
    client: StoreClient, settings: Settings
) -> None:
    record = row(1, "Bowl")
    ingest([record], client, settings)
    digest = hashlib.sha256(record.content).hexdigest()
    said = f"""<http://rubricator.test/graph/edm/shelf/1> dcterms:source "shelf.csv#row=1" ;
      prov:generatedAtTime "2026-01-02T00:00:00Z"^^xsd:dateTime ; enr:sha256 "{digest}" ;
      foaf:primaryTopic <http://rubricator.test/id/item/shelf/1> ;
      dcterms:isPartOf <http://rubricator.test/id/dataset/shelf>"""

    assert client.ask(f"{SPARQL_PREFIXES}ASK {{ GRAPH <http://rubricator.test/graph/edm/shelf/1> {{ {said} }} }}")
    assert not client.ask(f"{SPARQL_PREFIXES}ASK {{ ?graph enr:sha256 ?sha }}")


@pytest.mark.parametrize("name", ["langString", "dirLangString"])
@pytest.mark.parametrize("language", ["", 'xml:lang="en" '])
def test_a_datatype_that_the_store_refuses_keeps_neither_its_record_nor_another_out(
    name: str, language: str, client: StoreClient, settings: Settings
) -> None:
    odd = edm(1, "Vase")
    title = f'<dc:title {language}rdf:datatype="{RDF}{name}">'.encode()
    odd = replace(odd, content=odd.content.replace(b"<dc:title>", title))
    summary = ingest([edm(2, "Bowl"), odd, edm(3, "Jug")], client, settings)

    assert (3, 0) == (summary.new, summary.rejected.total())
    assert ["Bowl", "Jug", "Vase"] == titles(client)
    assert [("illegal-datatype", 1)] == [
        (line.code, line.count) for line in sums(client, settings.iris) if line.code == "illegal-datatype"
    ]


def test_the_raw_bytes_are_kept_under_their_hash(client: StoreClient, settings: Settings) -> None:
    record = row(1, "Bowl")
    ingest([record], client, settings)
    digest = hashlib.sha256(record.content).hexdigest()

    assert record.content == (settings.raw_dir / digest[:2] / digest).read_bytes()


def test_a_second_harvest_changes_nothing(client: StoreClient, settings: Settings) -> None:
    rows = [row(1, "Bowl"), row(2, "Jug"), row(2, "Other jug", source="others.csv#row=1")]
    refusal = Rejection("x", "shelf", None, "empty", "No.", b"", NOW)
    ingest([*rows, refusal], client, settings)
    before = dataset(client)
    later = datetime(2027, 1, 1, tzinfo=UTC)
    again = [replace(record, retrieved=later) for record in rows]
    summary = ingest([*again, replace(refusal, retrieved=later)], client, settings)

    assert (0, 0, 2, 2) == (summary.new, summary.changed, summary.unchanged, summary.rejected.total())
    assert before == dataset(client)


def test_a_changed_record_takes_the_place_of_its_predecessor(client: StoreClient, settings: Settings) -> None:
    ingest([row(1, "Bowl"), row(2, "Jug")], client, settings)
    summary = ingest([row(1, "Old bowl"), row(2, "Jug")], client, settings)

    assert (0, 1, 1) == (summary.new, summary.changed, summary.unchanged)
    assert ["Jug", "Old bowl"] == titles(client)
    assert ["Old bowl"] == titles(client, "GRAPH <http://rubricator.test/graph/edm/shelf/1> { ?s dc:title ?title }")


def test_what_another_record_says_too_stays_in_the_view(client: StoreClient, settings: Settings) -> None:
    label = "<http://e.org/potter> skos:prefLabel ?title"
    ingest([edm(1, "Bowl"), edm(2, "Basin")], client, settings)
    ingest([edm(1, "Jug")], client, settings)
    assert ["B. Potter", "J. Potter"] == titles(client, label)

    ingest([edm(2, "Jar")], client, settings)
    assert ["J. Potter"] == titles(client, label)


def test_changing_back_and_forth_leaves_the_store_of_the_last_harvest(client: StoreClient, settings: Settings) -> None:
    ingest([row(1, "Bowl")], client, settings)
    before = dataset(client)
    ingest([row(1, "Old bowl")], client, settings)
    ingest([row(1, "Bowl")], client, settings)

    assert before == dataset(client)


def test_another_mapping_maps_the_same_bytes_anew(client: StoreClient, settings: Settings) -> None:
    ingest([row(1, "Bowl")], client, settings)
    mapping = table_mapping({"dataset": "shelf", "identifier": "{id}", "columns": {"title": "dc:description"}})
    summary = ingest([replace(row(1, "Bowl"), mapping=mapping)], client, settings)

    assert 1 == summary.changed
    assert [] == titles(client)


def test_the_first_record_of_an_identifier_wins_and_the_next_is_refused(
    client: StoreClient, settings: Settings
) -> None:
    others = [row(1, "Jug", source="others.csv#row=1"), row(1, "Bowl", source="others.csv#row=2")]
    summary = ingest([row(1, "Bowl"), *others], client, settings)

    assert {"duplicate-identifier": 2} == summary.rejected
    assert ["Bowl"] == titles(client)


def test_a_refused_record_is_in_the_ledger_with_its_reason_and_bytes(client: StoreClient, settings: Settings) -> None:
    broken = SourceRecord("shelf", "", RDF_XML, b"<rdf:RDF", "broken.xml", NOW)
    summary = ingest([broken], client, settings)
    digest = hashlib.sha256(b"<rdf:RDF").hexdigest()
    said = f'?x a enr:Rejection ; enr:code "xml-malformed" ; dcterms:source "broken.xml" ; enr:sha256 "{digest}"'

    assert {"xml-malformed": 1} == summary.rejected
    assert client.ask(f"{SPARQL_PREFIXES}ASK {{ GRAPH {settings.iris.ledger} {{ {said} }} }}")
    assert b"<rdf:RDF" == (settings.raw_dir / digest[:2] / digest).read_bytes()


def test_another_file_of_the_same_name_mends_no_refusal(
    client: StoreClient, settings: Settings, tmp_path: Path
) -> None:
    whole = edm(1, "Bowl").content
    for place, content in (("a/in", b"<rdf:RDF>"), ("b/in", whole), ("c/in", b"<rdf:RDF>")):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "1.xml").write_bytes(content)
    paths = [tmp_path / place / "1.xml" for place in ("a/in", "b/in")]
    ingest(harvest_edm(paths), client, settings)
    ingest(harvest_edm([tmp_path / "c" / "in"], "other"), client, settings)
    ingest(harvest_edm([tmp_path / "b" / "in"], "third"), client, settings)

    first = sums(client, settings.iris)[0]
    assert ("refused", "xml-malformed", 2, "a/in/1.xml") == (first.kind, first.code, first.count, first.example)


def test_a_second_harvest_at_the_same_time_is_sent_away(client: StoreClient, settings: Settings) -> None:
    def slow() -> Iterator[SourceRecord]:
        yield row(1, "Bowl")
        with pytest.raises(JobRunning, match=f"process {os.getpid()}") as refusal:
            ingest([row(1, "Jug")], client, settings)
        assert (409, 3) == (refusal.value.status, refusal.value.exit_code)

    ingest(slow(), client, settings)
    assert ["Bowl"] == titles(client)
    assert 1 == ingest([row(1, "Jug")], client, settings).changed


def test_batches_are_loaded_through_a_client_of_their_own(
    client: StoreClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "load_nquads", None)
    ingest([row(1, "Bowl")], client, settings)

    assert ["Bowl"] == titles(client)


def test_the_summary_is_one_sentence_with_its_reasons(client: StoreClient, settings: Settings) -> None:
    sentence = ingest([row(1, "Bowl"), row(1, "Jug", source="others.csv#row=1")], client, settings).sentence

    counts = "1 new, 0 changed, 0 unchanged, 1 refused (duplicate-identifier 1)"
    assert f"Harvested 2 records: {counts}. `rubricator harvest report` says more." == sentence


def test_an_interrupted_harvest_is_simply_run_again(
    client: StoreClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_RECORDS", 3)

    def cut() -> Iterator[SourceRecord]:
        for number in range(7):
            yield row(number, f"Bowl {number}")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(cut(), client, settings)
    summary = ingest([row(number, f"Bowl {number}") for number in range(10)], client, settings)

    assert (4, 6) == (summary.new, summary.unchanged)
    assert 10 == len(titles(client))


_CHILD = """
import sys
from rubricator.pipeline.harvesting import harvest as module
from rubricator.pipeline.harvesting.cases import sums
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.settings import load_settings
from rubricator.store.client import connect
from tests.pipeline.catalogue import row
module.BATCH_RECORDS = 20
settings = load_settings(data_dir=sys.argv[1], base="http://rubricator.test")
with connect(settings) as client:
    ingest((row(n, f"Bowl {n}") for n in range(400)), client, settings, lambda done, total: print(done, flush=True))
"""


def test_a_harvest_that_is_killed_leaves_whole_records_and_is_finished_by_the_next(tmp_path: Path) -> None:
    killed, undisturbed = (
        load_settings(data_dir=tmp_path / name, base="http://rubricator.test") for name in ("killed", "undisturbed")
    )
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(killed.data_dir)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    records = [row(number, f"Bowl {number}") for number in range(400)]
    with connect(killed) as client:
        half = "?g { ?s dc:title ?title } FILTER NOT EXISTS { GRAPH ?g { ?g enr:sha256 ?sha } }"
        assert [] == titles(client, f"GRAPH {half}")
        assert len(titles(client)) < 400
        ingest(records, client, killed)
        after = dataset(client)
    with connect(undisturbed) as client:
        ingest(records, client, undisturbed)
        assert dataset(client) == after


def test_raw_bytes_are_written_once(tmp_path: Path) -> None:
    digest = keep_raw(b"bowl", tmp_path)
    first = (tmp_path / digest[:2] / digest).stat().st_mtime_ns

    assert digest == keep_raw(b"bowl", tmp_path)
    assert first == (tmp_path / digest[:2] / digest).stat().st_mtime_ns
    assert 1 == len([path for path in tmp_path.rglob("*") if path.is_file()])


@pytest.mark.parametrize(
    ("name", "mapping", "records"),
    [("rosicrucian-museum", "museum-catalogue", 801), ("usda-pomological", "botanical-drawings", 7580)],
)
def test_a_real_catalogue_is_stored_whole(
    name: str, mapping: str, records: int, client: StoreClient, settings: Settings
) -> None:
    if not SHARED.exists():
        pytest.skip("the real catalogues lie outside the repository")
    summary = ingest(harvest_csv(SHARED / f"{name}.csv", EXAMPLES / f"{mapping}.toml", settings), client, settings)

    assert (records, {}, {}) == (summary.new, summary.rejected, summary.pictures)
    assert records == len(client.select(f"{SPARQL_PREFIXES}SELECT ?item WHERE {{ ?item a edm:ProvidedCHO }}"))


def test_the_real_payloads_are_stored_or_listed(client: StoreClient, settings: Settings) -> None:
    samples = SHARED.parents[1] / "samples"
    if not samples.exists():
        pytest.skip("the real payloads lie outside the repository")
    ingest(harvest_edm([samples]), client, settings)

    told = f"""{{ GRAPH ?source {{ ?source enr:fingerprint ?print ; dcterms:source ?place }} }}
      UNION {{ GRAPH {settings.iris.ledger} {{ ?x a enr:Rejection ; dcterms:source ?place }} }}"""
    rows = client.select(f"{SPARQL_PREFIXES}SELECT DISTINCT ?place WHERE {{ {told} }}")
    files = {str(getattr(solution["place"], "value", "")).partition("#")[0] for solution in rows}
    assert {f"samples/{path.relative_to(samples).as_posix()}" for path in samples.rglob("*") if path.is_file()} == files
