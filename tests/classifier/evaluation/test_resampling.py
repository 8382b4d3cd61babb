"""Intervals come from drawing whole sources, and the same seed draws the same."""

import numpy as np
import pytest

from rubricator.classifier.evaluation.perconcept import macro_f1
from rubricator.classifier.evaluation.predictions import Predictions
from rubricator.classifier.evaluation.ranking import accuracy
from rubricator.classifier.evaluation.reliability import calibration_error
from rubricator.classifier.evaluation.resampling import Measure, resampled, resamples, wilson
from rubricator.classifier.evaluation.summary import summarise
from tests.classifier.evaluation.cases import predictions, random_predictions

SURE = {"map": [1.0, 0, 0], "toy": [0, 0, 1.0]}


def lopsided(sources: int) -> Predictions:
    """Sources of 25 pictures each; one half of the sources is all right, the other all wrong."""
    seen = [("map", SURE["map" if source % 2 else "toy"], f"s{source}") for source in range(sources) for _ in range(25)]
    return predictions([label for label, _, _ in seen], [row for _, row, _ in seen], [source for _, _, source in seen])


def test_pictures_of_one_source_are_drawn_together() -> None:
    weights = np.concatenate(list(resamples(lopsided(4), 50)))

    assert (50, 100) == weights.shape
    assert {0} == set(np.ptp(weights.reshape(50, 4, 25), axis=2).ravel().tolist())
    assert {4} == set(weights[:, ::25].sum(axis=1).tolist())


def test_few_sources_make_a_wide_interval_however_many_pictures() -> None:
    by_source = summarise(lopsided(4), count=200).overall["accuracy"]
    single = predictions(["map"] * 100, [SURE["map"], SURE["toy"]] * 50, ["s"] * 100)
    by_picture = summarise(single, count=200)

    assert ("sources", "pictures") == (summarise(lopsided(4), count=10).drawn_over, by_picture.drawn_over)
    assert pytest.approx((0, 1), abs=0.03) == (by_source.low, by_source.high)
    assert by_picture.overall["accuracy"].low == pytest.approx(0.4, abs=0.03)
    assert by_picture.overall["accuracy"].high == pytest.approx(0.6, abs=0.03)


def test_the_same_seed_gives_the_same_figures() -> None:
    seen = random_predictions(200, 5)

    assert summarise(seen, count=50, seed=3).overall == summarise(seen, count=50, seed=3).overall
    assert summarise(seen, count=50, seed=3).overall != summarise(seen, count=50, seed=4).overall


def test_draws_do_not_depend_on_how_many_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = random_predictions(60, 3)
    together = resampled(seen, {"accuracy": accuracy}, 40)["accuracy"].draws
    monkeypatch.setattr("rubricator.classifier.evaluation.resampling._AT_ONCE", 7 * 60)

    assert together.tolist() == resampled(seen, {"accuracy": accuracy}, 40)["accuracy"].draws.tolist()


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Sources whose accuracy is drawn around 0.7: of 100 such collections, the interval misses it in few."""
    generator = np.random.default_rng(5)
    missed = 0
    for _ in range(100):
        right = generator.random((30, 20)) < generator.beta(7, 3, (30, 1))
        rows = [SURE["map"] if hit else SURE["toy"] for hit in right.ravel()]
        seen = predictions(["map"] * 600, rows, [f"s{number // 20}" for number in range(600)])
        found = resampled(seen, {"accuracy": accuracy}, 200)["accuracy"].estimate()
        missed += not (found.low or 0) <= 0.7 <= (found.high or 0)

    assert 1 <= missed <= 12


def test_three_of_three_leave_room_for_doubt() -> None:
    assert pytest.approx([0.4385, 1], abs=1e-4) == list(wilson(3, 3))
    assert pytest.approx([0.2366, 0.7634], abs=1e-4) == list(wilson(5, 10))


def test_what_cannot_be_told_is_none() -> None:
    overall = summarise(predictions(["map", "toy"], [SURE["map"], SURE["toy"]]), count=20).overall

    assert None is overall["false_positive_rate"].value
    assert None is overall["false_positive_rate"].low


def test_a_figure_that_rests_on_one_source_has_no_interval() -> None:
    """Maps are in two sources; toys, what shows nothing and what is taken for a painting are each in one."""
    labels = ["map", "map", "toy", "", "map"]
    rows = [SURE["map"], SURE["map"], SURE["toy"], SURE["map"], [0, 1.0, 0]]
    found = summarise(predictions(labels, rows, ["a", "b", "a", "c", "b"]), count=50)

    assert 1 == found.overall["false_positive_rate"].value
    assert None is found.overall["false_positive_rate"].low
    assert None is not found.overall["accuracy"].low
    assert None is not found.per_concept["map"].claim_precision.low
    assert 0 == found.per_concept["painting"].claim_precision.value
    assert None is found.per_concept["painting"].claim_precision.low
    assert None is found.per_concept["toy"].recall.low


def test_a_figure_of_one_picture_has_no_interval_where_all_come_from_one_source() -> None:
    found = summarise(predictions(["map", "map", "toy"], [SURE["map"]] * 2 + [SURE["toy"]], ["s"] * 3), count=50)

    assert None is not found.per_concept["map"].recall.low
    assert None is found.per_concept["toy"].recall.low


@pytest.mark.parametrize("measure", [macro_f1, calibration_error])
def test_an_interval_lies_around_its_figure_though_resamples_are_biased(measure: Measure) -> None:
    seen = random_predictions(90, 12)
    drawn = resampled(seen, {"figure": measure}, 400)["figure"]
    found = drawn.estimate()

    assert abs(drawn.draws.mean() - drawn.value[0]) > 0.01
    assert found.low is not None
    assert found.high is not None
    assert abs((found.low + found.high) / 2 - drawn.value[0]) < 0.012
