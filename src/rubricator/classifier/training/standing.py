"""How good heads are along the way from the prompts to what was learned, on repositories that they had not seen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.evaluation import quality
from rubricator.classifier.training.card import Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)


def standings(
    images: Sequence[LabelledImage], concepts: Sequence[str], logits: "Callable[[float], Tensor]", alpha: float
) -> tuple[Standing, ...]:
    """One for each of five points of the way and for ``alpha``; ``logits(alpha)`` is (n, concepts) for ``images``.

    Counts pictures that show a concept, by their main one. Empty where there is none.
    """
    shown = [number for number, image in enumerate(images) if image.concepts]
    if not shown:
        return ()
    truth = [images[number].concept for number in shown]
    found = []
    for point in sorted({*ALPHAS, alpha}):
        best = logits(point).argmax(dim=1).tolist()
        measured = quality(truth, [concepts[best[number]] for number in shown])
        found.append(Standing(point, len(shown), measured.accuracy, measured.macro_f1))
    return tuple(found)
