"""The sha-256 of what was written, in the form that ``sha256sum -c`` reads, beside it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from rubricator.wholefile import whole_file

SUFFIX = ".sha256"


def write_checksums(output: Path) -> Path:
    """Write ``OUTPUT.sha256``, a line for each file of a folder. Raises UsageError if that cannot be written."""
    sums = output.with_name(output.name + SUFFIX)
    with whole_file(sums) as file:
        for path in _files(output):
            file.write(f"{sha256_of(path)}  {path.relative_to(output.parent).as_posix()}\n".encode())
    return sums


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(output: Path) -> Iterator[Path]:
    """The file, or the files in the folder, in the order of their names."""
    if output.is_dir():
        for path in sorted(output.iterdir()):
            yield from _files(path)
    else:
        yield output
