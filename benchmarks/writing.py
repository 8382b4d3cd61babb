"""Enrichment quads a second, from quads to acknowledged quads, against ``bulk_load`` of their N-Quads in process."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from benchmarks.measure import Measurement, seconds
from benchmarks.workspace import workspace
from rubricator.enrichment.claims import ClaimWriter, Depiction
from rubricator.enrichment.policy import Decision
from rubricator.enrichment.run import Run
from rubricator.iris import Iris
from rubricator.pipeline.enriching.enrich import BATCH
from rubricator.rdf import now
from rubricator.store.client import connect
from rubricator.vocabulary import load_vocabulary

PICTURES = 20_000


@dataclass(frozen=True)
class Capture:
    source: str
    sha256: str
    media_type: str
    retrieved: datetime


@dataclass(frozen=True)
class Score:
    concept: str
    confidence: float
    raw_score: float


def measure() -> list[Measurement]:
    with workspace() as settings, tempfile.TemporaryDirectory() as directory:
        batches = _batches(settings.iris)
        quads = sum(map(len, batches))
        load = partial(Store(directory).bulk_load, format=RdfFormat.N_QUADS)
        ours = baseline = 0.0
        with connect(settings) as client:
            # In turns, batch by batch, so that a noisy machine disturbs both alike.
            for batch in batches:
                prepared = serialize(batch, format=RdfFormat.N_QUADS) or b""
                ours += seconds(partial(client.load, batch))
                baseline += seconds(partial(load, prepared))
    claims = f"batches of {BATCH} pictures, {quads / PICTURES:.1f} quads a picture with its capture and a near miss"
    return [
        Measurement(
            "enrichments written", "quads/s", quads / ours, "raw `bulk_load(bytes)`", quads / baseline, "≥ 0.8", claims
        )
    ]


def _batches(iris: Iris) -> list[list[Quad]]:
    """The quads of one run, as the pipeline writes them."""
    vocabulary = load_vocabulary(iris)
    writer = ClaimWriter(Run.begin(now()), vocabulary, iris)
    slugs = [concept.slug for concept in vocabulary.concepts]
    batches = []
    for start in range(0, PICTURES, BATCH):
        batch: list[Quad] = []
        for n in range(start, min(start + BATCH, PICTURES)):
            image = NamedNode(f"https://museum.example.org/images/{n}.jpg")
            depiction = Depiction(NamedNode(f"http://data.europeana.eu/item/9990001/bench_{n}"), image)
            capture = Capture(image.value, f"{n:064x}", "image/jpeg", now())
            claim, miss = Score(slugs[n % 20], 0.5 + n % 500 / 1000, 0.3), Score(slugs[(n + 7) % 20], 0.1, 0.2)
            batch += writer.capture_quads(depiction, capture)
            batch += writer.decision_quads(depiction, capture, Decision((claim,), (miss,)))
        batches.append(batch)
    return batches
