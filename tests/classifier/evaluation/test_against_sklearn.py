"""The measures that scikit-learn has too give what it gives, on random predictions, weighted and not."""

import numpy as np
import pytest

from rubricator.classifier.evaluation import perconcept, ranking
from rubricator.classifier.evaluation.predictions import Predictions
from tests.classifier.evaluation.cases import random_predictions, random_weights

metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")


@pytest.fixture(scope="module")
def single() -> Predictions:
    return random_predictions(400, 6)


@pytest.fixture(scope="module")
def several() -> Predictions:
    return random_predictions(400, 6, several=True)


def test_accuracy_and_the_three_best(single: Predictions) -> None:
    weights = random_weights(single)
    expected = [metrics.accuracy_score(single.main, single.best, sample_weight=each) for each in weights]
    hits = (single.ranking[:, :3] == single.main[:, None]).any(axis=1)

    assert pytest.approx(expected) == ranking.accuracy(single, weights).tolist()
    assert (
        pytest.approx([np.average(hits, weights=each) for each in weights])
        == ranking.top_three(single, weights).tolist()
    )


def test_precision_recall_and_f1(single: Predictions) -> None:
    weights = random_weights(single)
    scores = perconcept.concept_scores(single, weights)

    for row, each in enumerate(weights):
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(single.main, single.best, sample_weight=each)
        assert pytest.approx(precision) == scores.precision[row]
        assert pytest.approx(recall) == scores.recall[row]
        assert pytest.approx(f1) == scores.f1[row]
        assert pytest.approx(f1.mean()) == perconcept.macro_f1(single, weights)[row]


def test_f1_with_several_labels(several: Predictions) -> None:
    expected = metrics.f1_score(several.applies, several.given, average="macro")

    assert pytest.approx(expected) == perconcept.macro_f1(several, np.ones((1, len(several))))[0]


def test_average_precision(several: Predictions) -> None:
    weights = random_weights(several)
    measured = ranking.average_precisions(several, weights)

    for row, each in enumerate(weights):
        for column in range(len(several.concepts)):
            expected = metrics.average_precision_score(
                several.applies[:, column], several.confidences[:, column], sample_weight=each
            )
            assert pytest.approx(expected) == measured[row, column]


def test_the_confusion_matrix(single: Predictions) -> None:
    assert metrics.confusion_matrix(single.main, single.best).tolist() == perconcept.confusion(single).tolist()
