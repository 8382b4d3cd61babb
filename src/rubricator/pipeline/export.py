"""Writes the whole store to a file that is there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rubricator.errors import UsageError
from rubricator.progress import Progress, silent
from rubricator.store.client import StoreClient


def export_store(client: StoreClient, media_type: str, output: Path, progress: Progress = silent) -> int:
    """Stream the data set to ``output``; returns its size in bytes. An older file stays until the new one is whole."""
    size = 0
    try:
        with _replacing(output) as file:
            for chunk in client.export(media_type):
                size += file.write(chunk)
                progress(size)
    except OSError as error:
        raise UsageError(
            f"Cannot write {output}: {error.strerror}; name a file in a folder you can write to."
        ) from error
    return size


@contextmanager
def _replacing(output: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``output`` when it is whole, and is gone if it never is."""
    descriptor, name = tempfile.mkstemp(prefix=f".{output.name}-", dir=output.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(output)
    finally:
        Path(name).unlink(missing_ok=True)
