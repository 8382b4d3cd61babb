"""What claims cost over their life: written, retracted as part of their run and reinstated; and what a run costs the
ledger. At growing sizes, to show how the cost grows."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from benchmarks.measure import Measurement, disk_usage, seconds
from benchmarks.workspace import workspace
from benchmarks.writing import Capture, Score
from rubricator.enrichment.claims import ClaimWriter, Depiction
from rubricator.enrichment.lifecycle import Event, reinstatement_quads, retraction_quads
from rubricator.enrichment.policy import Decision, DecisionPolicy, PicturePolicy
from rubricator.enrichment.run import Run, RunCounts, RunInputs, run_quads
from rubricator.pipeline.curating.change import next_moment, settle, view_turn
from rubricator.pipeline.enriching.enrich import BATCH
from rubricator.pipeline.enriching.publishing import Batch, write_batch
from rubricator.pipeline.proving.taking import proven_end
from rubricator.pipeline.software import running_software
from rubricator.rdf import ENR, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.endpoint import running
from rubricator.store.quads import quad_data
from rubricator.vocabulary import load_prompts, load_vocabulary

SIZES = (10_000, 100_000, 1_000_000)
RUNS = 100


class Model:
    """What the ledger says of a model; none is loaded here."""

    name, architecture, weights_sha256 = "bench/none", "none", "0" * 64
    licence, source, logit_scale = None, None, 100.0


def measure() -> list[Measurement]:
    return [*(row for size in SIZES for row in life(size)), runs_in_the_ledger()]


def life(claims: int) -> list[Measurement]:
    """A run of one claim a picture: written in batches, in turns with the baseline, then retracted and reinstated."""
    with workspace() as settings, tempfile.TemporaryDirectory() as directory, connect(settings) as client:
        run, inputs = Run.begin(now()), _inputs(settings)
        client.load(run_quads(run, inputs, settings.iris))
        load = partial(Store(Path(directory) / "bare").bulk_load, format=RdfFormat.N_QUADS)
        ours = baseline = 0.0
        quads = size = 0
        for batch in _batches(claims, run, inputs, settings):
            prepared = serialize(batch, format=RdfFormat.N_QUADS) or b""
            quads, size = quads + len(batch), size + len(prepared)
            ours += seconds(lambda batch=batch: write_batch(client, Batch.of(batch), run, settings))  # type: ignore[misc]
            baseline += seconds(partial(load, prepared))
        stored = disk_usage(settings.store_dir)
        graph, iris = settings.iris.run_graph(run.ulid), settings.iris
        retracted = Event.at(next_moment(client, iris), "bench", "wrong thresholds")
        fact, view, peaks = _changed(client, settings, list(retraction_quads(retracted, [graph], iris)), graph)
        reinstated = Event.at(next_moment(client, iris), "bench", "they were right")
        _, back, _ = _changed(
            client, settings, list(reinstatement_quads(reinstated, [retracted.iri(iris)], iris)), graph
        )
    raw, of = claims / baseline, f"{claims:,} claims"
    bulk = "raw `bulk_load(bytes)` of claims"
    return [
        Measurement(f"{of}, written", "claims/s", claims / ours, bulk, raw, "≥ 0.8", f"batches of {BATCH}"),
        Measurement(f"{of}, in all graphs", "quads/claim", quads / claims, "most", 16, "≤ 1", "without captures"),
        Measurement(f"{of}, on disk", "bytes/claim", stored / claims, "their N-Quads", size / claims, "–"),
        Measurement(f"{of}, retracted: the fact", "s", fact, "most", 0.1, "≤ 1", "one transaction, on disk"),
        Measurement(f"{of}, retracted: the view", "claims/s", claims / view, bulk, raw, "–", f"{view:.1f} s; {peaks}"),
        Measurement(f"{of}, reinstated: the view", "claims/s", claims / back, bulk, raw, "–", f"{back:.1f} s"),
    ]


def runs_in_the_ledger() -> Measurement:
    """What each further run with the same inputs adds to the ledger, its manifest included, for a thousand of them."""
    with workspace() as settings, connect(settings) as client:
        inputs, sizes = _inputs(settings), []
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


def _inputs(settings: Settings) -> RunInputs:
    vocabulary = load_vocabulary(settings.iris)
    policy = DecisionPolicy(threshold=0.5, near_miss_floor=0.05, calibrated=False)
    pictures, software = PicturePolicy("original", frozenset({"open"})), running_software(None)
    return RunInputs(Model(), load_prompts(vocabulary), policy, pictures, vocabulary, software, "bench")


def _batches(claims: int, run: Run, inputs: RunInputs, settings: Settings) -> Iterator[list[Quad]]:
    writer = ClaimWriter(run, inputs.vocabulary, settings.iris)
    slugs = [concept.slug for concept in inputs.vocabulary.concepts]
    for start in range(0, claims, BATCH):
        batch: list[Quad] = []
        for n in range(start, min(start + BATCH, claims)):
            image = NamedNode(f"https://museum.example.org/images/{n}.jpg")
            depiction = Depiction(NamedNode(f"http://data.europeana.eu/item/9990001/bench_{n}"), image)
            capture = Capture(image.value, f"{n:064x}", "image/jpeg", run.started)
            claim = Score(slugs[n % len(slugs)], 0.5 + n % 500 / 1000, 0.3)
            batch += writer.decision_quads(depiction, capture, Decision((claim,), ()))
        yield batch


def _changed(client: StoreClient, settings: Settings, facts: list[Quad], graph: NamedNode) -> tuple[float, float, str]:
    """Seconds of the fact and of the view, and the peaks of memory: the two halves of ``change``."""
    iris = settings.iris
    mark = Quad(iris.unsettled, ENR["affected"], graph, iris.unsettled)
    endpoint = running(settings)
    if endpoint is None:
        raise RuntimeError("The store has gone.")
    pids = {"client": "self", "store": str(endpoint.pid)}
    for pid in pids.values():
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the high-water mark begins anew
    with view_turn(settings):
        fact = seconds(lambda: client.update(f"INSERT DATA {{ {quad_data([*facts, mark])} }}"))
        view = seconds(lambda: settle(client, iris))
    peaks = (f"{who} {_peak(pid):.0f} MB" for who, pid in pids.items())
    return fact, view, f"peak memory: {', '.join(peaks)}"


def _peak(pid: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
