"""The policy says what was measured of the confidences and thresholds that are really used."""

from pathlib import Path

import pytest

from rubricator.classifier import Classifier
from rubricator.classifier.errors import ModelError
from rubricator.classifier.head import write_head
from rubricator.pipeline.deciding import chosen_classifier, decision_policy, trained_head
from rubricator.settings import Settings, load_settings
from rubricator.vocabulary import Vocabulary, load_vocabulary

torch = pytest.importorskip("torch", reason="deciding needs the extra clip")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(load_settings(base="http://rubricator.test").iris)


@pytest.fixture(scope="module")
def classifier(vocabulary: Vocabulary) -> Classifier:
    return chosen_classifier(load_settings(base="http://rubricator.test"), vocabulary)


@pytest.mark.parametrize("labels", ["one", "several"])
def test_the_evidence_is_that_of_the_kind_of_confidences(
    labels: str, settings: Settings, classifier: Classifier, vocabulary: Vocabulary
) -> None:
    policy = decision_policy(settings.model_copy(update={"labels": labels}), classifier, vocabulary)
    assert classifier.calibration is not None
    scaling = classifier.calibration.one if labels == "one" else classifier.calibration.several

    assert f"differ by {scaling.ece:.3f}" in str(policy.evidence)
    assert f"{scaling.coverage:.0%} of the pictures" in str(policy.threshold_evidence)
    assert policy.calibration is not None
    assert (classifier.calibration.sha256, scaling.scale) == (policy.calibration.sha256, policy.calibration.scale)
    assert dict(zip(classifier.concepts, scaling.biases, strict=False)) == dict(policy.calibration.biases)


@pytest.mark.parametrize("training", [{}, {"model": "some"}, [], None])
def test_a_head_that_does_not_say_all_of_its_training_is_refused(
    training: object, classifier: Classifier, tmp_path: Path
) -> None:
    content = {
        "concepts": list(classifier.concepts),
        "model_key": classifier.model.features_key,
        "training": training,
    }
    count = len(classifier.concepts)
    head = write_head(tmp_path / "head", "own", content, classifier.features, torch.zeros(count))

    with pytest.raises(ModelError, match="use one that `train` wrote"):
        trained_head(Classifier(classifier.model, classifier.prompts, head))


def test_one_threshold_for_all_promises_nothing(
    settings: Settings, classifier: Classifier, vocabulary: Vocabulary
) -> None:
    policy = decision_policy(settings.model_copy(update={"threshold": 0.1}), classifier, vocabulary)

    assert (None, None, ()) == (policy.precision, policy.threshold_evidence, policy.thresholds)
    assert "precision" not in str(policy.evidence)
    assert policy.calibration is not None
