"""A file that is there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rubricator.errors import UsageError


def make_folder(folder: Path) -> None:
    """Make a folder to write into, if it is not there. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"Cannot make the folder {folder}: {error.strerror}; name one where you can write.") from error


@contextmanager
def whole_file(output: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``output`` when it is whole, and is gone if it never is.

    Raises UsageError if there can be no such file.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{output.name}-", dir=output.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(output)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            f"Cannot write {output}: {error.strerror}; name a file in a folder you can write to."
        ) from error
