"""`rubricator runs verify` says what was changed, and ends with 4 then."""

import csv
import json

from rubricator.harvest.folder import harvest_folder
from rubricator.pipeline.enriching.enrich import enrich
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.rdf import ENR
from rubricator.settings import Settings
from rubricator.store.client import connect
from tests.fakes.program import Rubricator
from tests.pipeline.proving.conftest import draw


def test_runs_verify_finds_what_was_changed(rubricator: Rubricator, settings: Settings) -> None:
    with connect(settings) as client:
        ingest(harvest_folder(draw(settings.data_dir / "pictures", 2), settings, "pictures"), client, settings)
        run = enrich(client, settings).run
        assert run is not None
        honest = rubricator("runs", "verify", run.ulid, "--format", "json")
        client.update(f"INSERT DATA {{ GRAPH {settings.iris.run_graph(run.ulid)} {{ <a:b> {ENR['rank']} 1 }} }}")
        changed = rubricator("runs", "verify", "--all", "--format", "csv")
        tables = rubricator("runs", "verify", "--all")
    both = rubricator("runs", "verify")

    assert 0 == honest.returncode, honest.stdout
    assert {"ok"} == {line["verdict"] for line in json.loads(honest.stdout)}
    assert 4 == changed.returncode
    found = [line for line in csv.DictReader(changed.stdout.splitlines()) if line["verdict"] == "changed"]
    assert ["graph", "part of the graph"] == [line["what"] for line in found if line["what"] != "claim"]
    assert "things that were looked at" in changed.stderr
    assert (4, changed.stderr) == (tables.returncode, tables.stderr)
    assert run.ulid in tables.stdout
    assert (2, "rubricator: Give a run, or --all.\n") == (both.returncode, both.stderr)
