"""How good predictions are: measures, each a pure function of what was said and what is true."""

from rubricator.classifier.evaluation.fitting import (
    expected_calibration_error,
    fit_temperature,
)
from rubricator.classifier.evaluation.quality import Quality, quality

__all__ = [
    "Quality",
    "expected_calibration_error",
    "fit_temperature",
    "quality",
]
