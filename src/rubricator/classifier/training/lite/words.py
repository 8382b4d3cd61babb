"""What the text tower makes of words that it never learned."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier.models import ClipModel
from rubricator.classifier.training.lite.projection import Projection, Prototypes
from rubricator.classifier.training.lite.wording import HELD_OUT

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Ranks:
    """Where the right word comes for a class that was never learned: among all class names, and among the held-out."""

    among_all: dict[str, int]
    among_held_out: dict[str, int]


def held_out_ranks(model: ClipModel, projection: Projection, prototypes: Prototypes, features: "Tensor") -> Ranks:
    """Ask with a held-out class's row of the ImageNet classifier, as if it were a picture, for its name.

    ``features`` (n, 1280) are those of real pictures: rows are brought to their mean and deviation, as in training.
    """
    import torch

    rows = prototypes.rows
    standard = (rows - rows.mean(dim=0)) / rows.std(dim=0)
    pictures = projection.embed(standard * (features.std(dim=0) + 1e-3) + features.mean(dim=0))
    held_out = [prototypes.names.index(name) for name in HELD_OUT]
    texts = model.encode_texts([f"a photo of a {name}" for name in prototypes.names])
    nearness = pictures[held_out] @ texts.T
    own = nearness[torch.arange(len(held_out)), held_out][:, None]
    return Ranks(_ranks(nearness, own), _ranks(nearness[:, held_out], own))


def _ranks(nearness: "Tensor", own: "Tensor") -> dict[str, int]:
    return dict(zip(HELD_OUT, ((nearness > own).sum(dim=1) + 1).tolist(), strict=True))
