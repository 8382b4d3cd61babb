"""Which labelled pictures may be learned from, and which can then be asked about honestly."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier.card import ModelCard
from rubricator.classifier.dataset import Dataset, LabelledImage, folds
from rubricator.classifier.dataset.labelled import TRAINING_USES
from rubricator.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

FOLDS = 6
_OPENLY = frozenset({"train"})


@dataclass(frozen=True, slots=True)
class Fold:
    """Numbers of pictures to ``learn`` from, and of those of other repositories to ``ask`` about."""

    learn: tuple[int, ...]
    ask: tuple[int, ...]


def learnable(
    dataset: Dataset, concepts: Sequence[str], openly_licensed: bool = False
) -> tuple[list[LabelledImage], list[str]]:
    """The pictures whose use allows learning, of these concepts or of none at all; and a note on the others.

    ``openly_licensed`` leaves out those under the exception for text and data mining, and those without a licence. A
    picture of which people only said what it does not show teaches nothing. Raises UsageError if none is left, with
    what hinders, and if all show the same concept.
    """
    uses = _OPENLY if openly_licensed else TRAINING_USES
    known = set(concepts)

    def hindrance(image: LabelledImage) -> str:
        if image.use not in uses:
            return f"use {image.use}"
        if openly_licensed and not image.licence:
            return "no licence"
        if not known.issuperset(image.concepts):
            return "a concept without prompts"
        return "" if image.concepts or image.rejected is None else "only known what it does not show"

    hindered = Counter(map(hindrance, dataset.images))
    images = [image for image in dataset.images if not hindrance(image)]
    told = ", ".join(f"{reason} {hindered[reason]}" for reason in sorted(hindered) if reason)
    if not any(image.concepts for image in images):
        licensed = " and whose licence is said" if openly_licensed else ""
        raise UsageError(
            f"{dataset.name} holds no picture of a known concept whose use is {' or '.join(sorted(uses))}{licensed} "
            f"(it has: {told or 'no concepts'}); mark the pictures that may be learned from in its table."
        )
    shown = {concept for image in images for concept in image.concepts}
    if len(shown) == 1:
        raise UsageError(
            f"All pictures of {dataset.name} that may be learned from show {shown.pop()}, so there is nothing to tell "
            "it from; add pictures of what it is taken for."
        )
    return images, [f"Not learned from: {told}."] if told else []


def held_out_folds(
    images: Sequence[LabelledImage], taught: AbstractSet[str] = frozenset(), least: int = 1
) -> list[Fold]:
    """Part the pictures by repository, so that what looks alike is never on both sides; a fold is of ``least``
    repositories where there are enough.

    A picture is asked about if other repositories show its concept too (or if it has none): only of those can the
    trained head, which knows all of them, be expected to do as well. Those of repositories that ``taught`` the model
    itself are not: it has seen them, whatever a head has. Folds without anything to ask are left out, so the answer is
    empty where nothing can be measured.
    """
    repositories = len({image.repository for image in images})
    count = min(FOLDS, max(2, repositories // least))
    parts = []
    for held_out in folds(images, count) if repositories > 1 else []:
        learn = tuple(number for number, image in enumerate(images) if image.repository not in held_out)
        known = {concept for number in learn for concept in images[number].concepts}
        ask = tuple(
            number
            for number, image in enumerate(images)
            if image.repository in held_out - taught and known.issuperset(image.concepts)
        )
        if known and ask:
            parts.append(Fold(learn, ask))
    return parts


def set_apart(
    dataset: Dataset, concepts: Sequence[str], learned_from: Sequence[LabelledImage], taught: AbstractSet[str]
) -> list[LabelledImage]:
    """The pictures that are for measuring only, of repositories that neither the head nor the model learned from."""
    seen = taught | {image.repository for image in learned_from}
    return [
        image
        for image in dataset.images
        if image.use not in TRAINING_USES
        and image.concepts
        and set(concepts).issuperset(image.concepts)
        and image.repository not in seen
    ]


def taught_by(card: ModelCard | None) -> frozenset[str]:
    """The repositories that a model learned from, as far as its card tells."""
    sources = card.content.get("training", {}).get("sources", []) if card else []
    return frozenset(source["repository"] for source in sources if source.get("named", True))


def require_measurable(parts: Sequence[Fold], name: str) -> None:
    """Raise UsageError, with what to do, where nothing is held out."""
    if not parts:
        raise UsageError(
            f"The quality of what is learned from {name} cannot be measured, because no concept in it has pictures of "
            "two repositories; add pictures of another one (column repository), or train all the same with "
            "--unmeasured: nothing is then called calibrated."
        )


def targets(images: Sequence[LabelledImage], concepts: Sequence[str]) -> "Tensor":
    """float32 (n, concepts), rows that add up to 1: shared equally among a picture's concepts.

    A picture of no concept at all asks for no preference among them (outlier exposure, Hendrycks et al. 2019).
    """
    import torch

    shares = truth(images, concepts).float()
    shares[shares.sum(dim=1) == 0] = 1
    normalised: Tensor = shares / shares.sum(dim=1, keepdim=True)
    return normalised if len(images) else torch.zeros(0, len(concepts))


def truth(images: Sequence[LabelledImage], concepts: Sequence[str]) -> "Tensor":
    """bool (n, concepts): which concepts people gave each picture."""
    import torch

    given = torch.zeros(len(images), len(concepts), dtype=torch.bool)
    for row, image in enumerate(images):
        for concept in image.concepts:
            given[row, concepts.index(concept)] = True
    return given
