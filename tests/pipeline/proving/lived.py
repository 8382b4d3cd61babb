"""A store that has lived: runs with and without a head, what people decided, and what became of the claims."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.account import count_run
from rubricator.enrichment.claims import ClaimWriter, Depiction
from rubricator.enrichment.explanation import Explained, ExplainedConcept, explanation_iri, explanation_triples
from rubricator.enrichment.lifecycle import (
    Event,
    reinstatement_quads,
    retraction_quads,
    selective_retraction_quads,
    supersession_quads,
)
from rubricator.enrichment.policy import AppliedCalibration, ConceptThreshold, DecisionPolicy, PicturePolicy
from rubricator.enrichment.quality import Figure, Measured, evaluation_quads
from rubricator.enrichment.reviews import Decision, Replacement, Review, Role, new_ulid, replacement_iri, review_quads
from rubricator.enrichment.run import Run, RunInputs, run_quads
from rubricator.enrichment.software import Software
from rubricator.enrichment.taught import PictureList, measured_quads
from rubricator.enrichment.training import TrainedHead
from rubricator.iris import Iris
from rubricator.pipeline.curating.change import change, view_turn
from rubricator.pipeline.proving.taking import proven_end
from rubricator.pipeline.publish import publish_vocabulary
from rubricator.rdf import DC, ENR
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary, load_prompts, load_vocabulary, vocabulary_triples
from tests.enrichment.classified import Capture, Model, Score

BEGUN = datetime(2026, 11, 20, 8, tzinfo=UTC)
ITEMS = 40
TRAINING = {
    "method": "probe",
    "seed": 7,
    "alpha": 0.5,
    "model": {"name": "ViT-B-32/some-tag", "weights_sha256": "a" * 64},
    "prompts": {"name": "terse", "sha256": "f" * 64},
    "dataset": {"name": "atlases", "sha256": "d" * 64},
    "sources": [{"source": "atlas", "repository": "library", "licence": "CC0", "use": "train", "pictures": 40}],
    "started": "2026-11-01T10:00:00+00:00",
    "ended": "2026-11-01T10:05:00+00:00",
    "energy_kwh": 0.2,
    "software": {"rubricator": "0.1.0", "commit": None},
}
POLICY = DecisionPolicy(
    threshold=0.5,
    near_miss_floor=0.05,
    calibrated=True,
    evidence="Measured on 3 repositories.",
    max_concepts=3,
    labels="several",
    thresholds=(
        ConceptThreshold("map", 0.6, 0.95, 0.7, 388),
        ConceptThreshold("painting", 0.4, 0.92, 0.8, 120),
        ConceptThreshold("toy", None, None, 0.0, 0, "There is no labelled picture of it."),
    ),
    precision=0.9,
    dataset_sha256="d" * 64,
    calibration=AppliedCalibration("c" * 64, 1.5, (("map", 0.1), ("painting", -0.2)), 0.125),
    threshold_evidence="92 % of what was claimed was right.",
)


@dataclass(frozen=True)
class Lived:
    """The claims by run: A is of prompts, B of a head in its place, C was taken back for a while."""

    claims: dict[str, list[NamedNode]]


def live(client: StoreClient, settings: Settings) -> Lived:
    """Let a store live."""
    iris = settings.iris
    vocabulary = load_vocabulary(iris)
    publish_vocabulary(client, vocabulary, iris, vocabulary_triples(iris))
    inputs = RunInputs(
        Model(), load_prompts(vocabulary), POLICY, PicturePolicy("thumbnail", frozenset({"open"})), vocabulary,
        Software("0.1.0", "c0ffee"), "operator-17",
    )  # fmt: skip
    learned = replace(inputs, head=TrainedHead("atlas-head", "c" * 64, TRAINING))
    measured = Measured(
        "b" * 64, learned, "atlases", "e" * 64, 100, [Figure("claimPrecision", 0.93, 0.9, 0.96)], False,
        BEGUN - timedelta(days=2), BEGUN - timedelta(days=2, minutes=-5),
    )  # fmt: skip
    client.load(chain(evaluation_quads(measured, iris), measured_quads(measured.iri(iris), [f"{1:064x}"], iris)))
    claims = {
        ulid: run(client, settings, Run(ulid, BEGUN + timedelta(hours=number)), used)
        for number, (ulid, used) in enumerate((("A", inputs), ("B", learned), ("C", inputs)))
    }
    with view_turn(settings):
        for graphs, quads in happened(claims, vocabulary, iris):
            change(client, iris, quads, graphs)
    explain(client, claims["B"][0], learned, iris)
    return Lived(claims)


def run(client: StoreClient, settings: Settings, one: Run, inputs: RunInputs) -> list[NamedNode]:
    """A whole run: two claims and a near miss of every picture, one failure, and its manifest."""
    iris = settings.iris
    lists = (PictureList(inputs.model_iri(iris), frozenset({f"{0:064x}", "9" * 64})),)
    writer = ClaimWriter(one, inputs.vocabulary, iris)
    quads = list(run_quads(one, inputs, iris))
    for number in range(ITEMS):
        item = NamedNode(f"http://data.europeana.eu/item/1/{number}")
        image = NamedNode(f"https://museum.example.org/{number}.jpg")
        thumbnail = NamedNode(f"https://thumbnails.example.org/{number}.jpg")
        depiction = Depiction(item, image, NamedNode("http://creativecommons.org/publicdomain/zero/1.0/"), thumbnail)
        capture = Capture(image.value, f"{number:064x}", retrieved=one.started)
        scores = POLICY.decide([Score("map", 0.9 - number / 500), Score("painting", 0.45), Score("toy", 0.1)])
        quads += chain(writer.capture_quads(depiction, capture), writer.decision_quads(depiction, capture, scores))
    quads += writer.failure_quads(
        Depiction(NamedNode("http://data.europeana.eu/item/1/lost"), image), "image-gone", "404."
    )
    client.load(quads)
    client.load(proven_end(client, one, count_run(client, one, iris), inputs.software_iri(iris), settings, lists))
    graph = iris.run_graph(one.ulid)
    rows = client.select(f"SELECT ?claim WHERE {{ GRAPH {graph} {{ ?claim {ENR['property']} ?any }} }} ORDER BY ?claim")
    return [claim for row in rows if isinstance(claim := row["claim"], NamedNode)]


def happened(
    claims: dict[str, list[NamedNode]], vocabulary: Vocabulary, iris: Iris
) -> Iterator[tuple[list[NamedNode], list[Quad]]]:
    """What was decided, in its order: the graphs of runs that it affects, and the facts."""
    graphs = {ulid: iris.run_graph(ulid) for ulid in claims}

    def event(hours: int, reason: str) -> Event:
        return Event.at(BEGUN + timedelta(days=1, hours=hours), "operator-2", reason)

    yield [graphs["A"]], list(supersession_quads(event(0, "the head is better"), graphs["A"], graphs["B"], iris))
    wrong = event(1, "wrong thresholds")
    yield [graphs["C"]], list(retraction_quads(wrong, [graphs["C"]], iris))
    yield [graphs["C"]], list(reinstatement_quads(event(2, "they were right"), [wrong.iri(iris)], iris))
    few = selective_retraction_quads(event(3, "these are drawings"), claims["B"][5:8], ["concept=map"], iris)
    yield [graphs["B"]], list(few)
    for number, decision in enumerate(Decision):
        claim, moment = claims["B"][10 + number], BEGUN + timedelta(days=2, hours=number)
        ulid, replacement = new_ulid(moment), None
        if decision is Decision.replaced:
            body = vocabulary.by_slug("drawing").body
            replacement = Replacement(replacement_iri(ulid, claim, body, iris), body, DC["type"])
        review = Review(ulid, claim, decision, f"reviewer-{number}", Role.reviewer, moment, "seen", replacement)
        yield [graphs["B"]], list(review_quads(review, NamedNode(f"{claim.value}#target"), iris))


def explain(client: StoreClient, claim: NamedNode, inputs: RunInputs, iris: Iris) -> None:
    """Why one claim was made, as ``rubricator explain`` keeps it."""
    considered = ExplainedConcept("map", 0.9, 0.25, 0.6)
    explained = Explained(claim, f"{0:064x}", considered, (), (), None, ("The picture is gone.",))
    triples = explanation_triples(
        explained, inputs.vocabulary, inputs.prompts, inputs.software_iri(iris), BEGUN + timedelta(days=3), iris
    )
    assert explanation_iri(explained, iris).value.startswith(claim.value)
    client.put_graph(iris.explanation_graph(claim), triples)
