"""The main job: pending pictures → features → decisions → quads of one run. Killed at any moment, it can go on."""

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Quad

from rubricator.classifier import Classifier, ClipModel, FeatureCache, load_model
from rubricator.engine import Features, ImageFailure, classify_stream
from rubricator.enrichment.claims import ClaimWriter
from rubricator.enrichment.ledger import count_run, examined_graphs, open_run
from rubricator.enrichment.policy import DecisionPolicy
from rubricator.enrichment.run import Run, RunCounts, RunInputs, end_quads, run_quads
from rubricator.images import ImageStore
from rubricator.pipeline.pending import Pending, Scope, count_pending, pending_pictures
from rubricator.pipeline.software import running_software
from rubricator.progress import Progress, silent
from rubricator.rdf import now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import PromptSet, Vocabulary, load_prompts, load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rubricator.enrichment.policy import Scored

__all__ = ["EnrichSummary", "Scope", "enrich"]

DEFAULT_THRESHOLD = 0.5
FETCHERS = 4
# A batch is written when it holds this many pictures, or when its first has waited this long in seconds: so much work
# is looked at again, from cached features, after a kill.
BATCH = 256
BATCH_AGE = 5.0


@dataclass(frozen=True, slots=True)
class EnrichSummary:
    """What one call did. ``run`` is None where nothing was pending; ``counts`` are those of the whole run."""

    run: Run | None
    looked_at: int
    counts: RunCounts | None
    resumed: bool = False

    @property
    def sentence(self) -> str:
        if self.run is None or self.counts is None:
            return "Enrichment: nothing to do; this model and prompt set have looked at every picture."
        verb = "resumed and ended" if self.resumed else "ended"
        return (
            f"Run {self.run.ulid} {verb}: {self.counts.images} pictures looked at ({self.looked_at} of them now), "
            f"{self.counts.enrichments} enrichments, {self.counts.near_misses} near misses, "
            f"{self.counts.failures} failures."
        )


def enrich(
    client: StoreClient, settings: Settings, scope: Scope | None = None, progress: Progress = silent
) -> EnrichSummary:
    """Classify what no run with this model and prompt set has looked at, and write it as one run.

    A run that was interrupted with exactly the same inputs goes on under the same IRI. Raises UsageError for wrong
    files or models, StoreError if the store fails; what was acknowledged before stays, and the run stays open.
    """
    scope, iris = scope or Scope(), settings.iris
    vocabulary = load_vocabulary(iris, settings.vocabulary)
    prompts = load_prompts(vocabulary, settings.prompts)
    model = load_model(settings.model)
    inputs = run_inputs(settings, model, vocabulary, prompts)
    examined = examined_graphs(client, inputs, iris)
    total = count_pending(client, scope, examined, iris)
    resumed = open_run(client, inputs, scope.dataset, iris)
    if total == 0 and resumed is None:
        return EnrichSummary(None, 0, None)
    run = resumed or Run.begin(now(), scope.dataset)
    client.load(run_quads(run, inputs, iris))
    writer = ClaimWriter(run, vocabulary, iris)
    classifier = Classifier(model, prompts)
    with FeatureCache(settings.feature_dir / "features.sqlite", model.features_key) as cache:
        pending = pending_pictures(client, scope, examined, iris)
        looked = _look(pending, classifier, cache, settings)
        with closing(looked):
            done = _write(client, _described(looked, classifier, inputs.policy, writer), total, progress)
    counts = count_run(client, run, iris)
    client.load(end_quads(run, now(), counts, iris))
    return EnrichSummary(run, done, counts, resumed is not None)


def run_inputs(settings: Settings, model: ClipModel, vocabulary: Vocabulary, prompts: PromptSet) -> RunInputs:
    """Everything that decides what a run claims.

    The threshold is the settings', else the model card's, else a half. A card's calibration holds for its prompts only.
    """
    calibration = model.calibration
    if calibration is not None and calibration.prompts_sha256 != prompts.sha256:
        calibration = None
    default = calibration.threshold if calibration else DEFAULT_THRESHOLD
    policy = DecisionPolicy(
        threshold=default if settings.threshold is None else settings.threshold,
        near_miss_floor=settings.near_miss_floor,
        calibrated=calibration is not None,
        evidence=calibration.evidence if calibration else None,
    )
    software = running_software(settings.commit)
    return RunInputs(model.identity, prompts, policy, vocabulary, software, settings.operator)


def _look(
    pending: Iterable[Pending], classifier: Classifier, cache: FeatureCache, settings: Settings
) -> Generator[tuple[Pending, Features | ImageFailure], None, None]:
    """Pair each picture with what the engine makes of it; the engine keeps the order."""
    images, on_their_way = ImageStore(settings), deque[Pending]()

    def sources() -> Iterator[str]:
        for picture in pending:
            on_their_way.append(picture)
            cached = picture.sha256 is not None and images.path(picture.sha256).exists()
            yield (settings.iris.media(picture.sha256 or "").value if cached else picture.depiction.image.value)

    stream = classify_stream(
        sources(),
        images,
        classifier.model,
        cache,
        batch_size=settings.batch_size,
        workers=FETCHERS,
    )
    with closing(stream):
        for outcome in stream:
            yield on_their_way.popleft(), outcome


def _described(
    looked: Iterable[tuple[Pending, Features | ImageFailure]],
    classifier: Classifier,
    policy: DecisionPolicy,
    writer: ClaimWriter,
) -> Iterator[list[Quad]]:
    """The quads of each picture."""
    for picture, outcome in looked:
        if isinstance(outcome, ImageFailure):
            yield list(writer.failure_quads(picture.depiction, outcome.code, outcome.message))
            continue
        scores: Sequence[Scored] = classifier.scores(outcome.vector[None])[0]
        quads = list(writer.decision_quads(picture.depiction, outcome.capture, policy.decide(scores)))
        if picture.sha256 != outcome.capture.sha256:
            quads += writer.capture_quads(picture.depiction, outcome.capture)
        yield quads


def _write(client: StoreClient, described: Iterable[list[Quad]], total: int, progress: Progress) -> int:
    """Write in batches, each whole or not at all. Returns the number of pictures."""
    batch: list[Quad] = []
    done, written, began = 0, 0, time.monotonic()
    for quads in described:
        batch += quads
        done += 1
        if done - written >= BATCH or time.monotonic() - began >= BATCH_AGE:
            client.load(batch)
            batch, written, began = [], done, time.monotonic()
            progress(done, total)
    if batch:
        client.load(batch)
    progress(done, total)
    return done
