"""Measures of quality and of how sure to be, against cases one can work out by hand."""

import pytest

from rubricator.classifier.evaluation import (
    expected_calibration_error,
    fit_sigmoid,
    fit_temperature,
    least_confidence,
    quality,
)

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")


def test_accuracy_and_macro_f1_of_a_small_case() -> None:
    measured = quality(["map", "map", "map", "toy"], ["map", "map", "toy", "toy"])

    assert (4, 0.75) == (measured.images, measured.accuracy)
    assert measured.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)


def test_a_concept_that_nobody_predicts_counts_as_zero() -> None:
    assert quality(["map", "toy"], ["map", "map"]).macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_the_temperature_that_made_the_labels_is_found() -> None:
    torch.manual_seed(0)
    cosines = torch.rand(20_000, 5) - 0.5
    labels = torch.multinomial((cosines / 0.1).softmax(dim=1), 1)[:, 0]

    assert fit_temperature(cosines, labels, torch.ones(len(labels))) == pytest.approx(0.1, rel=0.1)


def test_the_sigmoid_that_made_the_labels_is_found() -> None:
    torch.manual_seed(0)
    cosines = torch.rand(20_000, 2) - 0.5
    cosines[:, 1] = -cosines[:, 0]
    labels = 1 - torch.bernoulli((8 * cosines[:, 0]).sigmoid()).long()

    scale, bias = fit_sigmoid(cosines, labels, torch.ones(len(labels)))

    assert scale == pytest.approx(8, rel=0.1)
    assert bias == pytest.approx(0, abs=0.1)


def test_the_threshold_is_the_lowest_that_keeps_the_promise() -> None:
    confidences = torch.tensor([0.3, 0.5, 0.7, 0.9])
    right = torch.tensor([0.0, 0.0, 1.0, 1.0])

    assert 0.55 == least_confidence(confidences, right, torch.ones(4), 1.0)
    assert 0.35 == least_confidence(confidences, right, torch.ones(4), 0.6)
    assert 0.95 == least_confidence(confidences, torch.zeros(4), torch.ones(4), 0.5)


def test_calibration_error_is_the_distance_of_confidence_and_accuracy() -> None:
    confidences, right = torch.tensor([0.85, 0.85, 0.25, 0.25]), torch.tensor([1.0, 0.0, 0.0, 0.0])

    assert expected_calibration_error(confidences, right, torch.ones(4)) == pytest.approx((0.35 + 0.25) / 2)
