"""Where pictures go in the shared space: a projection of image features, and an anchor for every concept and class."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricator.classifier.dataset import LabelledImage, draw_weights
from rubricator.classifier.training.lite.towers import DIMENSION
from rubricator.classifier.training.lite.wording import HELD_OUT, KIN

if TYPE_CHECKING:
    from torch import Tensor

# Chosen by grouped cross-validation (unseen.py), never by the pictures kept for evaluation.
STEPS = 150
PICTURES_A_STEP = 192
CLASSES_A_STEP = 64
KIN_A_STEP = 64
DRAWN_A_STEP = 64
OUTSIDE_A_STEP = 32
LEARNING_RATE = 1e-3
DROPOUT = 0.6
SMOOTHING = 0.1
SCALE = 3.0
PROTOTYPE_NOISE = 0.5
KIN_WEIGHT = 3.0
DRAWN_WEIGHT = 1.5
CLASSES_WEIGHT = 0.3
OUTSIDE_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Prototypes:
    """ImageNet's classes as pictures nobody took: ``rows`` (1000, 1280) of its classifier, and the ``names``."""

    rows: "Tensor"
    names: Sequence[str]

    @property
    def known(self) -> list[int]:
        """The numbers of the classes that are learned: all but the words held out to measure what is not."""
        return [number for number, name in enumerate(self.names) if name not in HELD_OUT]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learned from: ``images`` with their ``features`` (n, 1280), the ImageNet ``prototypes``, pictures
    ``drawn`` of concepts with theirs, and those of none of the concepts by ``kinds`` and features ``outside``."""

    images: Sequence[LabelledImage]
    features: "Tensor"
    prototypes: Prototypes
    drawn: Sequence[LabelledImage]
    drawn_features: "Tensor"
    kinds: Sequence[str]
    outside: "Tensor"

    def only(self, numbers: Sequence[int], kinds: Collection[str]) -> "Lesson":
        """With some of the images, what was drawn without the others, and those kinds of no concept, alone."""
        images = [self.images[number] for number in numbers]
        files = {image.file for image in images}
        drawn = [n for n, image in enumerate(self.drawn) if image.file in files or not image.repository]
        outside = [number for number, kind in enumerate(self.kinds) if kind in kinds]
        return Lesson(
            images,
            self.features[list(numbers)],
            self.prototypes,
            [self.drawn[number] for number in drawn],
            self.drawn_features[drawn],
            [self.kinds[number] for number in outside],
            self.outside[outside],
        )


@dataclass(frozen=True, slots=True)
class Projection:
    """``weight`` (256, 1280) and ``bias`` (256,) of the image projection; anchors are unit vectors (n, 256).

    The last of the concepts' anchors is that of what is none of them.
    """

    weight: "Tensor"
    bias: "Tensor"
    concept_anchors: "Tensor"
    class_anchors: "Tensor"

    def embed(self, features: "Tensor") -> "Tensor":
        """(n, 1280) → unit vectors (n, 256)."""
        import torch

        return torch.nn.functional.normalize(features @ self.weight.T + self.bias, dim=1)

    def cosines(self, features: "Tensor") -> "Tensor":
        """(n, 1280) → cosine with every concept, and with what is none of them, (n, concepts + 1)."""
        return self.embed(features) @ self.concept_anchors.T


def fit_projection(lesson: Lesson, concepts: Sequence[str], seed: int) -> Projection:
    """Learn projection and anchors together, with a CLIP-like loss, from five kinds of pictures.

    Labelled ones and drawn ones (both taken by ``draw_weights``), those of none of the concepts, ImageNet's prototypes
    against their own anchors, and those prototypes that are kin of a concept against the concepts. Features are
    standardised here and dropped at random; the standardisation is folded into the projection that is returned.
    """
    import torch
    from torch.nn.functional import cross_entropy, dropout, normalize

    torch.manual_seed(seed)
    mean, deviation = lesson.features.mean(dim=0), lesson.features.std(dim=0) + 1e-3
    pictures, drawn, outside = (
        (features - mean) / deviation for features in (lesson.features, lesson.drawn_features, lesson.outside)
    )
    labels, drawn_labels = (
        torch.tensor([concepts.index(image.concept) for image in images]) for images in (lesson.images, lesson.drawn)
    )
    chances, drawn_chances = (torch.tensor(draw_weights(images)) for images in (lesson.images, lesson.drawn))
    rows, known = lesson.prototypes.rows, torch.tensor(lesson.prototypes.known)
    classes = (rows - rows.mean(dim=0)) / rows.std(dim=0)
    kin = _kin(concepts, lesson.prototypes)
    kin_chances = kin[:, 0].bincount()[kin[:, 0]] ** -0.5  # a concept of many classes is shown no more than it needs

    linear = torch.nn.Linear(pictures.shape[1], DIMENSION)
    concept_anchors = torch.nn.Parameter(torch.randn(len(concepts) + 1, DIMENSION) / DIMENSION**0.5)
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

    none_of_them = torch.full((OUTSIDE_A_STEP,), len(concepts))
    for _ in range(STEPS):
        some = torch.multinomial(chances, PICTURES_A_STEP, replacement=True)
        some_drawn = torch.multinomial(drawn_chances, DRAWN_A_STEP, replacement=True) if len(drawn) else drawn_labels
        some_kin = kin[torch.multinomial(kin_chances, KIN_A_STEP, replacement=True)] if len(kin) else kin
        some_classes = known[torch.randint(len(known), (CLASSES_A_STEP,))]
        some_outside = outside[torch.randint(len(outside), (OUTSIDE_A_STEP,))]
        total = (
            loss(pictures[some], concept_anchors, labels[some])
            + (DRAWN_WEIGHT * loss(drawn[some_drawn], concept_anchors, drawn_labels[some_drawn]) if len(drawn) else 0)
            + (KIN_WEIGHT * loss(noisy(some_kin[:, 1]), concept_anchors, some_kin[:, 0]) if len(kin) else 0)
            + OUTSIDE_WEIGHT * loss(some_outside, concept_anchors, none_of_them)
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
