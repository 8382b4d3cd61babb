"""Writes quads, of the whole store or of one run, to a file that is there whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from rubricator.iris import Iris
from rubricator.pipeline.exporting.packed import output_file
from rubricator.pipeline.exporting.single import run_quads
from rubricator.progress import Progress, silent
from rubricator.rdf import PREFIXES
from rubricator.store.client import StoreClient
from rubricator.store.mediatypes import N_QUADS

_TOLD = 1000


def export_store(client: StoreClient, media_type: str, output: Path, progress: Progress = silent) -> int:
    """Stream the data set to ``output``; returns its size in bytes, unpacked.

    An older file stays until the new one is whole. Raises UsageError if there can be no such file.
    """
    size = 0
    with output_file(output) as file:
        for chunk in client.export(media_type):
            size += file.write(chunk)
            progress(size)
    return size


def export_run(
    client: StoreClient, iris: Iris, ulid: str, media_type: str, output: Path, progress: Progress = silent
) -> int:
    """Write one run with everything that is known of it; returns the number of quads. Raises UsageError."""
    count = 0

    def told() -> Iterator[Quad]:
        nonlocal count
        for count, quad in enumerate(run_quads(client, iris, ulid), 1):
            yield quad
            if count % _TOLD == 0:
                progress(count)

    with output_file(output) as file:
        if media_type == N_QUADS:
            serialize(told(), file, RdfFormat.N_QUADS)
        else:
            serialize(told(), file, RdfFormat.TRIG, prefixes=PREFIXES)
    progress(count)
    return count
