from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from pyoxigraph import NamedNode, Triple

from rubricator.enrichment.explanation import Explained, ExplainedConcept, Neighbour, explanation_triples
from rubricator.enrichment.policy import AppliedCalibration, ConceptThreshold, DecisionPolicy, PicturePolicy
from rubricator.enrichment.quality import Figure, Measured, evaluation_quads
from rubricator.enrichment.run import Run, RunCounts, RunInputs, end_quads, run_quads
from rubricator.enrichment.software import Software
from rubricator.enrichment.training import TrainedHead
from rubricator.iris import Iris
from rubricator.vocabulary import load_prompts, load_vocabulary
from tests.enrichment.classified import Capture, Model

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
CALIBRATED = DecisionPolicy(
    threshold=0.5,
    near_miss_floor=0.05,
    calibrated=True,
    evidence="On 400 pictures from 9 repositories, confidence and accuracy differ by 0.03 on average.",
    labels="several",
    thresholds=(
        ConceptThreshold("map", None, None, 0.0, 0, "There is no labelled picture of it."),
        ConceptThreshold("painting", 0.6, 0.97, 0.3, 80),
        ConceptThreshold("photograph", 0.4, 0.92, 0.6, 90),
    ),
    exclusions=(("painting", "photograph"),),
    precision=0.9,
    dataset_sha256="1" * 64,
    calibration=AppliedCalibration("2" * 64, 0.8, (("map", 0.1), ("painting", -0.2)), other=0.3),
    threshold_evidence="40% of the pictures would get a concept, and 93% of these claims are right.",
)


@pytest.fixture(scope="session")
def iris() -> Iris:
    return Iris("http://rubricator.test")


@pytest.fixture(scope="session")
def inputs(iris: Iris) -> RunInputs:
    vocabulary = load_vocabulary(iris)
    policy = DecisionPolicy(threshold=0.5, near_miss_floor=0.05, calibrated=False)
    pictures = PicturePolicy("original", frozenset({"open", "restricted"}))
    software = Software("0.1.0", "c0ffee")
    return RunInputs(Model(), load_prompts(vocabulary), policy, pictures, vocabulary, software, "operator-17")


@pytest.fixture(scope="session")
def head() -> TrainedHead:
    training = {
        "method": "probe",
        "seed": 7,
        "alpha": 0.5,
        "model": {"name": "ViT-B-32/first-tag", "weights_sha256": "e" * 64},
        "prompts": {"name": "terse", "sha256": "f" * 64},
        "dataset": {"name": "atlases", "sha256": "d" * 64},
        "sources": [
            {"source": "atlas", "repository": "library", "licence": "CC0", "use": "train", "pictures": 40},
        ],
        "started": "2026-11-20T10:00:00+00:00",
        "ended": "2026-11-20T10:05:00+00:00",
        "energy_kwh": None,
        "software": {"rubricator": "0.1.0", "commit": None},
    }
    return TrainedHead("atlas-head", "c" * 64, training)


@pytest.fixture
def capture() -> Capture:
    return Capture()


@dataclass(frozen=True)
class Worded:
    prompt: str = "a photo of a map"
    cosine: float = 0.3


def measured(inputs: RunInputs) -> Measured:
    concept = inputs.vocabulary.by_slug("map")
    figures = [Figure("accuracy", 0.75, 0.6, 0.9), Figure("conceptF1", 0.5, None, None, concept)]
    return Measured("e" * 64, inputs, "my pictures", "d" * 64, 120, figures, False, START, START + timedelta(minutes=1))


def ledger(inputs: RunInputs, iris: Iris) -> list[Triple]:
    """Of a run that ended, and of an evaluation of the same classifier."""
    run, counts = Run.begin(START), RunCounts(images=3, enrichments=1, near_misses=1, failures=1)
    quads = [
        *run_quads(run, inputs, iris),
        *end_quads(run, START + timedelta(minutes=5), counts, iris),
        *evaluation_quads(measured(inputs), iris),
    ]
    return [quad.triple for quad in quads]


@pytest.fixture(scope="session")
def told(inputs: RunInputs, head: TrainedHead, iris: Iris) -> list[Triple]:
    """The ledger of a calibrated classifier whose head was trained with its model."""
    training = {**head.training, "tuned": {"name": inputs.model.name, "weights_sha256": inputs.model.weights_sha256}}
    taught = replace(head, training=training)
    return ledger(replace(inputs, policy=CALIBRATED, head=taught), iris)


@pytest.fixture(scope="session")
def explained(inputs: RunInputs, iris: Iris) -> list[Triple]:
    """Of a claim, with everything that can be told of one."""
    item, image, maker = (NamedNode(f"http://museum.example.org/{name}") for name in ("item", "image", "software"))
    chosen = ExplainedConcept("map", 0.7, 0.31, 0.6, (Worded(),))
    rest = (ExplainedConcept("painting", 0.2, -0.05, None), ExplainedConcept("drawing", 0.1, 0.02, 0.5))
    neighbour = Neighbour(item, image, "3" * 64, 0.8)
    explanation = Explained(
        iris.annotation("", "", "", ""), "4" * 64, chosen, rest, (neighbour,), "HiResCAM", ("A remark.",)
    )
    return list(explanation_triples(explanation, inputs.vocabulary, inputs.prompts, maker, START, iris))
