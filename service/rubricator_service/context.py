"""What one application holds: settings, readers and the look-ups that every blueprint makes."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from flask import current_app, request

from rubricator.images import ImageStore
from rubricator.iris import Iris
from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator.store.snapshots import current_revision
from rubricator_service.front.handover import BEHIND, REVISION
from rubricator_service.links import Links
from rubricator_service.reading.annotations import Names, read_names
from rubricator_service.reading.changes import Order, read_order
from rubricator_service.reading.counts import Figures, read_figures
from rubricator_service.reading.followed import Followed, Found
from rubricator_service.reading.readiness import Readiness
from rubricator_service.reading.store import Reading
from rubricator_service.reading.tallies import Tallies, read_tally

EXTENSION = "rubricator"
T = TypeVar("T")


@dataclass(frozen=True)
class Service:
    """The front end of one installation."""

    settings: Settings
    readers: Readers

    @property
    def iris(self) -> Iris:
        return self.settings.iris

    @cached_property
    def root(self) -> str:
        """The path of ``base``: the site answers below it, behind a proxy that keeps the path or one that strips it."""
        return urlsplit(self.iris.base).path

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.readers, self.iris.base + "/")

    @cached_property
    def readiness(self) -> Readiness:
        return Readiness(self.reading.revision)

    def revision(self) -> str | None:
        """Names the state of the published view now; None for a foreign store, which tells nobody when it changes."""
        return None if self.settings.store_url is not None else current_revision(self._snapshots)

    @cached_property
    def _snapshots(self) -> Path:
        return self.settings.store_dir / "snapshots"

    @cached_property
    def _figures(self) -> Followed[Figures]:
        foreign = self.settings.store_url is not None
        return Followed(self.reading.revision, lambda: read_figures(self.reading, self.iris, foreign))

    @cached_property
    def _annotations(self) -> Followed[Names]:
        foreign = self.settings.store_url is not None
        return Followed(self.reading.revision, lambda: read_names(self.reading, self.iris, foreign))

    @cached_property
    def _changes(self) -> Followed[Order]:
        foreign = self.settings.store_url is not None
        return Followed(self.reading.revision, lambda: read_order(self.reading, self.iris, foreign))

    def figures(self) -> Figures:
        """How much there is; in a large store that changes all the time, how much there was of late."""
        return _told(self._figures.get())

    def annotations(self) -> Names:
        """The names of all published enrichments, sorted; in a large store that changes all the time, those of late."""
        return _told(self._annotations.get())

    def changes(self) -> Order:
        """All that happened, in its order; in a large store that changes all the time, what happened until of late."""
        return _told(self._changes.get())

    @cached_property
    def tallies(self) -> Tallies:
        """How often runs said what."""
        return Tallies(lambda graph: read_tally(self.reading, graph))

    @cached_property
    def links(self) -> Links:
        return Links(self.iris, self.root)

    @cached_property
    def images(self) -> ImageStore:
        return ImageStore(self.settings)


def _told(found: Found[T]) -> T:
    """What was found, and a note if the view has changed since: no answer with it is one of the view as it is now."""
    if found.revision != request.environ.get(REVISION):
        request.environ[BEHIND] = True
    return found.value


def service() -> Service:
    """The service that the current request is for."""
    found: Service = current_app.extensions[EXTENSION]
    return found


def languages() -> tuple[str, ...]:
    """The languages that the reader asked for, best first, each followed by what it is a kind of: ``pt-br``, ``pt``."""
    wanted: dict[str, None] = {}
    for tag, quality in request.accept_languages:
        if quality > 0 and tag != "*":
            wanted.setdefault(tag.lower())
            wanted.setdefault(tag.lower().split("-")[0])
    return tuple(wanted)
