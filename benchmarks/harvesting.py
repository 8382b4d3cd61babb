"""Records a second from a zip of RDF/XML to acknowledged quads, against rdflib, and against storing the same quads."""

import tempfile
from pathlib import Path

from pyoxigraph import RdfFormat, Store, parse

from benchmarks.measure import Measurement, disk_usage, interleaved, one_core
from benchmarks.records import record, record_zip
from benchmarks.workspace import workspace
from rubricator.edm import map_record
from rubricator.harvest.edmfile import harvest_edm
from rubricator.harvest.record import RDF_XML, SourceRecord
from rubricator.iris import Iris
from rubricator.pipeline.harvesting.harvest import BATCH_RECORDS
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.pipeline.harvesting.recordgraph import record_nquads
from rubricator.rdf import now
from rubricator.store.client import connect

ROUNDS, RECORDS, RDFLIB_RECORDS = 3, 2000, 200


def measure() -> list[Measurement]:
    with one_core():
        on_one = _measure("harvest of RDF/XML, one core")
    return [*on_one, _measure("harvest of RDF/XML, all cores")[0]]


def _measure(what: str) -> list[Measurement]:
    """The whole path, and what storing alone takes, against rdflib in memory; and what lies on the disk in the end."""
    with tempfile.TemporaryDirectory() as directory, workspace() as settings:
        zips = [record_zip(Path(directory) / f"{n}.zip", RECORDS, n * RECORDS) for n in range(ROUNDS)]
        ready = [_ready(n * RECORDS, settings.iris) for n in range(ROUNDS)]
        bare = Store(Path(directory) / "bare")
        with connect(settings) as client:
            whole, storing, rdflib = interleaved(
                lambda n: ingest(harvest_edm([zips[n]]), client, settings),
                lambda n: _load(bare, ready[n]),
                lambda _: _rdflib(),
                rounds=ROUNDS,
            )
            stored = sum(chunk.count(b"\n") for chunk in client.export("application/n-quads"))
        size = disk_usage(settings.store_dir)
    records = ROUNDS * RECORDS
    triples = sum(1 for _ in parse(record(0), RdfFormat.RDF_XML))
    rate, bound, baseline = RECORDS / whole, RECORDS / storing, RDFLIB_RECORDS / rdflib
    to_disk = "ours to disk, in its graph and in the view; rdflib into memory, once"
    least = f"what storing takes at the least, which is {bound / baseline:.1f} times rdflib"
    return [
        Measurement(what, "records/s", rate, "rdflib parse + add", baseline, "≥ 15", to_disk),
        Measurement(what, "records/s", rate, "bare `bulk_load` of its quads", bound, "–", least),
        Measurement("quads a record", "quads", stored / records, "triples in its RDF/XML", triples, "–"),
        Measurement("store on disk", "bytes/record", size / records, "its RDF/XML", len(record(0)), "–"),
    ]


def _ready(start: int, iris: Iris) -> list[bytes]:
    """The quads of records as they are stored, in batches as the pipeline hands them over."""
    harvest = iris.harvest("01JZ0000000000000000000000")
    written = [
        record_nquads(map_record(came, iris), came, harvest, iris)
        for n in range(start, start + RECORDS)
        for came in [SourceRecord("records", "", RDF_XML, record(n), f"records.zip!{n}.xml", now())]
    ]
    return [b"".join(written[at : at + BATCH_RECORDS]) for at in range(0, RECORDS, BATCH_RECORDS)]


def _load(store: Store, batches: list[bytes]) -> None:
    for batch in batches:
        store.bulk_load(batch, RdfFormat.N_QUADS)


def _rdflib() -> None:
    import rdflib

    graph = rdflib.Dataset(default_union=True)
    for n in range(RDFLIB_RECORDS):
        graph.graph(rdflib.URIRef(f"http://rubricator.bench/{n}")).parse(data=record(n), format="xml")
