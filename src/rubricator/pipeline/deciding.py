"""Which classifier the settings name, and by which policy it decides."""

from rubricator.classifier import Classifier, load_model
from rubricator.classifier.backends import accelerated
from rubricator.classifier.head import read_head
from rubricator.enrichment.policy import DecisionPolicy
from rubricator.settings import Settings
from rubricator.vocabulary import Vocabulary, load_prompts

DEFAULT_THRESHOLD = 0.5
"""The least confidence of a claim where nothing was measured."""


def chosen_classifier(settings: Settings, vocabulary: Vocabulary) -> Classifier:
    """The settings' model with their head, or else their prompts. Raises UsageError for what cannot be used."""
    prompts = load_prompts(vocabulary, settings.prompts)
    head = read_head(settings.head) if settings.head else None
    return Classifier(accelerated(load_model(settings.model), settings), prompts, head)


def decision_policy(settings: Settings, classifier: Classifier) -> DecisionPolicy:
    """The thresholds of the calibration; one for all where the settings name one, or nothing was measured."""
    calibration = classifier.calibration
    least = [one.least for one in calibration.one.thresholds if one.least is not None] if calibration else []
    default = min(least, default=DEFAULT_THRESHOLD)
    return DecisionPolicy(
        threshold=default if settings.threshold is None else settings.threshold,
        near_miss_floor=settings.near_miss_floor,
        calibrated=calibration is not None,
        evidence=calibration.evidence if calibration else None,
    )
