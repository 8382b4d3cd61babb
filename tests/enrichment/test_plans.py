"""What the ledger says of a decision policy, and that it never claims two concepts that exclude each other."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.plans import policy_triples
from rubricator.enrichment.policy import AppliedCalibration, ConceptThreshold, DecisionPolicy
from rubricator.enrichment.run import RunInputs
from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, ENR, PROV, decimal
from tests.enrichment.classified import Score

POLICY = DecisionPolicy(
    threshold=0.5,
    near_miss_floor=0.05,
    calibrated=True,
    labels="several",
    thresholds=(
        ConceptThreshold("building", 0.4, 0.95, 0.5, 40),
        ConceptThreshold("painting", 0.6, 0.97, 0.3, 80),
        ConceptThreshold("photograph", 0.6, 0.92, 0.6, 90),
        ConceptThreshold("toy", None, 0.5, 0.0, 3, "Too few."),
    ),
    exclusions=(("painting", "photograph"),),
    precision=0.9,
    dataset_sha256="d" * 64,
)


def test_each_concept_has_its_own_threshold_in_the_ledger_with_its_evidence(inputs: RunInputs, iris: Iris) -> None:
    triples = list(policy_triples(POLICY, inputs.vocabulary, iris))
    policy = iris.thing("policy", POLICY.sha256[:12])
    said = {(triple.subject, triple.predicate): triple.object for triple in triples}
    building, toy = (NamedNode(f"{policy.value}#{slug}") for slug in ("building", "toy"))

    assert decimal(0.4) == said[policy, ENR["minimumConfidence"]] == said[building, ENR["minimumConfidence"]]
    assert decimal(0.95) == said[building, ENR["measuredPrecision"]]
    assert decimal(0.9) == said[policy, ENR["promisedPrecision"]]
    assert Literal("d" * 64) == said[said[policy, PROV["wasDerivedFrom"]], ENR["sha256"]]  # type: ignore[index]
    assert (toy, ENR["minimumConfidence"]) not in said
    assert Literal("Too few.", language="en") == said[toy, DCTERMS["description"]]


def test_a_policy_says_by_which_scale_and_biases_it_is_sure(inputs: RunInputs, iris: Iris) -> None:
    calibration = AppliedCalibration("a" * 64, 0.5, (("building", 0.1), ("map", -0.2)), other=0.3)
    policy = replace(POLICY, calibration=calibration, threshold_evidence="Kept.")
    iri = iris.thing("policy", policy.sha256[:12])
    part = NamedNode(f"{iri.value}#map")
    said = {
        (triple.subject, triple.predicate): triple.object for triple in policy_triples(policy, inputs.vocabulary, iris)
    }

    assert Literal("a" * 64) == said[iri, ENR["calibrationSha256"]]
    assert (decimal(0.5), decimal(0.3)) == (said[iri, ENR["scale"]], said[iri, ENR["otherBias"]])
    assert (inputs.vocabulary.by_slug("map").body, decimal(-0.2)) == (
        said[part, ENR["forConcept"]],
        said[part, ENR["bias"]],
    )
    assert Literal("Kept.", language="en") == said[iri, ENR["thresholdEvidence"]]


def test_the_ledger_says_which_concepts_exclude_each_other(inputs: RunInputs, iris: Iris) -> None:
    policy = replace(POLICY, thresholds=())
    triples = list(policy_triples(policy, inputs.vocabulary, iris))
    excluding = [(triple.subject, triple.object) for triple in triples if triple.predicate == ENR["excludes"]]
    concepts: dict[object, object] = {
        triple.subject: triple.object for triple in triples if triple.predicate == ENR["forConcept"]
    }

    assert [tuple(inputs.vocabulary.by_slug(slug).body for slug in POLICY.exclusions[0])] == [
        (concepts[one], concepts[other]) for one, other in excluding
    ]


def test_calibrations_that_differ_in_scale_alone_make_different_policies() -> None:
    calibration = AppliedCalibration("a" * 64, 0.5, ())

    assert replace(POLICY, calibration=calibration).sha256 != (
        replace(POLICY, calibration=replace(calibration, scale=0.6)).sha256
    )


def test_a_photograph_of_a_building_is_both_and_no_painting() -> None:
    scores = [Score("photograph", 0.9), Score("painting", 0.8), Score("building", 0.5)]

    assert ["photograph", "building"] == [score.concept for score in POLICY.decide(scores).claimed]


def test_a_concept_without_threshold_is_never_claimed_where_others_have_one() -> None:
    assert () == POLICY.decide([Score("toy", 1.0), Score("map", 0.9)]).claimed


def test_one_concept_a_picture_is_the_best_or_none() -> None:
    one = replace(POLICY, labels="one", max_concepts=1)

    assert () == one.decide([Score("toy", 0.9), Score("building", 0.8)]).claimed
    assert ["toy", "building"] == [
        score.concept for score in one.decide([Score("toy", 0.9), Score("building", 0.8)]).near
    ]


CONCEPTS = [threshold.concept for threshold in POLICY.thresholds]


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.permutations(CONCEPTS))
def test_no_two_claims_exclude_each_other_and_each_reaches_its_threshold(
    confidences: list[float], concepts: list[str]
) -> None:
    ranked = sorted(map(Score, concepts, confidences), key=lambda score: -score.confidence)
    claimed = POLICY.decide(ranked).claimed
    least = {threshold.concept: threshold.least for threshold in POLICY.thresholds}

    assert not {"painting", "photograph"} <= {score.concept for score in claimed}
    for score in claimed:
        threshold = least[score.concept]
        assert threshold is not None
        assert score.confidence >= threshold
