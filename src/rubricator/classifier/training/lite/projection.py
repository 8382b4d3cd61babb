"""Where pictures go in the shared space: a projection of image features, and an anchor for every concept and class."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier.dataset import LabelledImage, draw_weights, folds
from rubricator.classifier.training.lite.towers import DIMENSION
from rubricator.classifier.training.lite.wording import KIN

if TYPE_CHECKING:
    from torch import Tensor

# Chosen by grouped cross-validation (out_of_source), never by the pictures kept for evaluation.
STEPS = 150
PICTURES_A_STEP = 192
CLASSES_A_STEP = 128
KIN_A_STEP = 64
LEARNING_RATE = 1e-3
DROPOUT = 0.6
SMOOTHING = 0.1
SCALE = 8.0
PROTOTYPE_NOISE = 0.5
CLASSES_WEIGHT = 0.3
FOLDS = 6


@dataclass(frozen=True, slots=True)
class Prototypes:
    """ImageNet's classes as pictures nobody took: ``rows`` (1000, 1280) of its classifier, and the ``names``."""

    rows: "Tensor"
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Projection:
    """``weight`` (256, 1280) and ``bias`` (256,) of the image projection; anchors are unit vectors (n, 256)."""

    weight: "Tensor"
    bias: "Tensor"
    concept_anchors: "Tensor"
    class_anchors: "Tensor"

    def cosines(self, features: "Tensor") -> "Tensor":
        """(n, 1280) → cosine with every concept, (n, concepts)."""
        import torch

        return torch.nn.functional.normalize(features @ self.weight.T + self.bias, dim=1) @ self.concept_anchors.T


def fit_projection(
    features: "Tensor", images: Sequence[LabelledImage], concepts: Sequence[str], prototypes: Prototypes, seed: int
) -> Projection:
    """Learn projection and anchors together, with a CLIP-like loss, from three kinds of pictures.

    Labelled ones (drawn by ``draw_weights``), ImageNet's prototypes against their own 1000 anchors, and those
    prototypes that are kin of a concept against the concepts. Features are standardised here and dropped at random;
    the standardisation is folded into the projection that is returned.
    """
    import torch
    from torch.nn.functional import cross_entropy, dropout, normalize

    torch.manual_seed(seed)
    mean, deviation = features.mean(dim=0), features.std(dim=0) + 1e-3
    pictures = (features - mean) / deviation
    labels = torch.tensor([concepts.index(image.concept) for image in images])
    chances = torch.tensor(draw_weights(images))
    classes = (prototypes.rows - prototypes.rows.mean(dim=0)) / prototypes.rows.std(dim=0)
    kin = _kin(concepts, prototypes)

    linear = torch.nn.Linear(features.shape[1], DIMENSION)
    concept_anchors = torch.nn.Parameter(torch.randn(len(concepts), DIMENSION) / DIMENSION**0.5)
    class_anchors = torch.nn.Parameter(torch.randn(len(classes), DIMENSION) / DIMENSION**0.5)
    optimiser = torch.optim.AdamW(
        [
            {"params": linear.parameters(), "weight_decay": 1e-2},
            {"params": [concept_anchors, class_anchors], "weight_decay": 0.0},
        ],
        lr=LEARNING_RATE,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=STEPS)

    def loss(seen: "Tensor", anchors: "Tensor", truth: "Tensor") -> "Tensor":
        towards = normalize(linear(dropout(seen, DROPOUT)), dim=1) @ normalize(anchors, dim=1).T
        return cross_entropy(SCALE * towards, truth, label_smoothing=SMOOTHING)

    def noisy(numbers: "Tensor") -> "Tensor":
        return classes[numbers] + PROTOTYPE_NOISE * torch.randn(len(numbers), classes.shape[1])

    for _ in range(STEPS):
        drawn = torch.multinomial(chances, PICTURES_A_STEP, replacement=True)
        some_kin = kin[torch.randint(len(kin), (KIN_A_STEP,))] if len(kin) else kin
        some_classes = torch.randint(len(classes), (CLASSES_A_STEP,))
        total = (
            loss(pictures[drawn], concept_anchors, labels[drawn])
            + (loss(noisy(some_kin[:, 1]), concept_anchors, some_kin[:, 0]) if len(kin) else 0)
            + CLASSES_WEIGHT * loss(noisy(some_classes), class_anchors, some_classes)
        )
        optimiser.zero_grad()
        torch.autograd.backward(total)
        optimiser.step()
        schedule.step()

    weight = linear.weight.detach() / deviation
    return Projection(
        weight,
        linear.bias.detach() - weight @ mean,
        normalize(concept_anchors.detach(), dim=1),
        normalize(class_anchors.detach(), dim=1),
    )


def _kin(concepts: Sequence[str], prototypes: Prototypes) -> "Tensor":
    """Pairs (n, 2) of numbers: a concept and a class that is kin to it. Another vocabulary may have few, or none."""
    import torch

    pairs = [
        (concepts.index(concept), prototypes.names.index(name))
        for concept, names in KIN.items()
        if concept in concepts
        for name in names
    ]
    return torch.tensor(pairs, dtype=torch.long).reshape(-1, 2)


def out_of_source(
    features: "Tensor", images: Sequence[LabelledImage], concepts: Sequence[str], prototypes: Prototypes, seed: int
) -> tuple[list[int], "Tensor"]:
    """Predict every picture by a projection that saw nothing of its repository (grouped cross-validation).

    Returns the numbers of the pictures whose concept other repositories show too, and their cosines (n, concepts).
    """
    import torch

    numbers: list[int] = []
    cosines: list[Tensor] = []
    for held_out in folds(images, FOLDS):
        learn = [number for number, image in enumerate(images) if image.repository not in held_out]
        known = {images[number].concept for number in learn}
        ask = [number for number, image in enumerate(images) if image.repository in held_out and image.concept in known]
        projection = fit_projection(features[learn], [images[number] for number in learn], concepts, prototypes, seed)
        numbers += ask
        cosines.append(projection.cosines(features[ask]))
    return numbers, torch.cat(cosines)
