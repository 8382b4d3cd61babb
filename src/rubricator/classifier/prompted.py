"""Prompted classification: which concept's prompts lie nearest to an image."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier.errors import require_clip

if TYPE_CHECKING:
    from torch import Tensor

    from rubricator.classifier.models import ClipModel
    from rubricator.vocabulary import PromptSet

# What an image is compared with where a model brings no scale of its own for one concept alone.
_ANYTHING = ("a photo", "a picture", "an image of something", "an object")


@dataclass(frozen=True, slots=True)
class Score:
    """How well one concept (its slug) fits one image.

    confidence lies in [0, 1]; raw_score is the cosine similarity of image and concept features, in [-1, 1].
    """

    concept: str
    confidence: float
    raw_score: float


def concept_features(model: "ClipModel", prompts: "PromptSet") -> "Tensor":
    """Average the normalised text features of each concept's prompts (Radford et al. 2021, section 3.1.4).

    Returns float32 (concepts, dimension), unit length, in the order of ``prompts.prompts``.
    """
    import torch

    wordings = list(prompts.prompts.values())
    encoded = model.encode_texts([text for texts in wordings for text in texts])
    means = [part.mean(dim=0) for part in torch.split(encoded, [len(texts) for texts in wordings])]
    return torch.nn.functional.normalize(torch.stack(means), dim=1)


class Classifier:
    """A model with the prompts of a vocabulary."""

    def __init__(self, model: "ClipModel", prompts: "PromptSet") -> None:
        require_clip()
        self.model = model
        self.prompts = prompts
        self.features = concept_features(model, prompts)
        self._slugs = tuple(prompts.prompts)

    def scores(self, features: "Tensor") -> list[tuple[Score, ...]]:
        """One concept of many: softmax over all concepts.

        ``features`` is float32 (n, dimension), unit length; the answer has n rows of all concepts, best first.
        """
        cosines = features @ self.features.T
        return self._ranked(cosines, (self.model.identity.logit_scale * cosines).softmax(dim=1))

    def independent_scores(self, features: "Tensor") -> list[tuple[Score, ...]]:
        """Each concept on its own, for images that show several: confidences do not add up to 1. Shapes as ``scores``.

        The scale is the card's, or the model's own (SigLIP); otherwise a concept competes with "a picture" alone.
        """
        cosines = features @ self.features.T
        return self._ranked(cosines, (self._independent_logits(features, cosines)).sigmoid())

    def _independent_logits(self, features: "Tensor", cosines: "Tensor") -> "Tensor":
        scale = self.model.identity.logit_scale
        if calibration := self.model.calibration:
            return cosines.mul(calibration.scale).add(calibration.bias)
        if (bias := self.model.logit_bias) is not None:
            return cosines.mul(scale).add(bias)
        anything = self.model.encode_texts(_ANYTHING).mean(dim=0)
        return cosines.sub((features @ (anything / anything.norm()))[:, None]).mul(scale)

    def _ranked(self, cosines: "Tensor", confidences: "Tensor") -> list[tuple[Score, ...]]:
        ranking = confidences.sort(dim=1, descending=True, stable=True)
        return [
            tuple(
                Score(self._slugs[concept], confidence, cosine[concept])
                for confidence, concept in zip(row, order, strict=True)
            )
            for row, order, cosine in zip(
                ranking.values.tolist(), ranking.indices.tolist(), cosines.tolist(), strict=True
            )
        ]
