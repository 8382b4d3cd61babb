"""How good predictions are: measures, each a pure function of what was said and what is true."""

from rubricator.classifier.evaluation.quality import Quality, quality
from rubricator.classifier.evaluation.reliability import expected_calibration_error

__all__ = ["Quality", "expected_calibration_error", "quality"]
