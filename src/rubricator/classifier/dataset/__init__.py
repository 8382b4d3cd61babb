"""Pictures with the concepts that people gave them: read, hashed, and split without letting like pictures apart."""

from rubricator.classifier.dataset.labelled import Dataset, LabelledImage
from rubricator.classifier.dataset.read import read_dataset
from rubricator.classifier.dataset.splits import draw_weights, fold_numbers, folds

__all__ = ["Dataset", "LabelledImage", "draw_weights", "fold_numbers", "folds", "read_dataset"]
