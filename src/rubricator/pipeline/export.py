"""Writes the whole store to a file that is there whole or not at all."""

import os
import tempfile
from pathlib import Path

from rubricator.errors import UsageError
from rubricator.progress import Progress, silent
from rubricator.store.client import StoreClient


def export_store(client: StoreClient, media_type: str, output: Path, progress: Progress = silent) -> int:
    """Stream the data set to ``output``; returns its size in bytes. An older file stays until the new one is whole."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{output.name}-", dir=output.parent)
    except OSError as error:
        raise UsageError(f"Cannot write in {output.parent}: {error.strerror}.") from error
    size = 0
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in client.export(media_type):
                size += file.write(chunk)
                progress(size)
            os.fsync(file.fileno())
        Path(name).replace(output)
    finally:
        Path(name).unlink(missing_ok=True)
    return size
