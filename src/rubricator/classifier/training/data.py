"""The pictures to learn from: a manifest with concept, source and permitted use of each, and how to draw fairly."""

import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rubricator.errors import UsageError
from rubricator.images import decode

if TYPE_CHECKING:
    from PIL.Image import Image

MANIFEST = "manifest.csv"
TRAINING_USES = frozenset({"train", "train-tdm"})
_MAX_PIXELS = 200_000_000


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """One picture with its concept (a slug). ``use`` is train, train-tdm (text and data mining) or evaluate.

    Pictures of one ``source`` look alike; several sources may come from one ``repository``.
    """

    file: Path
    concept: str
    source: str
    repository: str
    use: str
    licence: str

    def picture(self, shorter_side: int) -> "Image":
        """The picture in RGB, about to be shrunk to ``shorter_side``. Raises ImageError."""
        return decode(self.file, _MAX_PIXELS, shorter_side)


def read_manifest(data_dir: Path) -> list[LabelledImage]:
    """Read ``manifest.csv`` (path, concept, source, use, licence, repository). Rows without concept are left out."""
    manifest = data_dir / MANIFEST
    try:
        with manifest.open(encoding="utf-8", newline="") as content:
            return [
                LabelledImage(
                    data_dir / row["path"], row["concept"], row["source"], row["repository"], row["use"], row["licence"]
                )
                for row in csv.DictReader(content)
                if row["concept"]
            ]
    except (OSError, KeyError) as error:
        raise UsageError(f"{manifest} cannot be read as a manifest of labelled images: {error!r}.") from error


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
