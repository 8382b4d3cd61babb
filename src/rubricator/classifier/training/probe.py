"""A linear head over frozen features that starts at the prompts; how far it goes is decided on repositories left out.

What is measured on a fold of them afterwards is of a head that the other folds chose.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rubricator.classifier.dataset import LabelledImage, draw_weights
from rubricator.classifier.errors import ModelError
from rubricator.classifier.training.linear import Linear, between, descend
from rubricator.classifier.training.material import Fold, held_out_folds, targets
from rubricator.classifier.training.threads import one_thread
from rubricator.progress import Progress, silent

if TYPE_CHECKING:
    from torch import Tensor

STRENGTHS = (3e-2, 1e-2, 3e-3, 1e-3, 1e-4)
STEPS = 60
_PATIENCE = 5
_SCALES = tuple(2 ** (power / 4) for power in range(-16, 5))
# What cross-validation chose on several thousand pictures; for data sets where nothing can be held out.
_UNMEASURED_STRENGTH, _UNMEASURED_STEPS = 1e-2, 4


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Pictures (by their numbers) and what heads that saw nothing of their repositories make of them.

    ``heads`` has one an entry of ``folds``, in their order.
    """

    folds: tuple[Fold, ...]
    heads: tuple[Linear, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(number for fold in self.folds for number in fold.ask)

    def logits(self, features: "Tensor", start: Linear, alpha: float) -> "Tensor":
        """(numbers, concepts), from the heads at ``alpha`` of their way from ``start``; ``features`` are those of all
        pictures."""
        import torch

        return torch.cat(
            [
                between(start, head, alpha).logits(features[list(fold.ask)])
                for fold, head in zip(self.folds, self.heads, strict=True)
            ]
        )


@dataclass(frozen=True, slots=True)
class Probe:
    """A trained head, how strongly it was held to its start, for how many steps it went, and what was held out."""

    head: Linear
    strength: float
    steps: int
    held_out: HeldOut


@one_thread()
def fit_probe(
    features: "Tensor",
    images: Sequence[LabelledImage],
    concepts: Sequence[str],
    start: Linear,
    taught: AbstractSet[str] = frozenset(),
    most_steps: int = STEPS,
    progress: Progress = silent,
) -> Probe:
    """Learn a head from ``features`` (n, dimension) of ``images``, beginning at ``start``.

    Concepts weigh equally, and sources within one by the root of their size. Strength and steps are those with the
    least loss on repositories left out (grouped cross-validation), other than those that ``taught`` the model itself;
    where none can be left out, they are fixed and ``held_out`` is empty. Heads of ``held_out`` go as far as the other
    folds say, so that no picture has a part in a choice that it measures. The same input gives the same head. Raises
    ModelError where features are no numbers.
    """
    _require_finite(features, images)
    parts = tuple(held_out_folds(images, taught))
    strength, steps = _UNMEASURED_STRENGTH, min(most_steps, _UNMEASURED_STEPS)
    heads: list[Linear] = []

    def head_of(learn: Sequence[int], strength: float, steps: int) -> Linear:
        return next(islice(_steps(features, images, concepts, start, learn, strength), steps - 1, None))

    if parts:
        losses: dict[float, Tensor] = {}
        for number, candidate in enumerate(STRENGTHS, start=1):
            losses[candidate] = _held_out_losses(features, images, concepts, start, parts, candidate, most_steps)
            progress(number, len(STRENGTHS))
        every = range(len(parts))
        strength, steps = _least(losses, every)
        for number, fold in enumerate(parts):
            others = [other for other in every if other != number]
            heads.append(head_of(fold.learn, *_least(losses, others or every)))
    return Probe(head_of(range(len(images)), strength, steps), strength, steps, HeldOut(parts, tuple(heads)))


def _held_out_losses(
    features: "Tensor",
    images: Sequence[LabelledImage],
    concepts: Sequence[str],
    start: Linear,
    parts: Sequence[Fold],
    strength: float,
    most_steps: int,
) -> "Tensor":
    """(steps, folds, scales): what one head a fold loses on what it left out, until they gain nothing for some steps.

    Of several scales, because how sure a head is gets calibrated afterwards; what it takes for what does not.
    """
    import torch

    asked = [number for fold in parts for number in fold.ask]
    truth = targets([images[number] for number in asked], concepts)
    weights = torch.tensor(draw_weights([images[number] for number in asked]))
    sizes = [len(fold.ask) for fold in parts]
    descents = [_steps(features, images, concepts, start, fold.learn, strength) for fold in parts]
    losses: list[Tensor] = []
    best, since = float("inf"), 0
    while len(losses) < most_steps and since < _PATIENCE:
        logits = torch.cat(
            [next(descent).logits(features[list(fold.ask)]) for descent, fold in zip(descents, parts, strict=True)]
        )
        each = torch.stack(
            [torch.nn.functional.cross_entropy(logits * scale, truth, reduction="none") * weights for scale in _SCALES],
            dim=1,
        )
        losses.append(torch.stack([part.sum(dim=0) for part in torch.split(each, sizes)]))
        loss = float(losses[-1].sum(dim=0).min())
        best, since = (loss, 0) if loss < best else (best, since + 1)
    return torch.stack(losses)


def _least(losses: "Mapping[float, Tensor]", folds: Sequence[int]) -> tuple[float, int]:
    """Strength and number of steps that lose least on these folds."""
    joint = {strength: loss[:, list(folds)].sum(dim=1).min(dim=1).values for strength, loss in losses.items()}
    strength = min(joint, key=lambda one: float(joint[one].min()))
    return strength, int(joint[strength].argmin()) + 1


def _steps(
    features: "Tensor",
    images: Sequence[LabelledImage],
    concepts: Sequence[str],
    start: Linear,
    learn: Sequence[int],
    strength: float,
) -> Iterator[Linear]:
    import torch

    chosen = [images[number] for number in learn]
    weights = torch.tensor(draw_weights(chosen))
    return descend(start, features[list(learn)], targets(chosen, concepts), weights, strength)


def _require_finite(features: "Tensor", images: Sequence[LabelledImage]) -> None:
    damaged = [image for image, fine in zip(images, features.isfinite().all(dim=1).tolist(), strict=True) if not fine]
    if damaged:
        raise ModelError(
            f"The features of {len(damaged)} pictures are no numbers ({damaged[0].file} is the first); "
            "verify the model (`rubricator models verify`) and clear the feature cache."
        )
