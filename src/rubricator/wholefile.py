"""A file, or a folder, that is there whole or not at all."""

import os
import shutil
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


@contextmanager
def whole_folder(output: Path) -> Iterator[Path]:
    """A folder to write into that becomes ``output`` when it is whole, and is gone if it never is.

    Raises UsageError if there can be no such folder, or one that holds something already.
    """
    try:
        if output.exists() and (not output.is_dir() or next(output.iterdir(), None)):
            raise UsageError(f"{output} holds something already; name a new folder, so that old and new do not mix.")
        draft = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
        try:
            yield draft
            draft.chmod(0o755)
            draft.replace(output)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise UsageError(
            f"Cannot write {output}: {error.strerror}; name a folder in one that you can write to."
        ) from error
