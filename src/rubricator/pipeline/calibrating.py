"""Fits confidences and thresholds of the settings' classifier on labelled pictures that it did not learn from."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rubricator import __version__
from rubricator.classifier import Classifier
from rubricator.classifier.dataset import Dataset, draw_weights
from rubricator.classifier.deciding import Calibration, fit_calibration
from rubricator.classifier.deciding.file import require_same, write_policy
from rubricator.pipeline.deciding import chosen_classifier
from rubricator.pipeline.evaluating.apart import keep_apart, learned_by
from rubricator.pipeline.failing import failures
from rubricator.pipeline.seeing import see
from rubricator.progress import Progress, silent
from rubricator.settings import Settings
from rubricator.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from rubricator.classifier.dataset import LabelledImage


@dataclass(frozen=True, eq=False)
class Calibrated:
    """What was measured, of which classifier, on which pictures; ``notes`` say what was left out, and why."""

    classifier: Classifier
    calibration: Calibration
    dataset: Dataset
    notes: tuple[str, ...]


def calibrate(
    dataset: Dataset, vocabulary: Vocabulary, settings: Settings, precision: float, progress: Progress = silent
) -> Calibrated:
    """Look at the pictures whose sources the model and head did not learn from, and fit what they say.

    A policy in the settings is not used: it is what is made here. Raises CalibrationError where all pictures come from
    one repository, UsageError where none is left or can be read.
    """
    classifier = chosen_classifier(settings.model_copy(update={"policy": None}), vocabulary)
    name = classifier.head.name if classifier.head else classifier.model.identity.name
    images, notes = keep_apart(dataset.images, learned_by(classifier, settings), "source", name)
    seen = see(images, classifier.model, settings, progress)
    notes += failures(dataset, seen.unreadable)
    used = Dataset(dataset.name, seen.images)
    return Calibrated(
        classifier,
        _fit(classifier, used.images, classifier.logits(seen.features), precision, used.sha256),
        used,
        (*dataset.notes, *notes),
    )


def keep_policy(calibrated: Calibrated, file: Path) -> None:
    """Write the file that ``enrich --policy`` takes. Raises CalibrationError if it is there and of something else."""
    require_same(file, calibrated.calibration)
    classifier, identity = calibrated.classifier, calibrated.classifier.model.identity
    head = classifier.head
    told = {
        "rubricator": __version__,
        "model": {"name": identity.name, "weights_sha256": identity.weights_sha256},
        "prompts": {"name": classifier.prompts.name, "sha256": classifier.prompts.sha256},
        "head": {"name": head.name, "sha256": head.sha256} if head else None,
        "dataset": {
            "name": calibrated.dataset.name,
            "sha256": calibrated.dataset.sha256,
            "repositories": sorted({image.repository for image in calibrated.dataset.images}),
            "unnamed": sorted({image.repository for image in calibrated.dataset.images if not image.named}),
            "pictures": sorted(image.sha256 for image in calibrated.dataset.images),
        },
    }
    write_policy(file, calibrated.calibration, told)


def _fit(
    classifier: Classifier,
    images: "Sequence[LabelledImage]",
    logits: "Tensor",
    precision: float,
    sha256: str,
) -> Calibration:
    import torch

    truth = torch.tensor([[concept in image.concepts for concept in classifier.concepts] for image in images])
    weights, groups = torch.tensor(draw_weights(images)), [image.repository for image in images]
    return fit_calibration(logits, truth, weights, groups, classifier.concepts, precision, classifier.key, sha256)
