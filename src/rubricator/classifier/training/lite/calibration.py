"""How sure the model may be: fitted on predictions for sources that the projection had not seen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rubricator.classifier.dataset import draw_weights
from rubricator.classifier.deciding import Calibration
from rubricator.classifier.deciding.calibration import fit_calibration
from rubricator.classifier.deciding.scaling import fit_softmax
from rubricator.classifier.training.lite.unseen import Unseen

if TYPE_CHECKING:
    from torch import Tensor


def temperature(unseen: Unseen, concepts: Sequence[str]) -> float:
    """The one by which cosines become logits, for the model's own ``logit_scale``."""
    import torch

    cosines, labels, weights = _joined(unseen, concepts)
    scale, *_ = fit_softmax(cosines, torch.nn.functional.one_hot(labels, cosines.shape[1]), weights, None)
    return 1 / float(scale)


def calibrate(
    unseen: Unseen, concepts: Sequence[str], logit_scale: float, holds_for: str, dataset_sha256: str
) -> Calibration:
    """Scale, biases and a threshold for each concept. Drawn pictures count as much as one concept, by their kinds.

    Cosines are those with the anchors that the text tower learns to reach, of projections whose words it never learned.
    """
    import torch

    cosines, labels, weights = _joined(unseen, concepts)
    truth = torch.nn.functional.one_hot(labels, len(concepts) + 1)[:, : len(concepts)].bool()
    groups = [image.repository for image in unseen.images] + [f"drawn: {kind}" for kind in unseen.kinds]
    return fit_calibration(
        cosines * logit_scale,
        truth,
        weights,
        groups,
        concepts,
        holds_for=holds_for,
        dataset_sha256=dataset_sha256,
        drawn=len(unseen.kinds),
    )


def _joined(unseen: Unseen, concepts: Sequence[str]) -> "tuple[Tensor, Tensor, Tensor]":
    """Cosines (n, concepts + 1), numbers of the true columns (n,) and weights (n,), as pictures weigh in training."""
    import torch

    drawn = len(unseen.kinds)
    labels = [concepts.index(image.concept) for image in unseen.images] + [len(concepts)] * drawn
    weights = draw_weights(unseen.images) + [1 / max(1, drawn)] * drawn
    return torch.cat([unseen.cosines, unseen.outside]), torch.tensor(labels), torch.tensor(weights)
