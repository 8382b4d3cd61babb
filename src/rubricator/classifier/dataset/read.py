"""Reads labelled pictures, in whatever way they are kept, into a data set that is named by its content."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rubricator.classifier.dataset.folders import read_folders
from rubricator.classifier.dataset.labelled import Dataset, LabelledImage
from rubricator.classifier.dataset.table import MANIFEST, read_table
from rubricator.errors import UsageError
from rubricator.plural import plural
from rubricator.vocabulary import Concept
from rubricator.vocabulary.names import ConceptNames

# From the most lenient on; every other use is stricter.
_LENIENT = ("train", "train-tdm")


def read_dataset(path: Path, concepts: Sequence[Concept]) -> Dataset:
    """Read a folder with ``manifest.csv``, a folder per concept, or a CSV; every file is hashed.

    A file that is not there, or cannot be read, stays in the data set without hash: whoever looks at it says so. Files
    with the same bytes are one picture with the concepts of all and the strictest use. Raises UsageError where nothing
    can be made of it.
    """
    names = ConceptNames(concepts)
    if (path / MANIFEST).is_file():
        images, notes = read_table(path / MANIFEST, names)
    elif path.is_dir():
        images, notes = read_folders(path, names)
    elif path.is_file():
        images, notes = read_table(path, names)
    else:
        raise UsageError(f"There is no folder or file {path}; name a data set that is there.")
    if not images:
        raise UsageError(f"{path} holds no labelled picture; see docs/evaluation.md for what a data set looks like.")
    hashed = [replace(image, sha256=_sha256(image.file)) for image in images]
    single = _each_once(hashed)
    if disputed := _disputed(hashed):
        notes.append(f"The strictest use holds for {plural(disputed, 'picture')} with several.")
    if (again := len(images) - len(single)) > 0:
        notes.append(
            f"Taken together with the first: {plural(again, 'further entry', 'further entries')} of a picture."
        )
    name = path.resolve().name if path.is_dir() else path.stem
    return Dataset(name, tuple(single), tuple(notes))


def _sha256(file: Path) -> str:
    try:
        if not file.is_file():  # a pipe or a device may never end
            return ""
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


def _each_once(images: Iterable[LabelledImage]) -> list[LabelledImage]:
    once: dict[str, LabelledImage] = {}
    for image in images:
        key = image.sha256 or str(image.file)
        first = once.setdefault(key, image)
        if bool(first.concepts) != bool(image.concepts):
            raise UsageError(
                f"{first.file} and {image.file} are the same picture; one is labelled, the other shows none of the "
                "concepts. Correct one of them."
            )
        strictest = max(first.use, image.use, key=_strictness)
        concepts = tuple(dict.fromkeys((*first.concepts, *image.concepts)))
        once[key] = replace(first, concepts=concepts, use=strictest)
    return list(once.values())


def _strictness(use: str) -> int:
    return _LENIENT.index(use) if use in _LENIENT else len(_LENIENT)


def _disputed(images: Iterable[LabelledImage]) -> int:
    """How many pictures are there with more than one use."""
    uses: dict[str, set[str]] = defaultdict(set)
    for image in images:
        uses[image.sha256 or str(image.file)].add(image.use)
    return sum(len(found) > 1 for found in uses.values())
