"""One file, gzipped where its name says so. Made again of the same, it has the same bytes."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from rubricator.wholefile import whole_file

GZIP = ".gz"


@contextmanager
def packed(output: IO[bytes]) -> Iterator[IO[bytes]]:
    """What is written comes out gzipped, without time or name."""
    with gzip.GzipFile("", "wb", fileobj=output, mtime=0) as file:
        yield cast("IO[bytes]", file)


@contextmanager
def output_file(output: Path) -> Iterator[IO[bytes]]:
    """A file that is there whole or not at all. Raises UsageError if there can be no such file."""
    with whole_file(output) as file:
        if output.suffix == GZIP:
            with packed(file) as stream:
                yield stream
        else:
            yield file
