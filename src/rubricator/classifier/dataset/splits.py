"""How to draw fairly from labelled pictures, and how to part them so that what looks alike stays together."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from rubricator.classifier.dataset.labelled import LabelledImage


def draw_weights(images: Sequence[LabelledImage]) -> list[float]:
    """How likely each picture is drawn: concepts equally, and sources within a concept by the root of their size."""
    cells = Counter((image.concept, image.source) for image in images)
    roots = [cells[image.concept, image.source] ** -0.5 for image in images]
    totals: dict[str, float] = defaultdict(float)
    for image, root in zip(images, roots, strict=True):
        totals[image.concept] += root
    return [root / totals[image.concept] for image, root in zip(images, roots, strict=True)]


def folds(images: Sequence[LabelledImage], count: int) -> list[frozenset[str]]:
    """Split the repositories into ``count`` groups, as ``fold_numbers`` does."""
    repositories = [image.repository for image in images]
    numbers = fold_numbers(repositories, [image.concepts for image in images], count)
    of = dict(zip(repositories, numbers, strict=True))
    return [frozenset(name for name, number in of.items() if number == fold) for fold in range(count)]


def fold_numbers(groups: Sequence[str], shown: Sequence[Sequence[str]], count: int) -> list[int]:
    """The fold of each picture, from 0 to ``count`` - 1: those of one group (repository) look alike and stay together.

    ``shown`` are the concepts of each. A concept whose groups all lie in one fold can be learned from or asked about,
    never both: to prevent that counts as much as a fold's whole share of pictures. Groups are placed one after the
    other, the largest first, where they cost least.
    """
    sizes = Counter(groups)
    concepts: dict[str, set[str]] = defaultdict(set)
    for group, names in zip(groups, shown, strict=True):
        concepts[group].update(names or ("",))
    spread = Counter(concept for names in concepts.values() for concept in names)
    filled, placed = [0] * count, [Counter[str]() for _ in range(count)]
    number_of: dict[str, int] = {}

    def cost(fold: int, group: str) -> float:
        together = sum(placed[fold][concept] / max(1, spread[concept] - 1) for concept in concepts[group])
        return together + filled[fold] * count / len(groups)

    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        number = min(range(count), key=lambda fold: cost(fold, group))
        number_of[group] = number
        filled[number] += sizes[group]
        placed[number].update(concepts[group])
    return [number_of[group] for group in groups]
