"""Each measure against cases that one can work out by hand."""

import numpy as np
import pytest

from rubricator.classifier.evaluation import perconcept, ranking, reliability, selective
from rubricator.classifier.evaluation.predictions import Floats, Predictions
from rubricator.classifier.evaluation.weights import whole
from tests.classifier.evaluation.cases import predictions

MAP, PAINTING, TOY = 0, 1, 2


@pytest.fixture(scope="module")
def four() -> Predictions:
    """Two maps, one of them taken for a toy; a painting and a toy that are seen."""
    return predictions(
        ["map", "map", "painting", "toy"], [[0.9, 0.05, 0.05], [0.3, 0.1, 0.6], [0.2, 0.8, 0], [0.25, 0.35, 0.4]]
    )


def one(measured: Floats) -> float:
    return float(measured[0])


def test_three_of_four_best_concepts_are_right(four: Predictions) -> None:
    assert 0.75 == one(ranking.accuracy(four, whole(four)))


def test_precision_recall_and_f1_of_a_concept(four: Predictions) -> None:
    scores = perconcept.concept_scores(four, whole(four))

    assert [1, 0.5, pytest.approx(2 / 3)] == [x[0, MAP] for x in (scores.precision, scores.recall, scores.f1)]
    assert [0.5, 1, pytest.approx(2 / 3)] == [x[0, TOY] for x in (scores.precision, scores.recall, scores.f1)]
    assert pytest.approx((2 / 3 + 1 + 2 / 3) / 3) == one(perconcept.macro_f1(four, whole(four)))


def test_a_concept_that_nothing_shows_does_not_count_in_the_mean() -> None:
    seen = predictions(["map", "toy"], [[0.9, 0.05, 0.05], [0.2, 0.2, 0.6]])

    assert 1 == one(perconcept.macro_f1(seen, whole(seen)))
    assert np.isnan(perconcept.concept_scores(seen, whole(seen)).f1[0, PAINTING])


def test_a_concept_that_is_shown_and_never_given_counts_as_zero() -> None:
    missed = predictions(["map", "toy"], [[0.9, 0.05, 0.05], [0.9, 0.05, 0.05]])

    assert pytest.approx((2 / 3 + 0) / 2) == one(perconcept.macro_f1(missed, whole(missed)))


def test_a_picture_of_two_concepts_may_have_both_right() -> None:
    both = predictions(["map painting", "toy"], [[0.5, 0.4, 0.1], [0.1, 0.1, 0.8]])

    assert 1 == one(perconcept.macro_f1(both, whole(both)))
    assert 1 == one(ranking.accuracy(both, whole(both)))


def test_the_confusion_matrix_has_truth_in_rows(four: Predictions) -> None:
    assert [[1, 0, 1], [0, 1, 0], [0, 0, 1]] == perconcept.confusion(four).tolist()


def test_average_precision_is_the_mean_precision_at_each_hit(four: Predictions) -> None:
    # toy: 0.6 (a map), 0.4 (the toy): half of the two are toys when it is found
    assert pytest.approx([1, 1, 0.5]) == ranking.average_precisions(four, whole(four))[0].tolist()


def test_equal_confidences_have_no_order() -> None:
    level = predictions(["map", "toy", "toy", "toy"], [[0.5, 0, 0.5]] * 4)

    assert 0.25 == ranking.average_precisions(level, whole(level))[0, MAP]
    assert 0.75 == ranking.average_precisions(level, whole(level))[0, TOY]


def test_one_of_the_three_best_concepts_is_enough(four: Predictions) -> None:
    assert 1 == one(ranking.top_three(four, whole(four)))


def test_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    sure = predictions(
        ["map", "toy", "map", "toy"], [[0.85, 0.1, 0.05], [0.85, 0.1, 0.05], [0.25, 0.5, 0.25], [0.5, 0.25, 0.25]]
    )

    # (0.8, 0.9]: sure of 0.85, right in one of two; (0.4, 0.5]: sure of 0.5, never right
    assert pytest.approx((0.35 + 0.5) / 2) == one(reliability.calibration_error(sure, whole(sure)))
    assert [(0.8, 2, 0.85, 0.5), (0.4, 2, 0.5, 0)] == [
        (part.lower, part.pictures, round(part.confidence, 9), part.accuracy)
        for part in reversed(reliability.reliability_diagram(sure))
    ]


def test_adaptive_bins_hold_equally_many_pictures() -> None:
    # Twenty confidences within one of ten equal bins; the surer half is right. Bins of two see that, one of twenty not.
    rows = [[0.91 + 0.004 * number, 0, 0] for number in range(20)]
    split = predictions(["toy"] * 10 + ["map"] * 10, rows)
    gaps = [abs(row[0] - (number >= 10)) for number, row in enumerate(rows)]

    assert pytest.approx(np.mean(gaps)) == one(reliability.adaptive_calibration_error(split, whole(split)))
    assert pytest.approx(np.mean([row[0] for row in rows]) - 0.5) == one(
        reliability.calibration_error(split, whole(split))
    )


def test_the_brier_score_is_the_squared_distance_to_the_truth() -> None:
    two = predictions(["map", "map"], [[1, 0, 0], [0, 0.5, 0.5]])

    assert pytest.approx((0 + 1.5) / 2) == one(reliability.brier_score(two, whole(two)))


def test_the_surest_three_quarters_keep_the_promise(four: Predictions) -> None:
    curve = selective.risk_coverage(four)

    # by confidence: map right, painting right, map taken for a toy, toy right
    assert [(0.9, 0.25, 1), (0.8, 0.5, 1), (0.6, 0.75, 2 / 3), (0.4, 1, 0.75)] == [
        (point.confidence, point.coverage, point.precision) for point in curve
    ]
    assert 0.5 == one(selective.coverage_at(four, whole(four), 0.9))
    assert 1 == one(selective.coverage_at(four, whole(four), 0.7))


def test_a_promise_that_nothing_keeps_covers_nothing() -> None:
    wrong = predictions(["map", "map"], [[0, 1, 0], [0, 0, 1]])

    assert 0 == one(selective.coverage_at(wrong, whole(wrong), 0.5))


def test_what_the_policy_claims_is_measured_on_all_pictures(four: Predictions) -> None:
    # claimed: map (right), toy (wrong), painting (right), nothing
    assert 0.75 == one(selective.answered(four, whole(four)))
    assert pytest.approx(2 / 3) == one(selective.claim_precision(four, whole(four)))
    assert 0.5 == one(selective.claim_recall(four, whole(four)))
    assert [1, 1, 0] == selective.claim_precisions(four, whole(four))[0].tolist()


def test_a_claim_on_a_picture_out_of_scope_is_a_false_positive() -> None:
    stray = predictions(["map", "", ""], [[0.9, 0, 0], [0.7, 0, 0], [0.2, 0.2, 0]])

    assert 0.5 == one(selective.false_positive_rate(stray, whole(stray)))
    assert 0.5 == one(selective.claim_precision(stray, whole(stray)))
    assert 1 == one(ranking.accuracy(stray, whole(stray)))
    assert (
        0.5 == ranking.average_precisions(predictions(["map", ""], [[0.6, 0, 0], [0.7, 0, 0]]), np.ones((1, 2)))[0, MAP]
    )


def test_only_what_somebody_judged_counts() -> None:
    partly = predictions(
        ["map", "", ""],
        [[0.9, 0.6, 0], [0.8, 0.1, 0], [0.1, 0.2, 0.7]],
        sources=["a", "b", "c"],
        rejected=["", "map", "painting"],
    )

    assert [True, True, False] == partly.answerable.tolist()
    assert 0.5 == one(ranking.accuracy(partly, whole(partly)))
    assert [0.5, 0] == [selective.claim_precisions(partly, whole(partly))[0, MAP], partly.out_of_scope.sum()]
    assert 0.5 == one(selective.claim_precision(partly, whole(partly)))


def test_a_picture_that_counts_twice_counts_twice(four: Predictions) -> None:
    twice = np.asarray([[1.0, 2, 1, 1]])
    repeated = four.only(np.asarray([0, 1, 1, 2, 3]))

    for measure in (
        ranking.accuracy,
        ranking.mean_average_precision,
        perconcept.macro_f1,
        reliability.calibration_error,
        reliability.brier_score,
        selective.claim_recall,
    ):
        assert pytest.approx(one(measure(repeated, whole(repeated)))) == one(measure(four, twice))
    assert one(selective.coverage_at(repeated, whole(repeated), 0.9)) == one(selective.coverage_at(four, twice, 0.9))


def test_the_adaptive_calibration_error_of_equal_confidences_does_not_depend_on_their_order() -> None:
    rows = [[0.6, 0.3, 0.1], [0.3, 0.6, 0.1]] * 10
    labels = ["map"] * 20
    mixed, sorted_ = predictions(labels, rows), predictions(labels, sorted(rows))

    assert pytest.approx(0.1) == one(reliability.adaptive_calibration_error(mixed, whole(mixed)))
    assert pytest.approx(0.1) == one(reliability.adaptive_calibration_error(sorted_, whole(sorted_)))
