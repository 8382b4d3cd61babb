from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rubricator.enrichment.policy import ConceptThreshold, DecisionPolicy, PicturePolicy
from tests.enrichment.classified import Score

POLICY = DecisionPolicy(threshold=0.5, near_miss_floor=0.1, calibrated=True)


def test_a_concept_at_the_threshold_is_claimed() -> None:
    decision = POLICY.decide([Score("map", 0.5), Score("drawing", 0.3), Score("toy", 0.05)])

    assert ["map"] == [score.concept for score in decision.claimed]
    assert ["drawing"] == [score.concept for score in decision.near]


def test_an_image_without_a_claim_keeps_its_best_concept_even_below_the_floor() -> None:
    decision = POLICY.decide([Score("map", 0.06), Score("toy", 0.05)])

    assert () == decision.claimed
    assert ["map"] == [score.concept for score in decision.near]


def test_no_more_concepts_are_claimed_than_the_policy_allows() -> None:
    several = replace(POLICY, labels="several", max_concepts=1)
    decision = several.decide([Score("photograph", 0.9), Score("building", 0.8)])

    assert ["photograph"] == [score.concept for score in decision.claimed]
    assert ["building"] == [score.concept for score in decision.near]


def test_policies_with_the_same_content_have_the_same_hash() -> None:
    assert POLICY.sha256 == DecisionPolicy(threshold=0.5, near_miss_floor=0.1, calibrated=True).sha256
    assert POLICY.sha256 != replace(POLICY, threshold=0.51).sha256


def test_a_policy_without_a_threshold_that_can_be_reached_claims_nothing_and_says_what_it_is() -> None:
    never = replace(POLICY, precision=0.9, thresholds=(ConceptThreshold("map", None, None, 0.0, 9, "few"),))
    reached = replace(never, thresholds=(*never.thresholds, ConceptThreshold("toy", 0.7, 1.0, 0.5, 9)))

    assert [True, False, False] == [policy.claims_nothing for policy in (never, reached, POLICY)]
    assert "a threshold for each concept that promises a precision of 0.9" == reached.told
    assert "one threshold of 0.5 for all concepts" == POLICY.told


def test_the_order_in_which_classes_are_allowed_does_not_matter() -> None:
    one = PicturePolicy("original", frozenset(("open", "permission")))

    assert one.sha256 == PicturePolicy("original", frozenset(("permission", "open"))).sha256
    assert one.sha256 != PicturePolicy("thumbnail", one.reusability).sha256
    assert one.sha256 != PicturePolicy("original", frozenset(("open",))).sha256


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.floats(0, 1), st.floats(0, 1))
def test_every_image_leaves_a_trace_and_no_concept_is_both_claimed_and_missed(
    confidences: list[float], threshold: float, floor: float
) -> None:
    scores = [Score(f"c{rank}", confidence) for rank, confidence in enumerate(sorted(confidences, reverse=True))]

    decision = replace(POLICY, threshold=threshold, near_miss_floor=floor).decide(scores)

    assert decision.claimed + decision.near
    assert not {*decision.claimed} & {*decision.near}
    assert all(score.confidence >= threshold for score in decision.claimed)
