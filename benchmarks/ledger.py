"""What claims cost over their life: written, proven and traced, retracted as part of their run and reinstated; and what
a run costs the ledger. At growing sizes, to show how the cost grows."""

import os
import shutil
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from benchmarks.claims import batches, run_inputs
from benchmarks.measure import Measurement, disk_usage, seconds
from benchmarks.proving import proof
from benchmarks.workspace import workspace
from rubricator.enrichment.lifecycle import Event, reinstatement_quads, retraction_quads
from rubricator.enrichment.run import Run, RunCounts, run_quads
from rubricator.pipeline.curating.change import mark, next_moment, settle, view_turn
from rubricator.pipeline.enriching.enrich import BATCH
from rubricator.pipeline.enriching.publishing import Batch, write_batch
from rubricator.pipeline.proving.taking import proven_end
from rubricator.rdf import EDM, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.endpoint import running
from rubricator.store.quads import quad_data
from rubricator.store.snapshots import hold_current

SIZES = (10_000, 100_000, 1_000_000)
LAST = 5_000
"""Claims that are written in the batches of a run, the others being there; these are loaded in bulk, to save time."""
IN_BULK = 5_000
RUNS = 100


def measure() -> list[Measurement]:
    return [*(row for size in SIZES for row in life(size)), runs_in_the_ledger()]


def life(claims: int) -> list[Measurement]:
    """A run of one claim a picture: written, the last in turns with the baseline, proven, retracted and reinstated."""
    with workspace() as settings, tempfile.TemporaryDirectory() as directory, connect(settings) as client:
        run, inputs, iris = Run.begin(now()), run_inputs(settings), settings.iris
        client.load(run_quads(run, inputs, iris))
        asked, in_bulk, size = list[NamedNode](), 0.0, 0
        for batch in batches(range(claims - LAST), IN_BULK, run, inputs, settings):
            prepared = serialize(batch, format=RdfFormat.N_QUADS) or b""
            size += len(prepared)
            in_bulk += seconds(lambda prepared=prepared: client.load_nquads(prepared))  # type: ignore[misc]
            asked += _some_claims(batch)
        _copy_snapshot(settings, Path(directory) / "bare")
        load = partial(Store(Path(directory) / "bare").bulk_load, format=RdfFormat.N_QUADS)
        ours = baseline = 0.0
        quads = 0
        for batch in batches(range(claims - LAST, claims), BATCH, run, inputs, settings):
            prepared = serialize(batch, format=RdfFormat.N_QUADS) or b""
            quads, size = quads + sum(quad.graph_name != iris.ledger for quad in batch), size + len(prepared)
            ours += seconds(lambda batch=batch: write_batch(client, Batch.of(batch), run, settings))  # type: ignore[misc]
            baseline += seconds(partial(load, prepared))
        stored = disk_usage(settings.store_dir)
        written = in_bulk / max(1, claims - LAST) * claims
        proven = proof(client, settings, run, inputs, claims, written, asked)
        graph = iris.run_graph(run.ulid)
        retracted = Event.at(next_moment(client, iris), "bench", "wrong thresholds")
        fact, view, peaks = _changed(client, settings, list(retraction_quads(retracted, [graph], iris)), graph)
        reinstated = Event.at(next_moment(client, iris), "bench", "they were right")
        revoking = list(reinstatement_quads(reinstated, [retracted.iri(iris)], iris))
        _, back, _ = _changed(client, settings, revoking, graph)
    raw, of = LAST / baseline, f"{claims:,} claims"
    bulk, anew = "raw `bulk_load(bytes)` of claims", "deriving it from nothing"
    return [
        Measurement(f"{of}, the last written", "claims/s", LAST / ours, bulk, raw, "≥ 0.8", f"batches of {BATCH}"),
        Measurement(f"{of}, in all graphs", "quads/claim", quads / LAST, "most", 16, "≤ 1", "without captures"),
        Measurement(
            f"{of}, on disk", "bytes/claim", stored / claims, "their N-Quads", size / claims, "–", "with captures"
        ),
        *proven,
        Measurement(f"{of}, retracted: the fact", "s", fact, "most", 0.1, "≤ 1", "one transaction, on disk"),
        Measurement(
            f"{of}, retracted: the view",
            "claims/s",
            claims / view,
            anew,
            claims / back,
            "≥ 1",
            f"{view:.1f} s; {peaks}",
        ),
        Measurement(f"{of}, reinstated: the view", "claims/s", claims / back, bulk, raw, "–", f"{back:.1f} s"),
    ]


def _copy_snapshot(settings: Settings, path: Path) -> None:
    """A bare store as full as ours, so that both are written to under the same conditions; tables are shared."""
    held = hold_current(settings.store_dir / "snapshots")
    if held is None:
        raise RuntimeError("There is no snapshot.")
    with closing(held):
        shutil.copytree(
            held.database, path, copy_function=lambda a, b: (os.link if a.endswith(".sst") else shutil.copy)(a, b)
        )


def _some_claims(batch: list[Quad]) -> list[NamedNode]:
    """Every 500th of them."""
    claims = [
        quad.subject for quad in batch if quad.predicate == EDM["confidenceLevel"] and quad.graph_name != DefaultGraph()
    ]
    return [claim for claim in claims[::500] if isinstance(claim, NamedNode)]


def runs_in_the_ledger() -> Measurement:
    """What each further run with the same inputs adds to the ledger, its manifest included, for a thousand of them."""
    with workspace() as settings, connect(settings) as client:
        inputs, sizes = run_inputs(settings), []
        for _ in range(RUNS):
            run = Run.begin(now())
            client.load(run_quads(run, inputs, settings.iris))
            end = RunCounts(0, 0, 0, 0)
            client.load(proven_end(client, run, end, inputs.software_iri(settings.iris), settings))
            ledger = b"".join(client.read_graph(settings.iris.ledger))
            sizes.append((ledger.count(b"\n"), len(ledger)))
    (first, least), (last, most) = sizes[0], sizes[-1]
    quads, size = (last - first) / (RUNS - 1) * 1000, (most - least) / (RUNS - 1) * 1000
    remark = f"{size / 1e6:.1f} MB of N-Triples, manifests included; inputs are described once"
    return Measurement(
        "ledger, 1,000 runs", "quads", quads, "what the first run with its inputs needs", first, "–", remark
    )


def _changed(client: StoreClient, settings: Settings, facts: list[Quad], graph: NamedNode) -> tuple[float, float, str]:
    """Seconds of the fact and of the view, and the peaks of memory: the two halves of ``change``."""
    iris = settings.iris
    endpoint = running(settings)
    if endpoint is None:
        raise RuntimeError("The store has gone.")
    pids = {"client": "self", "store": str(endpoint.pid)}
    for pid in pids.values():
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the high-water mark begins anew
    with view_turn(settings):
        fact = seconds(lambda: client.update(f"INSERT DATA {{ {quad_data([*facts, mark(graph, iris)])} }}"))
        view = seconds(lambda: settle(client, iris))
    peaks = (f"{who} {_peak(pid):.0f} MB" for who, pid in pids.items())
    return fact, view, f"peak memory: {', '.join(peaks)}"


def _peak(pid: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
