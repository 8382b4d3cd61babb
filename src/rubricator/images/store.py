"""The image cache: every file once, under the sha-256 of its bytes. Runs, classifier and web service read here."""

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from PIL.Image import Image

from rubricator.images.capture import ImageCapture
from rubricator.images.decode import decode, read_header
from rubricator.images.errors import ImageError
from rubricator.images.fetch import fetch
from rubricator.images.room import PixelRoom
from rubricator.images.thumbnails import placeholders_refused, refuse_icon, thumbnails
from rubricator.rdf import now
from rubricator.settings import Settings
from rubricator.transfer import Limits, SilentHosts

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BLOCK = 2**20
_INCOMING = ".incoming-"
_STALE = 24 * 60 * 60.0


class ImageStore:
    """Fetches images into the cache below ``settings.image_dir`` and finds them again. Threads may share one."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.image_dir
        self._max_bytes = settings.image_max_bytes
        self._max_pixels = settings.image_max_pixels
        self._media = settings.iris.media("").value
        self._thumbnails = thumbnails(settings.europeana_api)
        self._seconds = settings.image_timeout
        self._limits = Limits(
            settings.image_timeout,
            settings.image_max_bytes,
            settings.image_max_redirects,
            settings.allow_private_addresses,
        )
        self._silent = SilentHosts()
        self._room = PixelRoom(settings.image_max_pixels)
        self._swept = False

    def fetch(self, source: str) -> ImageCapture:
        """Capture the image at an http(s) address, or our own ``BASE/media/{sha256}``. Raises ImageError.

        Europeana's thumbnails are known by their address; what only stands for a missing one is refused.
        """
        if source.startswith(self._media):
            return self._cached(source)
        if source.startswith(self._thumbnails):
            return self._thumbnail(source)
        with self._incoming() as incoming:
            fetch(source, self._limits, self._seconds, self._silent, incoming.write)
            return self._keep(incoming, source)

    def ingest(self, file: Path) -> ImageCapture:
        """Copy a local picture into the cache; its web resource is ``BASE/media/{sha256}``. Raises ImageError."""
        if not file.is_file():
            raise ImageError("image-missing", f"There is no file {file}.")
        with file.open("rb") as content, self._incoming() as incoming:
            _copy_at_most(content, incoming.write, self._max_bytes, file)
            return self._keep(incoming, None)

    def path(self, sha256: str) -> Path:
        """Where the cache keeps these bytes, whether it has them or not. Raises ImageError for no sha-256."""
        if not _SHA256.fullmatch(sha256):
            raise ImageError("image-missing", f"{sha256!r} is no sha-256 of an image.")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    @contextmanager
    def decoded(self, capture: ImageCapture, shorter_side: int | None = None) -> Iterator[Image]:
        """The cached picture in RGB, for the block; ``shorter_side`` as in ``rubricator.images.decode``.

        Waits while other threads hold so many pictures that there would be more than ``image_max_pixels`` in memory.
        Raises ImageError.
        """
        with self._room.taken(capture.width * capture.height):
            yield decode(self.path(capture.sha256), self._max_pixels, shorter_side)

    def _thumbnail(self, source: str) -> ImageCapture:
        with self._incoming() as incoming, placeholders_refused():
            fetch(source, replace(self._limits, redirects=0), self._seconds, self._silent, incoming.write)
            return self._keep(incoming, source)

    def _cached(self, source: str) -> ImageCapture:
        sha256 = source.removeprefix(self._media)
        file = self.path(sha256)
        try:
            status = file.stat()
        except FileNotFoundError as error:
            raise ImageError(
                "image-missing", f"{source} is not in the image cache any more; harvest it again."
            ) from error
        retrieved = datetime.fromtimestamp(status.st_mtime, UTC)
        return self._capture(file, source, sha256, status.st_size, retrieved)

    @contextmanager
    def _incoming(self) -> Iterator["_Incoming"]:
        self._root.mkdir(parents=True, exist_ok=True)
        self._sweep()
        descriptor, name = tempfile.mkstemp(prefix=_INCOMING, dir=self._root)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield _Incoming(file, Path(name))
        finally:
            Path(name).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove, once, what killed processes left on its way in; nothing takes a day to come."""
        if self._swept:
            return
        self._swept = True
        for file in self._root.glob(f"{_INCOMING}*"):
            with contextlib.suppress(OSError):  # another process sweeps too
                if file.stat().st_mtime < time.time() - _STALE:
                    file.unlink()

    def _keep(self, incoming: "_Incoming", source: str | None) -> ImageCapture:
        """Move a finished file into place in one step, so that nobody ever sees half of one."""
        sha256 = incoming.hash.hexdigest()
        incoming.file.flush()
        capture = self._capture(incoming.path, source or self._media + sha256, sha256, incoming.size, now())
        if capture.source.startswith(self._thumbnails):
            refuse_icon(capture)
        target = self.path(sha256)
        if not target.exists():
            os.fsync(incoming.file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            incoming.path.chmod(0o644)
            incoming.path.replace(target)
        return capture

    def _capture(self, file: Path, source: str, sha256: str, size: int, retrieved: datetime) -> ImageCapture:
        header = read_header(file, self._max_pixels)
        return ImageCapture(source, sha256, header.media_type, size, header.width, header.height, retrieved)


@dataclass(slots=True)
class _Incoming:
    """A file on its way in: counted and hashed while it is written."""

    file: IO[bytes]
    path: Path
    size: int = 0
    hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, block: bytes) -> None:
        self.file.write(block)
        self.hash.update(block)
        self.size += len(block)


def _copy_at_most(content: IO[bytes], write: Callable[[bytes], object], limit: int, file: Path) -> None:
    received = 0
    while block := content.read(_BLOCK):
        received += len(block)
        if received > limit:
            raise ImageError("image-too-large", f"{file} is larger than image_max_bytes ({limit}).")
        write(block)
