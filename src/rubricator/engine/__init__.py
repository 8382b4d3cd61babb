"""How work is spread: over the threads of this machine (``local``)."""

from rubricator.engine.local import Features, ImageFailure, classify_groups, classify_stream

__all__ = ["Features", "ImageFailure", "classify_groups", "classify_stream"]
