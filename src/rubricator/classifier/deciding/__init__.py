"""From logits to confidences that were measured, and from confidences to thresholds that keep a promise."""

from rubricator.classifier.deciding.calibration import fit_calibration
from rubricator.classifier.deciding.errors import CalibrationError
from rubricator.classifier.deciding.measured import Calibration, Scaling, Threshold, calibration_of, classifier_key

__all__ = [
    "Calibration",
    "CalibrationError",
    "Scaling",
    "Threshold",
    "calibration_of",
    "classifier_key",
    "fit_calibration",
]
