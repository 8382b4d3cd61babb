"""The measures that cards tell, against cases one can work out by hand."""

import pytest

from rubricator.classifier.evaluation import expected_calibration_error, quality

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


def test_accuracy_and_macro_f1_of_a_small_case() -> None:
    measured = quality(["map", "map", "map", "toy"], ["map", "map", "toy", "toy"])

    assert (4, 0.75) == (measured.images, measured.accuracy)
    assert measured.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)


def test_a_concept_that_nobody_predicts_counts_as_zero() -> None:
    assert quality(["map", "toy"], ["map", "map"]).macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_calibration_error_is_the_distance_of_confidence_and_accuracy() -> None:
    confidences, right = torch.tensor([0.85, 0.85, 0.25, 0.25]), torch.tensor([1.0, 0.0, 0.0, 0.0])

    assert expected_calibration_error(confidences, right, torch.ones(4)) == pytest.approx((0.35 + 0.25) / 2)
