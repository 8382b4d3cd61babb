"""Makes ``rubricator-lite``: data, image projection, text tower, card. Needs the extra ``train``."""

from rubricator.classifier.training.lite import train_lite

__all__ = ["train_lite"]
