"""What the projection makes of repositories that it has not seen: the figure by which its settings are chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier.dataset import LabelledImage, folds
from rubricator.classifier.training.lite.projection import Lesson, fit_projection

if TYPE_CHECKING:
    from torch import Tensor

FOLDS = 6


@dataclass(frozen=True, slots=True)
class Unseen:
    """``images`` of held-out repositories with their ``cosines`` (n, concepts + 1), and the cosines (m, concepts + 1)
    of pictures of none of the concepts whose ``kinds`` were held out; the last column is that of none of them."""

    images: Sequence[LabelledImage]
    cosines: "Tensor"
    kinds: Sequence[str]
    outside: "Tensor"


def can_be_held_out(images: Sequence[LabelledImage]) -> bool:
    """Whether ``out_of_source`` has something to predict, and always two pictures at least to learn from."""
    if len({image.repository for image in images}) < 2:
        return False
    shown: dict[str, set[str]] = {}
    for image in images:
        shown.setdefault(image.concept, set()).add(image.repository)
    parts = folds(images, FOLDS)
    return all(sum(image.repository not in part for image in images) >= 2 for part in parts) and any(
        part & repositories and repositories - part for part in parts for repositories in shown.values()
    )


def out_of_source(lesson: Lesson, concepts: Sequence[str], seed: int) -> Unseen:
    """Predict every picture by a projection that saw nothing of its repository (grouped cross-validation).

    Of a concept that no other repository shows, it has seen ImageNet's kin and drawn pictures at most. Drawn pictures
    of none of the concepts are held out by their kind.
    """
    import torch

    images: list[LabelledImage] = []
    cosines: list[Tensor] = []
    kinds: list[str] = []
    outside: list[Tensor] = []
    all_kinds = sorted(set(lesson.kinds))
    for fold, held_out in enumerate(folds(lesson.images, FOLDS)):
        learn = [number for number, image in enumerate(lesson.images) if image.repository not in held_out]
        others = [number for number, image in enumerate(lesson.images) if image.repository in held_out]
        strange = all_kinds[fold::FOLDS]
        asked = lesson.only(others, strange)
        projection = fit_projection(lesson.only(learn, set(all_kinds).difference(strange)), concepts, seed)
        images += asked.images
        cosines.append(projection.cosines(asked.features))
        kinds += asked.kinds
        outside.append(projection.cosines(asked.outside))
    return Unseen(images, torch.cat(cosines), kinds, torch.cat(outside))
