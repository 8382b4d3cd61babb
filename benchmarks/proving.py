"""What proof costs: the manifest of a run beside the writing of it, and the trace of one claim among all of them."""

import resource
from collections.abc import Sequence

from pyoxigraph import NamedNode

from benchmarks.measure import Measurement, interleaved, seconds
from rubricator.enrichment.run import Run, RunCounts, RunInputs
from rubricator.enrichment.tracing import read_trace
from rubricator.pipeline.proving.taking import proven_end
from rubricator.rdf import EDM
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

ASKED = 50


def proof(
    client: StoreClient,
    settings: Settings,
    run: Run,
    inputs: RunInputs,
    claims: int,
    written: float,
    asked: Sequence[NamedNode],
) -> list[Measurement]:
    """The end, with the manifest, of a run that took ``written`` seconds, and traces of some of its claims."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    end = RunCounts(claims, claims, 0, 0)
    manifest = seconds(lambda: client.load(proven_end(client, run, end, inputs.software_iri(settings.iris), settings)))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    trace, lookup = _latencies(client, settings, asked)
    of, added = f"{claims:,} claims", f"{grown:.0f} MB more memory than the writing"
    return [
        Measurement(f"{of}, their manifest", "s", manifest, "writing them in bulk", written, "–", added),
        Measurement(f"{of}, trace of one", "ms", trace * 1e3, "SPARQL for its confidence", lookup * 1e3, "–", "median"),
    ]


def _latencies(client: StoreClient, settings: Settings, asked: Sequence[NamedNode]) -> tuple[float, float]:
    """Median seconds of a trace and of one look-up, taken in turns, no claim twice."""
    some = asked[:: max(1, len(asked) // ASKED)]

    def trace(number: int) -> object:
        return read_trace(client, settings.iris, some[number])

    def lookup(number: int) -> object:
        return client.select(f"SELECT ?c WHERE {{ GRAPH ?g {{ {some[number]} {EDM['confidenceLevel']} ?c }} }}")

    found = interleaved(trace, lookup, rounds=len(some))
    return found[0], found[1]
