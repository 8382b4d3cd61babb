"""The main job: pending pictures → features → decisions → quads of one run. Killed at any moment, it can go on."""

import logging
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain

from pyoxigraph import Quad

from rubricator.classifier import Classifier, FeatureCache
from rubricator.engine import Features, ImageFailure, classify_groups
from rubricator.enrichment.account import count_run, failure_codes
from rubricator.enrichment.claims import ClaimWriter
from rubricator.enrichment.earlier import decided_otherwise, examined_graphs, open_run
from rubricator.enrichment.policy import DecisionPolicy, PicturePolicy
from rubricator.enrichment.run import Run, RunCounts, RunInputs, RunScope, plan_quads, start_quads
from rubricator.errors import UsageError
from rubricator.images import NonBlankImages
from rubricator.pipeline.curating.change import next_moment, settle_what_is_left, view_turn
from rubricator.pipeline.curating.superseding import Succession, supersede_covered
from rubricator.pipeline.deciding import chosen_classifier, decision_policy, scores, trained_head
from rubricator.pipeline.enriching.candidates import Scope
from rubricator.pipeline.enriching.outstanding import Closed, count_closed, count_failed
from rubricator.pipeline.enriching.pending import Pending, PendingPictures, has_dataset
from rubricator.pipeline.enriching.publishing import Batch, write_batch
from rubricator.pipeline.loader import Loader
from rubricator.pipeline.proving.taking import proven_end
from rubricator.pipeline.proving.taught import picture_lists
from rubricator.pipeline.software import running_software
from rubricator.pipeline.sole import sole_job
from rubricator.plural import plural
from rubricator.progress import Progress, silent
from rubricator.rdf import EDM
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary, load_vocabulary

__all__ = ["EnrichSummary", "Scope", "enrich"]

log = logging.getLogger(__name__)
FETCHERS = 2
# A batch is written when it holds this many pictures, or when its first has waited this long in seconds: so much work
# is looked at again, from cached features, after a kill.
BATCH = 256
BATCH_AGE = 5.0


@dataclass(frozen=True, slots=True)
class EnrichSummary:
    """What one call did. ``run`` is None where nothing was pending; ``counts`` are those of the whole run.

    ``looked_at`` are the pictures that it dealt with, those that failed included. ``failures`` are reason codes with
    how many, of the whole run; ``failed_earlier`` the pictures that no run has seen because they failed; ``closed`` are
    those that were not fetched for their rights, in this run or, where nothing was pending, in earlier ones.
    ``head`` is the name of the head that decides, None where prompts do. Where nothing was pending,
    ``decided_otherwise`` says whether earlier runs decided by another policy, and ``empty`` whether there is no record.
    ``succession`` is what became of those runs where pictures were asked to be decided again.
    """

    run: Run | None
    looked_at: int
    counts: RunCounts | None
    failures: tuple[tuple[str, int], ...] = ()
    failed_earlier: int = 0
    closed: Closed | None = None
    resumed: bool = False
    head: str | None = None
    decided_otherwise: bool = False
    empty: bool = False
    succession: Succession | None = None

    @property
    def sentence(self) -> str:
        closed = f" {self.closed.sentence}" if self.closed else ""
        succession = self.succession.sentence if self.succession else ""
        if self.empty:
            return (
                "Enrichment: nothing to do, because there is no record in the store: harvest some first "
                "(`rubricator harvest --help` says from where), or try `rubricator demo`."
            )
        if self.run is None or self.counts is None:
            again = f" {self.failed_earlier} failed earlier; --retry-failed looks again." if self.failed_earlier else ""
            decider = f"the head {self.head}" if self.head else "prompts"
            other = (
                " Pictures were already looked at with another policy; this one holds for new pictures only, unless "
                "--again decides on all of them."
                if self.decided_otherwise
                else ""
            )
            return (
                f"Enrichment: nothing to do; no picture is pending for this model, {decider} and vocabulary."
                f"{other}{again}{closed}{succession}"
            )
        counts = self.counts
        verb = f"resumed with {plural(self.looked_at, 'more picture')} and ended" if self.resumed else "ended"
        text = (
            f"Run {self.run.ulid} {verb}: pictures {counts.images} ({counts.images - counts.failures} looked at), "
            f"enrichments {counts.enrichments}, near misses {counts.near_misses}, failures {counts.failures}"
        )
        if counts.failures:
            codes = ", ".join(f"{code} {count}" for code, count in self.failures)
            text += f" ({codes}; `rubricator runs show {self.run.ulid}` names them"
            text += ")" if self.closed and self.closed.total == counts.failures else ", --retry-failed looks again)"
        return f"{text}.{closed}{succession}"


def enrich(
    client: StoreClient, settings: Settings, scope: Scope | None = None, progress: Progress = silent
) -> EnrichSummary:
    """Classify what no run with this model, prompt set and vocabulary has looked at, and write it as one run.

    A run that was interrupted with exactly the same inputs goes on under the same IRI. Raises UsageError for wrong
    files, models or data sets, JobRunning if another process enriches here, StoreError if the store fails; what was
    acknowledged before stays, and the run stays open. Raises RunWithdrawn if it is retracted or superseded meanwhile.
    """
    scope = scope or Scope()
    vocabulary = load_vocabulary(settings.iris, settings.vocabulary)
    classifier = chosen_classifier(settings, vocabulary)
    if classifier.calibration is None:
        log.warning(
            "Nobody measured how sure this classifier may be: its claims are marked as not calibrated. "
            "`rubricator calibrate` measures it."
        )
    with sole_job(settings, "enrich") as busy_with:
        return _enrich(client, settings, scope, classifier, vocabulary, progress, busy_with)


def _enrich(
    client: StoreClient,
    settings: Settings,
    scope: Scope,
    classifier: Classifier,
    vocabulary: Vocabulary,
    progress: Progress,
    busy_with: Callable[[str], None],
) -> EnrichSummary:
    iris, asked = settings.iris, RunScope(scope.dataset, scope.again)
    inputs = run_inputs(settings, classifier, vocabulary)
    if inputs.policy.claims_nothing:
        log.warning(
            "This policy claims nothing: no concept has a threshold that can be reached, so that there will be near "
            "misses only. `rubricator calibrate` on more labelled pictures, or with a lower --precision, makes another."
        )
    examined = examined_graphs(client, inputs, iris, same_policy=scope.again)
    if scope.dataset is not None and not has_dataset(client, scope.dataset, iris):
        raise UsageError(f"There is no data set {scope.dataset!r}; harvest one, or leave --dataset out.")
    settle_what_is_left(client, settings)
    with PendingPictures(client, scope, examined, settings) as pending:
        # Whoever retracts a run waits until it is known which one goes on, and then refuses to retract that one.
        with view_turn(settings, shared=True):
            moment = next_moment(client, iris)
            resumed = open_run(client, inputs, asked, iris, moment)
            run = resumed or (Run.begin(moment, asked) if pending else None)
            if run is not None:
                client.load(plan_quads(run, inputs, iris))
                busy_with(run.ulid)
        if run is None:
            graphs = [earlier.graph for earlier in examined if earlier.pictures == settings.pictures]
            failed, closed = count_failed(client, graphs), count_closed(client, graphs)
            return EnrichSummary(
                None,
                0,
                None,
                failed_earlier=failed,
                closed=closed,
                head=inputs.head.name if inputs.head else None,
                empty=not client.ask(f"ASK {{ ?aggregation {EDM['aggregatedCHO']} ?item }}"),
                decided_otherwise=decided_otherwise(client, inputs, examined, iris),
                succession=supersede_covered(client, settings, inputs) if scope.again else None,
            )
        writer = ClaimWriter(run, vocabulary, iris)
        with (
            FeatureCache(settings.feature_dir / "features.sqlite", classifier.model.features_key) as cache,
            closing(_look(pending, classifier, cache, settings)) as looked,
        ):
            client.load(start_quads(run, iris))
            described = chain(_set_aside(pending, writer), _described(looked, classifier, inputs.policy, writer))
            done = _write(client, settings, run, described, len(pending), progress)
    counts = count_run(client, run, iris)
    lists = picture_lists(settings, classifier, inputs)
    client.load(proven_end(client, run, counts, inputs.software_iri(iris), settings, lists))
    failures, closed = tuple(failure_codes(client, run.ulid, iris)), count_closed(client, [iris.run_graph(run.ulid)])
    succession = supersede_covered(client, settings, inputs) if scope.again else None
    return EnrichSummary(run, done, counts, failures, closed=closed, resumed=resumed is not None, succession=succession)


def run_inputs(settings: Settings, classifier: Classifier, vocabulary: Vocabulary) -> RunInputs:
    """Everything that decides what a run claims."""
    software = running_software(settings.commit)
    pictures = PicturePolicy(settings.pictures, frozenset(settings.reusability))
    policy = decision_policy(settings, classifier, vocabulary)
    model, prompts, head = classifier.model.identity, classifier.prompts, trained_head(classifier)
    return RunInputs(model, prompts, policy, pictures, vocabulary, software, settings.operator, head)


def _look(
    pending: PendingPictures, classifier: Classifier, cache: FeatureCache, settings: Settings
) -> Generator[list[tuple[Pending, Features | ImageFailure]], None, None]:
    """Pair pictures with what the engine makes of them, as many as it has at once; the engine keeps the order."""
    images, on_their_way = NonBlankImages(settings), deque[Pending]()

    def sources() -> Iterator[str]:
        for picture in pending.fit():
            on_their_way.append(picture)
            cached = picture.sha256 is not None and images.path(picture.sha256).exists()
            address = picture.depiction.rendition or picture.depiction.image
            yield (settings.iris.media(picture.sha256 or "").value if cached else address.value)

    stream = classify_groups(
        sources(),
        images,
        classifier.model,
        cache,
        batch_size=settings.batch_size,
        workers=FETCHERS,
    )
    with closing(stream):
        for outcomes in stream:
            yield [(on_their_way.popleft(), outcome) for outcome in outcomes]


def _set_aside(pending: PendingPictures, writer: ClaimWriter) -> Iterator[list[Quad]]:
    """The quads of each picture that is not fetched."""
    for picture in pending.unfit():
        if picture.media_type is not None:
            message = f"The record says that it is {picture.media_type}; no other picture of the item is known."
            yield list(writer.failure_quads(picture.depiction, "image-not-an-image", message))
        elif picture.needed is not None:
            yield list(writer.closed_quads(picture.depiction, picture.needed))


def _described(
    looked: Iterable[Sequence[tuple[Pending, Features | ImageFailure]]],
    classifier: Classifier,
    policy: DecisionPolicy,
    writer: ClaimWriter,
) -> Iterator[list[Quad]]:
    """The quads of each picture that was looked at."""
    import torch

    for group in looked:
        vectors = [outcome.vector for _, outcome in group if isinstance(outcome, Features)]
        rankings = scores(classifier, torch.stack(vectors), policy) if vectors else []
        decided = zip(rankings, policy.decide_each(rankings), strict=True)
        for picture, outcome in group:
            if isinstance(outcome, ImageFailure):
                yield list(writer.failure_quads(picture.depiction, outcome.code, outcome.message))
                continue
            ranking, decision = next(decided)
            if not ranking.is_finite:
                message = (
                    "The model's features of the picture are no numbers; `rubricator models verify` checks the model."
                )
                yield list(writer.failure_quads(picture.depiction, "features-not-finite", message))
                continue
            captured = picture.sha256 == outcome.capture.sha256
            quads = [] if captured else list(writer.capture_quads(picture.depiction, outcome.capture))
            yield [*quads, *writer.decision_quads(picture.depiction, outcome.capture, decision)]


def _write(
    client: StoreClient, settings: Settings, run: Run, described: Iterable[list[Quad]], total: int, progress: Progress
) -> int:
    """Write in batches, each whole or not at all, while the next is looked at. Returns the number of pictures.

    Progress tells what is acknowledged. Raises RunWithdrawn.
    """
    batch: list[Quad] = []
    done, handed_over, began = 0, 0, time.monotonic()
    with Loader[Batch](client, partial(write_batch, run=run, settings=settings)) as loader:
        for quads in described:
            batch += quads
            done += 1
            if done - handed_over >= BATCH or time.monotonic() - began >= BATCH_AGE:
                loader.load(Batch.of(batch))
                progress(handed_over, total)
                batch, handed_over, began = [], done, time.monotonic()
        loader.load(Batch.of(batch))
    progress(done, total)
    return done
