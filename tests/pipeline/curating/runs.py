"""A store with runs as the ledger knows them, for tests of what is decided about runs."""

from datetime import UTC, datetime, timedelta

from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.claims import ClaimWriter, Depiction
from rubricator.enrichment.policy import ConceptThreshold, Decision, DecisionPolicy, PicturePolicy
from rubricator.enrichment.run import Run, RunCounts, RunInputs, end_quads, plan_quads, start_quads
from rubricator.enrichment.software import Software
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import load_prompts, load_vocabulary
from tests.enrichment.classified import Capture, Model, Score

BEGUN = datetime(2026, 11, 21, 8, tzinfo=UTC)
ITEMS = tuple(f"http://data.europeana.eu/item/1/{n}" for n in range(4))


def inputs(settings: Settings, threshold: float = 0.5, thresholds: tuple[ConceptThreshold, ...] = ()) -> RunInputs:
    vocabulary = load_vocabulary(settings.iris)
    policy = DecisionPolicy(threshold=threshold, near_miss_floor=0.05, calibrated=False, thresholds=thresholds)
    pictures = PicturePolicy("original", frozenset({"open", "restricted"}))
    software = Software("0.1.0", "c0ffee")
    return RunInputs(Model(), load_prompts(vocabulary), policy, pictures, vocabulary, software, settings.operator)


def written(
    client: StoreClient,
    settings: Settings,
    claims: dict[str, dict[str, float]],
    minute: int = 0,
    ended: bool = True,
    threshold: float = 0.5,
    thresholds: tuple[ConceptThreshold, ...] = (),
) -> Run:
    """A run that claims concepts (by short name, with confidences) of items; none of an item is a near miss."""
    used, run = inputs(settings, threshold, thresholds), Run.begin(BEGUN + timedelta(minutes=minute))
    writer = ClaimWriter(run, used.vocabulary, settings.iris)
    quads: list[Quad] = [*plan_quads(run, used, settings.iris), *start_quads(run, settings.iris)]
    for item, concepts in claims.items():
        depiction = Depiction(NamedNode(item), NamedNode(f"https://museum.example.org/{item[-1]}.jpg"))
        capture = Capture(depiction.image.value, f"{item[-1]}" * 64)
        scores = tuple(Score(concept, confidence) for concept, confidence in concepts.items())
        near = () if scores else (Score("toy", 0.1),)
        quads += writer.decision_quads(depiction, capture, Decision(scores, near))
        quads += writer.capture_quads(depiction, capture)
    if ended:
        counts = RunCounts(len(claims), sum(map(len, claims.values())), 0, 0)
        quads += end_quads(run, run.started + timedelta(seconds=30), counts, settings.iris)
    client.load(quads)
    return run


def published(client: StoreClient) -> set[tuple[str, str]]:
    """Which concepts (the last part of their IRIs) the view says of which items (the last part)."""
    rows = client.select(
        """SELECT ?item ?body WHERE { ?item <https://w3id.org/rubricator/ns#hasEnrichment> ?claim .
        ?claim <http://www.w3.org/ns/oa#hasBody> ?body }"""
    )
    return {(str(row["item"])[:-1].rpartition("/")[2], str(row["body"])[:-1].rpartition("/")[2]) for row in rows}


def body(settings: Settings, slug: str) -> str:
    return load_vocabulary(settings.iris).by_slug(slug).body.value.rpartition("/")[2]
