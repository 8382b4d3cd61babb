"""One labelled picture, and a set of them."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rubricator.images import decode
from rubricator.settings import Settings

if TYPE_CHECKING:
    from PIL.Image import Image

TRAINING_USES = frozenset({"train", "train-tdm"})
"""Uses under which weights may learn from a picture; every other is for measuring only."""
_MAX_PIXELS: int = Settings.model_fields["image_max_pixels"].default


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """One picture with its concepts (slugs), the main one first; none at all where it is out of the vocabulary's scope.

    ``use`` is train, train-tdm (text and data mining) or evaluate. Pictures of one ``source`` look alike; several
    sources may come from one ``repository``. ``sha256`` is that of the file's bytes, empty where nobody has said it.
    ``rejected`` are the concepts that are known not to apply; None where that is every one not among ``concepts``.
    ``named`` says that somebody gave the source its name; else it is that of a folder or table, as others may have.
    """

    file: Path
    concepts: tuple[str, ...]
    source: str
    repository: str
    use: str
    licence: str
    sha256: str = ""
    rejected: tuple[str, ...] | None = None
    named: bool = True

    @property
    def concept(self) -> str:
        """The main one; empty where there is none."""
        return self.concepts[0] if self.concepts else ""

    def picture(self, shorter_side: int, max_pixels: int = _MAX_PIXELS) -> "Image":
        """The picture in RGB, about to be shrunk to ``shorter_side``. Raises ImageError, also above ``max_pixels``."""
        return decode(self.file, max_pixels, shorter_side)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Labelled pictures under one name, in the order they were read.

    ``notes`` are sentences on what was left out in reading, and why.
    """

    name: str
    images: tuple[LabelledImage, ...]
    notes: tuple[str, ...] = ()

    def names(self, images: Sequence[LabelledImage]) -> list[str]:
        """What to call these pictures in reports: their paths below the folder that all of the data set share."""
        shared = os.path.commonpath([image.file.parent.absolute() for image in self.images])
        return [Path(os.path.relpath(image.file.absolute(), shared)).as_posix() for image in images]

    @property
    def sha256(self) -> str:
        """Over the sorted lines of hash, labels, source, repository and use: the same pictures, labelled and to be used
        alike, wherever they lie."""
        return hashlib.sha256("".join(sorted(map(_line, self.images))).encode()).hexdigest()


def _line(image: LabelledImage) -> str:
    rejected = "" if image.rejected is None else f"\tnot {' '.join(image.rejected)}"
    return f"{image.sha256}\t{' '.join(image.concepts)}\t{image.source}\t{image.repository}\t{image.use}{rejected}\n"
