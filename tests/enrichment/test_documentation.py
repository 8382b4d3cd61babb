"""The RDF that the documentation shows is what our writers write, to the last triple."""

import re
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store, Triple

from rubricator.enrichment.plans import policy_triples
from rubricator.enrichment.policy import AppliedCalibration, ConceptThreshold, DecisionPolicy
from rubricator.enrichment.run import RunInputs
from rubricator.iris import Iris
from rubricator.rdf import PREFIXES

DOCS = Path(__file__).parents[2] / "docs"
PROLOGUE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
LABELLED = "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592"
CALIBRATION = "9c07a1d2e5f60718293a4b5c6d7e8f90" * 2

POLICY = DecisionPolicy(
    threshold=0.5,
    near_miss_floor=0.05,
    calibrated=True,
    evidence="On 2907 pictures from 25 repositories, held out in folds of whole repositories, confidence and accuracy "
    "differ by 0.035 on average.",
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
    threshold_evidence="With thresholds for a promised precision of 90%, for each repository those of the others, 9% "
    "of the pictures would get a concept, and 97% of these claims are right.",
)


def example(page: str, beginning: str, hashes: Iterable[str], iris: Iris) -> set[Triple]:
    """The Turtle block of a page that begins so, as a store has it; ``31bb…`` is the hash that begins with 31bb."""
    blocks = re.findall(r"```turtle\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    (text,) = (block for block in blocks if block.startswith(beginning))
    for sha256 in hashes:
        text = text.replace(f'"{sha256[:4]}…"', f'"{sha256}"').replace(f"{sha256[:4]}…", sha256[:12])
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

    assert written == example("deciding.md", "<BASE/id/policy/", (POLICY.sha256, LABELLED, CALIBRATION), iris)
