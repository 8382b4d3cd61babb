"""Records a second from a zip of RDF/XML to acknowledged quads, against rdflib parsing and adding the same records."""

import tempfile
from pathlib import Path

from benchmarks.measure import Measurement, seconds
from benchmarks.records import record, record_zip
from benchmarks.workspace import workspace
from rubricator.harvest.edmfile import harvest_edm
from rubricator.pipeline.ingest import ingest
from rubricator.settings import Settings
from rubricator.store.client import connect

OURS, BASELINE = 3000, 300


def measure() -> list[Measurement]:
    with tempfile.TemporaryDirectory() as directory:
        archive = record_zip(Path(directory) / "records.zip", OURS)
        with workspace() as settings:
            ours = OURS / _harvest(settings, archive)
    baseline = BASELINE / seconds(_rdflib)
    ours_to = "ours to disk, in its graph and in the view; rdflib into memory, once"
    return [Measurement("harvest of RDF/XML", "records/s", ours, "rdflib parse + add", baseline, "≥ 15", ours_to)]


def _harvest(settings: Settings, archive: Path) -> float:
    """Seconds without the start of the store."""
    with connect(settings) as client:
        return seconds(lambda: ingest(harvest_edm([archive]), client, settings))


def _rdflib() -> None:
    import rdflib

    graph = rdflib.Dataset(default_union=True)
    for n in range(BASELINE):
        graph.graph(rdflib.URIRef(f"http://rubricator.bench/{n}")).parse(data=record(n), format="xml")
