"""Which concepts an image shows, by any open_clip model. torch is imported only when a model is loaded."""

from rubricator.classifier.catalog import ModelSummary, list_models, show_model, verify_model
from rubricator.classifier.errors import ModelError
from rubricator.classifier.features import FeatureCache
from rubricator.classifier.models import ClipModel, ModelIdentity, load_model
from rubricator.classifier.prompted import Classifier, Score, concept_features

__all__ = [
    "Classifier",
    "ClipModel",
    "FeatureCache",
    "ModelError",
    "ModelIdentity",
    "ModelSummary",
    "Score",
    "concept_features",
    "list_models",
    "load_model",
    "show_model",
    "verify_model",
]
