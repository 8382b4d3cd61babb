"""Writes the whole store to a file that is there whole or not at all."""

from pathlib import Path

from rubricator.progress import Progress, silent
from rubricator.store.client import StoreClient
from rubricator.wholefile import whole_file


def export_store(client: StoreClient, media_type: str, output: Path, progress: Progress = silent) -> int:
    """Stream the data set to ``output``; returns its size in bytes. An older file stays until the new one is whole.

    Raises UsageError if there can be no such file.
    """
    size = 0
    with whole_file(output) as file:
        for chunk in client.export(media_type):
            size += file.write(chunk)
            progress(size)
    return size
