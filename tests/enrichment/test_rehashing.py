"""What the ledger says of prompts and policies has the hash that names them."""

from dataclasses import replace

import pytest
from pyoxigraph import Quad, Triple

from rubricator.enrichment.plans import picture_policy_triples, policy_triples
from rubricator.enrichment.policy import AppliedCalibration, ConceptThreshold, DecisionPolicy, PicturePolicy
from rubricator.enrichment.rehashing import Said, told_pictures, told_policy, told_prompts
from rubricator.enrichment.run import RunInputs, classifier_triples
from rubricator.iris import Iris

PLAIN = DecisionPolicy(threshold=0.5, near_miss_floor=0.05, calibrated=False)
MEASURED = DecisionPolicy(
    threshold=0.5,
    near_miss_floor=1 / 30,
    calibrated=True,
    evidence="Measured on 3 repositories.",
    labels="several",
    thresholds=(
        ConceptThreshold("map", 2 / 3, 0.9877110624879291, 0.6712593543476064, 388),
        ConceptThreshold("toy", None, None, 0.0, 0, "There is no labelled picture of it."),
    ),
    exclusions=(("painting", "photograph"), ("map", "painting")),
    precision=0.9,
    dataset_sha256="d" * 64,
    calibration=AppliedCalibration("c" * 64, 1.0123456, (("map", -0.00001), ("toy", 0.25)), 0.125),
    threshold_evidence="90 % kept.",
)


def said_of(triples: list[Triple], kind: str) -> Said:
    """The statements about the one thing of a kind."""
    thing = next(
        triple.subject for triple in triples if kind in str(triple.object) and "#type" in str(triple.predicate)
    )
    return Said(thing, (Quad(triple.subject, triple.predicate, triple.object) for triple in triples))  # type: ignore[arg-type]


@pytest.mark.parametrize("policy", [PLAIN, replace(PLAIN, threshold=0.123456), MEASURED])
def test_a_decision_policy_has_its_hash_again(policy: DecisionPolicy, inputs: RunInputs, iris: Iris) -> None:
    said = said_of(list(policy_triples(policy, inputs.vocabulary, iris)), "DecisionPolicy")

    assert policy.sha256 == told_policy(said, policy.dataset_sha256).sha256


def test_a_prompt_set_has_its_hash_again(inputs: RunInputs, iris: Iris) -> None:
    said = said_of(list(classifier_triples(inputs, iris)), "PromptSet")

    assert inputs.prompts.sha256 == told_prompts(said, {}).sha256


def test_a_picture_policy_has_its_hash_again(iris: Iris) -> None:
    policy = PicturePolicy("thumbnail", frozenset(("open", "permission")))
    said = said_of(list(picture_policy_triples(policy, iris.thing("policy", "p"))), "PicturePolicy")

    assert policy.sha256 == told_pictures(said).sha256
