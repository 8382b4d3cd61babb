"""Classification over image features: which concept's prompts, or row of a head, lies nearest to an image."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, overload

from rubricator.classifier.deciding import CalibrationError, calibration_of, classifier_key
from rubricator.classifier.errors import ModelError, require_clip

if TYPE_CHECKING:
    from torch import Tensor

    from rubricator.classifier.deciding import Calibration
    from rubricator.classifier.head import Head
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


@dataclass(frozen=True, slots=True)
class Ranking(Sequence[Score]):
    """All concepts for one image, best first. A score is made when it is asked for: of most nobody ever asks.

    ``order`` holds the numbers of concepts and ``confidences`` their confidences, best first; ``cosines`` is by number.
    """

    concepts: tuple[str, ...]
    order: list[int]
    confidences: list[float]
    cosines: list[float]

    @property
    def is_finite(self) -> bool:
        """Whether every confidence is a number."""
        return isfinite(sum(self.confidences))

    def __len__(self) -> int:
        return len(self.order)

    @overload
    def __getitem__(self, place: int) -> Score: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Score, ...]: ...
    def __getitem__(self, place: int | slice) -> Score | tuple[Score, ...]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(len(self))[place])
        concept = self.order[place]
        return Score(self.concepts[concept], self.confidences[place], self.cosines[concept])


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
    """A model with the prompts of a vocabulary, or with a head that was trained for it, and how sure it may be.

    ``calibration`` is the one given, else the head's or the model card's own where it holds; None where there is none,
    and then confidences are what the plain logits say. Raises CalibrationError if the one given holds for something
    else, ModelError if the head was trained on another model or for concepts without prompts.
    """

    def __init__(
        self,
        model: "ClipModel",
        prompts: "PromptSet",
        head: "Head | None" = None,
        calibration: "Calibration | None" = None,
    ) -> None:
        require_clip()
        self.model = model
        self.prompts = prompts
        self.head = head
        self.concepts = _concepts(model, prompts, head)
        self.features = concept_features(model, prompts)
        self.key = classifier_key(model.identity.weights_sha256, head.sha256 if head else prompts.sha256)
        self.calibration = self._given(calibration) if calibration else self._own()
        others = () if head else prompts.others
        self._others = model.encode_texts(others).clone() if others else None  # else no gradient passes it

    def cosines(self, features: "Tensor") -> "Tensor":
        """float32 (n, dimension), unit length → (n, concepts): with each concept's prompts, or its row of the head."""
        import torch

        directions = torch.nn.functional.normalize(self.head.weight, dim=1) if self.head else self.features
        return features @ directions.T

    def logits(self, features: "Tensor") -> "Tensor":
        """float32 (n, dimension) → (n, columns) before calibration, on the scale that the model or head was trained at.

        There is a column for each concept, in their order, and a last one for what is none of them where the prompt set
        has phrases for that: the phrase that lies nearest. A head has no such column.
        """
        import torch

        if self.head:
            return self.head.logits(features)
        cosines = self.cosines(features)
        if self._others is not None:
            nearest = (features @ self._others.T).max(dim=1, keepdim=True).values
            cosines = torch.cat([cosines, nearest], dim=1)
        return cosines * self.model.identity.logit_scale

    def confidences(self, features: "Tensor") -> "Tensor":
        """One concept of many: float32 (n, dimension) → (n, concepts)."""
        logits = self.logits(features)
        if self.calibration:
            return self.calibration.one_of_many(logits)
        return logits.softmax(dim=1)[:, : len(self.concepts)]

    def independent_confidences(self, features: "Tensor") -> "Tensor":
        """Each concept on its own, for images that show several; they do not add up to 1. Shapes as ``confidences``.

        Without calibration the scale is the model's own (SigLIP); otherwise a concept competes with "a picture" alone.
        """
        logits = self.logits(features)
        if self.calibration:
            return self.calibration.each_alone(logits)
        logits = logits[:, : len(self.concepts)]
        if self.head:
            return logits.sigmoid()
        if (bias := self.model.logit_bias) is not None:
            return logits.add(bias).sigmoid()
        anything = self.model.encode_texts(_ANYTHING).mean(dim=0)
        nothing = (features @ (anything / anything.norm()))[:, None] * self.model.identity.logit_scale
        return logits.sub(nothing).sigmoid()

    def scores(self, features: "Tensor") -> list[Ranking]:
        """One concept of many: n rows of all concepts, best first. ``features`` as in ``confidences``."""
        return self._ranked(self.cosines(features), self.confidences(features))

    def independent_scores(self, features: "Tensor") -> list[Ranking]:
        """Each concept on its own, best first. Shapes as ``scores``."""
        return self._ranked(self.cosines(features), self.independent_confidences(features))

    def _given(self, calibration: "Calibration") -> "Calibration":
        if (calibration.holds_for, calibration.concepts) != (self.key, self.concepts):
            raise CalibrationError(
                "The calibration was measured for another model, prompt set or head, so it says nothing of this one; "
                "run `rubricator calibrate` with the model, prompts and head that are used here."
            )
        return calibration

    def _own(self) -> "Calibration | None":
        if self.head:
            content = self.head.content.get("calibration")
            calibration = calibration_of(content) if content else None
        else:
            calibration = self.model.calibration
        holds = calibration and (calibration.holds_for, calibration.concepts) == (self.key, self.concepts)
        return calibration if holds else None

    def _ranked(self, cosines: "Tensor", confidences: "Tensor") -> list[Ranking]:
        ranking = confidences.sort(dim=1, descending=True, stable=True)
        rows = zip(ranking.indices.tolist(), ranking.values.tolist(), cosines.tolist(), strict=True)
        return [Ranking(self.concepts, *row) for row in rows]


def _concepts(model: "ClipModel", prompts: "PromptSet", head: "Head | None") -> tuple[str, ...]:
    if head is None:
        return prompts.concepts
    if head.model_key != model.features_key or head.base_sha256 not in (None, model.identity.weights_sha256):
        raise ModelError(
            f"The head {head.name} was trained on the features of another model than {model.identity.name}; "
            "name the model that it was trained on, or train it again."
        )
    if strange := [concept for concept in head.concepts if concept not in prompts.prompts]:
        raise ModelError(
            f"The head {head.name} knows {', '.join(strange)}, which the vocabulary has not; "
            "use it with the vocabulary that it was trained for."
        )
    return head.concepts
