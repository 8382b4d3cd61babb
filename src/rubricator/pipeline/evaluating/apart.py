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
from rubricator.plural import plural
from rubricator.settings import Settings

Split = Literal["source", "random"]
_NAMED = 5
PICTURES = "pictures.txt"
"""Beside a card: the sha-256 of every picture that was learned from, one a line."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from: names of sources, of the repositories they come from, and hashes of pictures."""

    sources: frozenset[str] = frozenset()
    repositories: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()

    def near(self, images: Sequence[LabelledImage], split: Split) -> list[bool]:
        """Whether each picture is too near: the very picture, and unless the split is random others of its source.

        A source was learned from if one of its pictures was, whatever it is called; or if it has the name of one that
        was, and somebody gave it that name: those that are named after their folder only sound alike.
        """
        same = [image.sha256 in self.pictures for image in images]
        if split == "random":
            return same
        known = [image for image, learned in zip(images, same, strict=True) if learned]
        sources = {image.source for image in known}
        repositories = {image.repository for image in known}
        return [
            image.source in sources
            or image.repository in repositories
            or (image.named and (image.source in self.sources or image.repository in self.repositories))
            for image in images
        ]


def learned(cards: Iterable[Mapping[str, Any]], folders: Iterable[Path]) -> Learned:
    """What these cards list under ``training``, and the pictures that these folders list."""
    rows = [row for card in cards for row in card.get("training", {}).get("sources", ())]
    pictures: set[str] = set()
    for folder in folders:
        if (folder / PICTURES).is_file():
            pictures.update((folder / PICTURES).read_text(encoding="utf-8").split())
    named = [row for row in rows if row.get("named", True)]
    return Learned(
        frozenset(row["source"] for row in named),
        frozenset(row["repository"] for row in named if row.get("repository")),
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
    named = set(dataset.get("repositories", ())).difference(dataset.get("unnamed", ()))
    return Learned(repositories=frozenset(named), pictures=frozenset(dataset.get("pictures", ())))


def model_folder(settings: Settings) -> Path:
    """Where the settings' model lies; a folder that is not there for one that open_clip fetches."""
    shipped = settings.model in shipped_names()
    return SHIPPED / settings.model if shipped else Path(settings.model.removeprefix("local-dir:"))


def keep_apart(
    images: Sequence[LabelledImage], known: Learned, split: Split, name: str
) -> tuple[list[LabelledImage], list[str]]:
    """The pictures that may be measured, and notes on the others. Raises UsageError if none is left."""
    near = known.near(images, split)
    kept = [image for image, gone in zip(images, near, strict=True) if not gone]
    gone = [image for image, gone in zip(images, near, strict=True) if gone]
    notes = []
    if gone:
        whose = f" of sources that {name} learned from: {_listed(gone)}" if split == "source" else f" that {name} saw"
        notes.append(f"Left out: {plural(len(gone), 'picture')}{whose}.")
    if split == "random" and known.sources and not known.pictures:
        notes.append(
            f"The card of {name} does not say which pictures it learned from, so some may be measured that were "
            "learned by heart."
        )
    if not kept:
        what = f"the sources of all pictures ({_listed(gone)})" if split == "source" else "all of the pictures"
        raise UsageError(
            f"{name} learned from {what}, so nothing would be measured but its memory; take pictures of other sources, "
            "or see with `evaluate --include-learned` how well it remembers."
        )
    return kept, notes


def _listed(images: Sequence[LabelledImage]) -> str:
    """The names of their sources, the first of many."""
    names = sorted({image.source for image in images})
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
