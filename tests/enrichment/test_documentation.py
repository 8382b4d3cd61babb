"""The RDF that the documentation shows is what our writers write, to the last triple."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple

from rubricator.enrichment.explanation import Explained, ExplainedConcept, Neighbour, explanation_triples
from rubricator.enrichment.plans import policy_triples
from rubricator.enrichment.policy import AppliedCalibration, ConceptThreshold, DecisionPolicy
from rubricator.enrichment.quality import Figure, Measured, evaluation_quads
from rubricator.enrichment.run import RunInputs
from rubricator.enrichment.training import TrainedHead, training_triples
from rubricator.iris import Iris
from rubricator.rdf import PREFIXES

DOCS = Path(__file__).parents[2] / "docs"
PROLOGUE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
HASHES = {start: start + 15 * "0123" for start in ("5d41", "9c07", "a1b0", "77aa", "c0de", "e7a1", "b2c3", "d4e5")}
LABELLED, CALIBRATION, WEIGHTS, PROMPTS, HEAD, EVALUATION, PICTURE, OTHER = HASHES.values()

POLICY = DecisionPolicy(
    threshold=0.5,
    near_miss_floor=0.05,
    calibrated=True,
    evidence="On 3684 pictures from 28 repositories, held out in folds of whole repositories, confidence and accuracy "
    "differ by 0.036 on average.",
    max_concepts=3,
    labels="several",
    thresholds=(
        ConceptThreshold("drawing", None, 0.71, 0.0, 108, "A precision of 90% cannot be promised."),
        ConceptThreshold("photograph", 0.72, 0.98, 0.61, 388),
    ),
    exclusions=(("drawing", "photograph"),),
    precision=0.9,
    dataset_sha256=LABELLED,
    calibration=AppliedCalibration(CALIBRATION, 0.83, (("drawing", -0.2), ("photograph", 0.1)), other=0.3),
    threshold_evidence="With thresholds for a promised precision of 90%, for each repository those of the others, 8% "
    "of the pictures would get a concept, and 100% of these claims are right.",
)


@dataclass(frozen=True)
class Model:
    name: str = "rubricator-lite"
    architecture: str = "tiny"
    weights_sha256: str = WEIGHTS
    licence: str | None = None
    source: str | None = None
    logit_scale: float = 100.0


@dataclass(frozen=True)
class Near:
    prompt: str = "a photo of a map"
    cosine: float = 0.3


def example(page: str, beginning: str, hashes: Mapping[str, str], iris: Iris) -> set[Triple]:
    """The Turtle block of a page that begins so, as a store has it; it shortens ``hashes`` to ``31bb…``."""
    blocks = re.findall(r"```turtle\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    (text,) = (block for block in blocks if block.startswith(beginning))
    for start, digest in hashes.items():
        text = text.replace(f'"{start}…"', f'"{digest}"').replace(f"sha256-{start}…", f"sha256-{digest}")
        text = text.replace(f"{start}…", digest[:12] if len(digest) == 64 else digest)
    assert "…" not in text
    store = Store()
    first = re.match(r"<BASE([^>]*)>", text)
    assert first is not None
    store.load(
        f"{PROLOGUE}{text.replace('<BASE', f'<{iris.base}')}".encode(), RdfFormat.TURTLE, base_iri=iris.base + first[1]
    )
    return {quad.triple for quad in store}


def stored(triples: Iterable[Triple]) -> set[Triple]:
    """The triples as a store has them."""
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return {quad.triple for quad in store}


def test_the_decision_policy_of_the_documentation_is_one_that_we_write(inputs: RunInputs, iris: Iris) -> None:
    written = stored(policy_triples(POLICY, inputs.vocabulary, iris))

    assert written == example("deciding.md", "<BASE/id/policy/", {"31bb": POLICY.sha256} | HASHES, iris)


def test_the_training_of_the_documentation_is_one_that_we_write(iris: Iris) -> None:
    training = {
        "method": "probe",
        "seed": 0,
        "alpha": 1.0,
        "model": {"name": "rubricator-lite", "weights_sha256": WEIGHTS},
        "prompts": {"name": "default", "sha256": PROMPTS},
        "dataset": {"name": "atlases", "sha256": LABELLED},
        "sources": [
            {"source": "atlas", "repository": "library", "licence": "CC0 1.0", "use": "train", "pictures": 40},
        ],
        "started": "2026-11-20T10:00:00+00:00",
        "ended": "2026-11-20T10:05:00+00:00",
        "energy_kwh": 0.0042,
        "software": {"rubricator": "0.1.0", "commit": None},
    }
    head = TrainedHead("our-head", HEAD, training)
    activity = head.activity(iris).value.rpartition("/")[2]

    shown = example("model.md", "<BASE/id/head/", {"ac31": activity} | HASHES, iris)

    subjects = {triple.subject for triple in shown}
    assert shown == {triple for triple in stored(training_triples(head, iris)) if triple.subject in subjects}


def test_the_evaluation_of_the_documentation_is_one_that_we_write(inputs: RunInputs, iris: Iris) -> None:
    figures = [
        Figure("accuracy", 0.75, 0.6, 0.9),
        Figure("conceptF1", 0.5, None, None, inputs.vocabulary.by_slug("map")),
    ]
    measured = Measured(
        EVALUATION,
        replace(inputs, model=Model()),
        "atlases",
        LABELLED,
        120,
        figures,
        False,
        datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 10, 1, tzinfo=UTC),
    )

    shown = example("model.md", "<BASE/id/evaluation/", HASHES, iris)

    assert shown <= stored(quad.triple for quad in evaluation_quads(measured, iris))


def test_the_explanation_of_the_documentation_is_one_that_we_write(inputs: RunInputs, iris: Iris) -> None:
    claim = iris.annotation("run", "image", "item", "concept")
    explained = Explained(
        claim,
        PICTURE,
        ExplainedConcept("map", 0.7, 0.31, 0.6, (Near(),)),
        (ExplainedConcept("drawing", 0.2, 0.11, None),),
        (
            Neighbour(
                NamedNode("http://data.europeana.eu/item/9990001/demo_2"),
                NamedNode("https://museum.example.org/images/2.jpg"),
                OTHER,
                0.83,
            ),
        ),
        "Gradient times activation.",
        (),
    )
    maker, made = iris.thing("agent", "rubricator-0.1.0"), datetime(2026, 11, 22, 10, tzinfo=UTC)

    shown = example("explaining.md", "<BASE/annotation/", {"91d8": claim.value.rpartition("/")[2]} | HASHES, iris)

    assert shown == stored(explanation_triples(explained, inputs.vocabulary, inputs.prompts, maker, made, iris))
