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
    """Split the repositories into ``count`` groups of about as many pictures: what looks alike stays together."""
    groups: list[set[str]] = [set() for _ in range(count)]
    sizes = [0] * count
    for repository, size in sorted(
        Counter(image.repository for image in images).items(), key=lambda it: (-it[1], it[0])
    ):
        smallest = sizes.index(min(sizes))
        groups[smallest].add(repository)
        sizes[smallest] += size
    return [frozenset(group) for group in groups]
