"""A linear head over frozen features that starts at the prompts; how far it goes is decided on repositories left out.

What is measured on these afterwards is a little too good, because they chose.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rubricator.classifier.dataset import LabelledImage, draw_weights
from rubricator.classifier.errors import ModelError
from rubricator.classifier.training.linear import Linear, between, descend, weighted_loss
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
    where none can be left out, they are fixed and ``held_out`` is empty. The same input gives the same head. Raises
    ModelError where features are no numbers.
    """
    _require_finite(features, images)
    parts = tuple(held_out_folds(images, taught))
    strength, steps, heads = _UNMEASURED_STRENGTH, min(most_steps, _UNMEASURED_STEPS), tuple[Linear, ...]()
    if parts:
        least = float("inf")
        for number, candidate in enumerate(STRENGTHS):
            course = _cross_validate(features, images, concepts, start, parts, candidate, most_steps)
            if course.loss < least:
                least, strength, steps, heads = course.loss, candidate, course.steps, course.heads
            progress(number + 1, len(STRENGTHS))
    everything = tuple(range(len(images)))
    head = next(islice(_steps(features, images, concepts, start, everything, strength), steps - 1, None))
    return Probe(head, strength, steps, HeldOut(parts, heads))


@dataclass(frozen=True, slots=True)
class _Course:
    """The best step of a cross-validation: the loss on what was left out, and the heads of the folds then."""

    loss: float
    steps: int
    heads: tuple[Linear, ...]


def _cross_validate(
    features: "Tensor",
    images: Sequence[LabelledImage],
    concepts: Sequence[str],
    start: Linear,
    parts: Sequence[Fold],
    strength: float,
    most_steps: int,
) -> _Course:
    """Train one head a fold, all in step, until the pictures left out have gained nothing for some steps."""
    import torch

    asked = [number for fold in parts for number in fold.ask]
    truth = targets([images[number] for number in asked], concepts)
    weights = torch.tensor(draw_weights([images[number] for number in asked]))
    descents = [_steps(features, images, concepts, start, fold.learn, strength) for fold in parts]
    best = _Course(float("inf"), 0, ())
    for step in range(1, most_steps + 1):
        heads = tuple(next(descent) for descent in descents)
        logits = torch.cat([head.logits(features[list(fold.ask)]) for head, fold in zip(heads, parts, strict=True)])
        loss = _scaled_loss(logits, truth, weights)
        if loss < best.loss:
            best = _Course(loss, step, heads)
        elif step - best.steps >= _PATIENCE:
            break
    return best


def _scaled_loss(logits: "Tensor", targets: "Tensor", weights: "Tensor") -> float:
    """The least loss at any scale: how sure a head is gets calibrated afterwards, what it takes for what does not."""
    return min(float(weighted_loss(logits * scale, targets, weights)) for scale in _SCALES)


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
