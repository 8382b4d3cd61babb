"""What can be wrong with a calibration."""

from rubricator.errors import UsageError


class CalibrationError(UsageError):
    """A calibration cannot be had from these pictures, cannot be read, or holds for something else."""

    status = 422
    title = "Calibration cannot be used"
    slug = "calibration-unusable"
