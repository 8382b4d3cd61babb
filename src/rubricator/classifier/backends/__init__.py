"""What runs the image tower of a model: torch itself, or ONNX Runtime where it is there and sees the same."""

from rubricator.classifier.backends.choose import accelerated

__all__ = ["accelerated"]
