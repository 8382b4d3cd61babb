"""Makes ``rubricator-lite``: image projection, text tower, card. Needs the extra ``train``."""

from rubricator.classifier.training.lite.make import train_lite

__all__ = ["train_lite"]
