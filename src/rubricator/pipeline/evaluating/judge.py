"""What a classifier says of pictures that were looked at, and what a run would write of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rubricator.classifier import Classifier
from rubricator.classifier.dataset import Dataset, LabelledImage, draw_weights, fold_numbers
from rubricator.classifier.deciding import fit_calibration
from rubricator.classifier.evaluation.predictions import Bools, Floats
from rubricator.enrichment.policy import DecisionPolicy
from rubricator.pipeline.deciding import decision_policy, scores
from rubricator.pipeline.evaluating.apart import Split
from rubricator.settings import Settings
from rubricator.vocabulary import Vocabulary

if TYPE_CHECKING:
    from torch import Tensor

FOLDS = 5
_AT_ONCE = 4096


def judge(classifier: Classifier, policy: DecisionPolicy, features: "Tensor") -> tuple[Floats, Bools]:
    """Confidences and claims, each (n, concepts), for features (n, dimension)."""
    column = {concept: number for number, concept in enumerate(classifier.concepts)}
    confidences = np.zeros((len(features), len(column)))
    claimed = np.zeros(confidences.shape, dtype=np.bool_)
    for start in range(0, len(features), _AT_ONCE):
        for row, ranked in enumerate(scores(classifier, features[start : start + _AT_ONCE], policy), start):
            for score in ranked:
                confidences[row, column[score.concept]] = score.confidence
            for claim in policy.decide(ranked).claimed:
                claimed[row, column[claim.concept]] = True
    return confidences, claimed


def judge_cross_fitted(
    classifier: Classifier,
    images: Sequence[LabelledImage],
    features: "Tensor",
    split: Split,
    settings: Settings,
    vocabulary: Vocabulary,
    precision: float,
) -> tuple[Floats, Bools]:
    """The same, each fold by a calibration and thresholds that were fitted on the others.

    Folds are groups of repositories, or of pictures drawn by chance where the split is random. Raises CalibrationError
    where the pictures are too few, or of too few repositories.
    """
    import torch

    folds = _folds(images, split)
    number = torch.tensor(folds)
    logits = classifier.logits(features)
    truth = torch.tensor([[concept in image.concepts for concept in classifier.concepts] for image in images])
    confidences = np.zeros((len(images), len(classifier.concepts)))
    claimed = np.zeros(confidences.shape, dtype=np.bool_)
    for fold in range(FOLDS):
        inside = number == fold
        if not bool(inside.any()):
            continue
        away = [row for row, other in enumerate(folds) if other != fold]
        others = [images[row] for row in away]
        calibration = fit_calibration(
            logits[~inside],
            truth[~inside],
            torch.tensor(draw_weights(others)),
            [images[row].repository if split == "source" else str(folds[row]) for row in away],
            classifier.concepts,
            precision,
            classifier.key,
            Dataset("", tuple(others)).sha256,
        )
        fitted = Classifier(classifier.model, classifier.prompts, classifier.head, calibration)
        rows = inside.numpy()
        confidences[rows], claimed[rows] = judge(
            fitted, decision_policy(settings, fitted, vocabulary), features[inside]
        )
    return confidences, claimed


def _folds(images: Sequence[LabelledImage], split: Split) -> list[int]:
    """The fold of each picture."""
    if split == "random":
        return [int(image.sha256[:8] or "0", 16) % FOLDS for image in images]
    return fold_numbers([image.repository for image in images], [image.concepts for image in images], FOLDS)
