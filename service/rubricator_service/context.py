"""What one application holds: settings, readers and the look-ups that every blueprint makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app, request
from pyoxigraph import NamedNode

from rubricator.images import ImageStore
from rubricator.iris import Iris
from rubricator.settings import Settings
from rubricator.store.readers import Readers
from rubricator.store.snapshots import current_revision
from rubricator_service.links import Links
from rubricator_service.reading.annotations import Listed, Names, read_names
from rubricator_service.reading.counts import Counts, OncePerRevision, count, count_items_by_body
from rubricator_service.reading.extent import Extent, read_extent
from rubricator_service.reading.store import Reading

EXTENSION = "rubricator"


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
    def _counts(self) -> OncePerRevision[Counts]:
        return OncePerRevision(self.reading, lambda: count(self.reading, self.iris))

    @cached_property
    def _items_by_body(self) -> OncePerRevision[Mapping[NamedNode, int]]:
        return OncePerRevision(self.reading, lambda: count_items_by_body(self.reading))

    def revision(self) -> str | None:
        """Names the state of the published view now; None for a foreign store, which tells nobody when it changes."""
        return None if self.settings.store_url is not None else current_revision(self._snapshots)

    @cached_property
    def _snapshots(self) -> Path:
        return self.settings.store_dir / "snapshots"

    @cached_property
    def _extent(self) -> OncePerRevision[Extent]:
        return OncePerRevision(self.reading, lambda: read_extent(self.reading, self.iris))

    def extent(self) -> Extent:
        """What the snapshot that is served now is made of, as far as its description tells."""
        return self._extent.get()

    @cached_property
    def _annotations(self) -> Listed:
        foreign = self.settings.store_url is not None
        return Listed(self.reading.revision, lambda: read_names(self.reading, self.iris, foreign))

    def annotations(self) -> Names:
        """The names of all published enrichments, sorted; in a large store that changes all the time, those of late."""
        return self._annotations.get()

    def counts(self) -> Counts:
        """The figures of the snapshot that is served now."""
        return self._counts.get()

    def items_by_body(self) -> Mapping[NamedNode, int]:
        """How many items carry each concept now."""
        return self._items_by_body.get()

    @cached_property
    def links(self) -> Links:
        return Links(self.iris, self.root)

    @cached_property
    def images(self) -> ImageStore:
        return ImageStore(self.settings)


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
