"""Which classifier the settings name, and by which policy it decides."""

from collections import deque
from typing import TYPE_CHECKING

from rubricator.classifier import Classifier, load_model
from rubricator.classifier.backends import accelerated
from rubricator.classifier.deciding import Calibration, Scaling
from rubricator.classifier.deciding.evidence import calibration_evidence, threshold_evidence
from rubricator.classifier.deciding.file import read_policy
from rubricator.classifier.errors import ModelError
from rubricator.classifier.head import read_head
from rubricator.enrichment.policy import AppliedCalibration, ConceptThreshold, DecisionPolicy
from rubricator.enrichment.training import TrainedHead, training_triples
from rubricator.iris import Iris
from rubricator.settings import Settings
from rubricator.vocabulary import Vocabulary, load_prompts

if TYPE_CHECKING:
    from torch import Tensor

    from rubricator.classifier.prompted import Ranking

DEFAULT_THRESHOLD = 0.5
"""The least confidence of a claim where nothing was measured."""
MOST_CONCEPTS = 3
"""What a picture may get at most, where it may get several."""


def chosen_classifier(settings: Settings, vocabulary: Vocabulary) -> Classifier:
    """The settings' model with their head, or else their prompts, as sure as their policy says.

    Raises UsageError for what cannot be used, or does not belong together.
    """
    prompts = load_prompts(vocabulary, settings.prompts)
    head = read_head(settings.head) if settings.head else None
    calibration = read_policy(settings.policy) if settings.policy else None
    return Classifier(accelerated(load_model(settings.model), settings), prompts, head, calibration)


def decision_policy(settings: Settings, classifier: Classifier, vocabulary: Vocabulary) -> DecisionPolicy:
    """The thresholds of the calibration; one for all where the settings name one, or nothing was measured."""
    calibration, given = classifier.calibration, settings.threshold
    several = settings.labels == "several"
    scaling = (calibration.several if several else calibration.one) if calibration else None
    measured = calibration if given is None else None
    return DecisionPolicy(
        threshold=DEFAULT_THRESHOLD if given is None else given,
        near_miss_floor=settings.near_miss_floor,
        calibrated=calibration is not None,
        evidence=calibration_evidence(scaling, calibration.pictures, calibration.groups, calibration.drawn)
        if calibration and scaling
        else None,
        max_concepts=MOST_CONCEPTS if several else 1,
        labels=settings.labels,
        thresholds=_thresholds(scaling) if measured and scaling else (),
        exclusions=vocabulary.exclusions if several else (),
        precision=measured.precision if measured else None,
        dataset_sha256=(calibration.dataset_sha256 if calibration else "") or None,
        calibration=_applied(calibration, scaling) if calibration and scaling else None,
        threshold_evidence=threshold_evidence(scaling, measured.precision) if measured and scaling else None,
    )


def scores(classifier: Classifier, features: "Tensor", policy: DecisionPolicy) -> "list[Ranking]":
    """What the policy decides on: float32 (n, dimension) → n rows of all concepts, best first."""
    return classifier.scores(features) if policy.labels == "one" else classifier.independent_scores(features)


def trained_head(classifier: Classifier) -> TrainedHead | None:
    """The classifier's head as the ledger knows it. Raises ModelError for one that does not say all of its training."""
    head = classifier.head
    if head is None:
        return None
    if "training" not in head.content:
        raise ModelError(f"The head {head.name} does not say how it was trained; use one that `train` wrote.")
    trained = TrainedHead(head.name, head.sha256, head.content["training"])
    try:
        deque(training_triples(trained, Iris("http://rubricator.invalid")), maxlen=0)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ModelError(
            f"What the head {head.name} says of its training is not complete; use one that `train` wrote."
        ) from error
    return trained


def _applied(calibration: Calibration, scaling: Scaling) -> AppliedCalibration:
    count = len(calibration.concepts)
    other = scaling.biases[count] if len(scaling.biases) > count else None
    biases = tuple(sorted(zip(calibration.concepts, scaling.biases[:count], strict=True)))
    return AppliedCalibration(calibration.sha256, scaling.scale, biases, other)


def _thresholds(scaling: Scaling) -> tuple[ConceptThreshold, ...]:
    return tuple(
        ConceptThreshold(one.concept, one.least, one.precision, one.coverage, one.pictures, one.reason)
        for one in sorted(scaling.thresholds, key=lambda threshold: threshold.concept)
    )
