"""How sure the model may be: fitted on predictions for sources that the projection had not seen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rubricator.classifier.card import Calibration
from rubricator.classifier.dataset import LabelledImage, draw_weights
from rubricator.classifier.evaluation import (
    expected_calibration_error,
    fit_sigmoid,
    fit_temperature,
    least_confidence,
)

if TYPE_CHECKING:
    from torch import Tensor

PROMISED_PRECISION = 0.75


def calibrate(
    images: Sequence[LabelledImage], cosines: "Tensor", concepts: Sequence[str], prompts_sha256: str
) -> Calibration:
    """Fit temperature, per-concept sigmoid and threshold. ``cosines`` (n, concepts) are those of ``images`` (n).

    Pictures weigh as in training, so that the largest source does not decide alone. The threshold is the lowest at
    which three claims of four were right.
    """
    import torch

    labels = torch.tensor([concepts.index(image.concept) for image in images])
    weights = torch.tensor(draw_weights(images))
    temperature = fit_temperature(cosines, labels, weights)
    scale, bias = fit_sigmoid(cosines, labels, weights)
    confidences, predicted = (cosines / temperature).softmax(dim=1).max(dim=1)
    right = (predicted == labels).float()
    threshold = least_confidence(confidences, right, weights, PROMISED_PRECISION)
    claimed = confidences >= threshold
    share = float(weights[claimed].sum() / weights.sum())
    precision = float((weights * right)[claimed].sum() / weights[claimed].sum()) if claimed.any() else 0.0
    error = expected_calibration_error(confidences, right, weights)
    return Calibration(
        temperature=temperature,
        scale=scale,
        bias=bias,
        threshold=threshold,
        evidence=(
            f"On {len(images)} pictures from repositories left out in training, concepts weighted equally, confidence "
            f"and accuracy differ by {error:.2f} on average; {share:.0%} of the pictures reach {threshold:.2f}, and "
            f"{precision:.0%} of those claims are right."
        ),
        prompts_sha256=prompts_sha256,
    )
