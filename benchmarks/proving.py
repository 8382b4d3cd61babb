"""What proof costs: the manifest of a run beside the writing of it, and the trace of one claim among all of them."""

import resource
from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from benchmarks.measure import Measurement, interleaved, seconds
from benchmarks.workspace import workspace
from benchmarks.writing import Capture, Score
from rubricator.enrichment.claims import ClaimWriter, Depiction
from rubricator.enrichment.policy import Decision, DecisionPolicy, PicturePolicy
from rubricator.enrichment.run import Run, RunCounts, RunInputs, run_quads
from rubricator.enrichment.tracing import read_trace
from rubricator.pipeline.proving.taking import proven_end
from rubricator.pipeline.software import running_software
from rubricator.rdf import EDM, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from rubricator.vocabulary import load_prompts, load_vocabulary

SIZES = (10_000, 1_000_000)
AT_ONCE = 5_000
ASKED = 50


class Model:
    """What the ledger says of a model; none is loaded here."""

    name, architecture, weights_sha256 = "bench/none", "none", "0" * 64
    licence, source, logit_scale = None, None, 100.0


def measure() -> list[Measurement]:
    return [row for size in SIZES for row in proof(size)]


def proof(claims: int) -> list[Measurement]:
    """A run of one claim a picture with its capture, its end with the manifest, and traces of some of its claims."""
    with workspace() as settings, connect(settings) as client:
        run, inputs = Run.begin(now()), _inputs(settings)
        client.load(run_quads(run, inputs, settings.iris))
        asked, written = list[NamedNode](), 0.0
        for batch in _batches(claims, run, inputs, settings):
            written += seconds(lambda batch=batch: client.load(batch))  # type: ignore[misc]
            asked.append(next(quad.subject for quad in batch if quad.predicate == EDM["confidenceLevel"]))  # type: ignore[arg-type]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        end = RunCounts(claims, claims, 0, 0)
        manifest = seconds(
            lambda: client.load(proven_end(client, run, end, inputs.software_iri(settings.iris), settings))
        )
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        trace, lookup = _latencies(client, settings, asked)
    of, added = f"{claims:,} claims", f"{grown:.0f} MB more memory than the writing"
    return [
        Measurement(f"{of}, their manifest", "s", manifest, "writing them", written, "few %", added),
        Measurement(f"{of}, trace of one", "ms", trace * 1e3, "SPARQL for its confidence", lookup * 1e3, "–", "median"),
    ]


def _latencies(client: StoreClient, settings: Settings, asked: list[NamedNode]) -> tuple[float, float]:
    """Median seconds of a trace and of one look-up, taken in turns, no claim twice."""
    some = asked[:: max(1, len(asked) // ASKED)]

    def trace(number: int) -> object:
        return read_trace(client, settings.iris, some[number])

    def lookup(number: int) -> object:
        return client.select(f"SELECT ?c WHERE {{ GRAPH ?g {{ {some[number]} {EDM['confidenceLevel']} ?c }} }}")

    found = interleaved(trace, lookup, rounds=len(some))
    return found[0], found[1]


def _inputs(settings: Settings) -> RunInputs:
    vocabulary = load_vocabulary(settings.iris)
    policy = DecisionPolicy(threshold=0.5, near_miss_floor=0.05, calibrated=False)
    pictures, software = PicturePolicy("original", frozenset({"open"})), running_software(None)
    return RunInputs(Model(), load_prompts(vocabulary), policy, pictures, vocabulary, software, "bench")


def _batches(claims: int, run: Run, inputs: RunInputs, settings: Settings) -> Iterator[list[Quad]]:
    writer = ClaimWriter(run, inputs.vocabulary, settings.iris)
    slugs = [concept.slug for concept in inputs.vocabulary.concepts]
    for start in range(0, claims, AT_ONCE):
        batch: list[Quad] = []
        for n in range(start, min(start + AT_ONCE, claims)):
            image = NamedNode(f"https://museum.example.org/images/{n}.jpg")
            depiction = Depiction(NamedNode(f"http://data.europeana.eu/item/9990001/bench_{n}"), image)
            capture = Capture(image.value, f"{n:064x}", "image/jpeg", run.started)
            claim = Score(slugs[n % len(slugs)], 0.5 + n % 500 / 1000, 0.3)
            batch += writer.capture_quads(depiction, capture)
            batch += writer.decision_quads(depiction, capture, Decision((claim,), ()))
        yield batch
