"""Keeps what is measured apart from what was learned from, by what a model's or head's card says of its training."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rubricator.classifier import Classifier
from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.locate import SHIPPED, shipped_names
from rubricator.errors import UsageError
from rubricator.settings import Settings

Split = Literal["source", "random"]
PICTURES = "pictures.txt"
"""Beside a card: the sha-256 of every picture that was learned from, one a line."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from: names of sources, of the repositories they come from, and hashes of pictures."""

    sources: frozenset[str] = frozenset()
    repositories: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()

    def has(self, image: LabelledImage, split: Split) -> bool:
        """Whether a picture is too near: the very picture, and unless the split is random another of its source."""
        if image.sha256 in self.pictures:
            return True
        return split == "source" and (image.source in self.sources or image.repository in self.repositories)


def learned(cards: Iterable[Mapping[str, Any]], folders: Iterable[Path]) -> Learned:
    """What these cards list under ``training``, and the pictures that these folders list."""
    rows = [row for card in cards for row in card.get("training", {}).get("sources", ())]
    pictures: set[str] = set()
    for folder in folders:
        if (folder / PICTURES).is_file():
            pictures.update((folder / PICTURES).read_text(encoding="utf-8").split())
    return Learned(
        frozenset(row["source"] for row in rows),
        frozenset(row["repository"] for row in rows if row.get("repository")),
        frozenset(pictures),
    )


def learned_by(classifier: Classifier, settings: Settings) -> Learned:
    """What the settings' model, and their head where they have one, learned from."""
    cards = [classifier.model.card.content] if classifier.model.card else []
    folders = [model_folder(settings)]
    if classifier.head and settings.head:
        cards.append(classifier.head.content)
        folders.append(settings.head)
    return learned(cards, folders)


def fitted_on(policy: Path) -> Learned:
    """The repositories and pictures that a file of ``rubricator calibrate`` was measured on, as it tells itself."""
    dataset = json.loads(policy.read_text(encoding="utf-8")).get("dataset", {})
    return Learned(
        repositories=frozenset(dataset.get("repositories", ())), pictures=frozenset(dataset.get("pictures", ()))
    )


def model_folder(settings: Settings) -> Path:
    """Where the settings' model lies; a folder that is not there for one that open_clip fetches."""
    shipped = settings.model in shipped_names()
    return SHIPPED / settings.model if shipped else Path(settings.model.removeprefix("local-dir:"))


def keep_apart(
    images: Sequence[LabelledImage], known: Learned, split: Split, name: str
) -> tuple[list[LabelledImage], list[str]]:
    """The pictures that may be measured, and notes on the others. Raises UsageError if none is left."""
    kept = [image for image in images if not known.has(image, split)]
    gone = [image for image in images if known.has(image, split)]
    notes = []
    if gone:
        sources = len({image.source for image in gone})
        notes.append(
            f"{name} learned from {sources} of the sources: their {len(gone)} pictures are left out."
            if split == "source"
            else f"{name} learned from {len(gone)} of the pictures: they are left out."
        )
    if split == "random" and known.sources and not known.pictures:
        notes.append(
            f"The card of {name} does not say which pictures it learned from, so some may be measured that were "
            "learned by heart."
        )
    if not kept:
        what = "the sources of all" if split == "source" else "all of the"
        raise UsageError(
            f"{name} learned from {what} {len(images)} pictures, so nothing would be measured but its memory; take "
            "pictures of other sources, or see with --include-learned how well it remembers."
        )
    return kept, notes
