"""What can be wrong with a model, in words that say what to do."""

from rubricator.errors import MissingExtra, RubricatorError, UsageError


class ModelError(UsageError):
    """A model does not exist, cannot be had, or is not what it claims to be."""

    status = 422
    title = "Model cannot be used"
    slug = "model-unusable"


class FeatureCacheError(RubricatorError):
    """The file of cached image features is damaged, or cannot be written."""

    title = "Feature cache failed"
    slug = "feature-cache-failed"


def require_clip() -> None:
    """Raise MissingExtra in one sentence where torch or open_clip is not installed."""
    try:
        import open_clip  # noqa: F401
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"Looking at images needs {error.name}, which is not installed; "
            "install Rubricator with the extra: pip install 'rubricator[clip]'."
        ) from error
