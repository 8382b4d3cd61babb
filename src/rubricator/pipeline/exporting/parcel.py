"""Many files as one delivery: a folder, a zip or a tar.gz, by its name. Of the same files it has the same bytes."""

import gzip
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol

from rubricator.wholefile import make_folder, whole_file, whole_folder

ZIP, TAR = (".zip",), (".tar.gz", ".tgz")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644
_IN_MEMORY = 8 * 2**20


class Parcel(Protocol):
    """Takes files, one after the other. Names have slashes between their parts."""

    def file(self, name: str) -> AbstractContextManager[IO[bytes]]: ...


@contextmanager
def parcel(output: Path) -> Iterator[Parcel]:
    """A parcel that is there whole or not at all. Raises UsageError if there can be none of that name.

    A zip has its table of contents in memory, some 700 bytes a file; a tar.gz and a folder have nothing there.
    """
    if output.name.endswith(ZIP):
        with whole_file(output) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            yield _Zip(packed)
    elif output.name.endswith(TAR):
        with (
            whole_file(output) as file,
            gzip.GzipFile("", "wb", fileobj=file, mtime=0) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as packed,
        ):
            yield _Tar(packed)
    else:
        with whole_folder(output) as folder:
            yield _Folder(folder)


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        path = self._folder / name
        make_folder(path.parent)
        with path.open("wb") as file:
            yield file


class _Zip:
    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        entry = zipfile.ZipInfo(name, _EARLIEST)
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _READABLE << 16
        with self._packed.open(entry, "w", force_zip64=True) as file:
            yield file


class _Tar:
    def __init__(self, packed: tarfile.TarFile) -> None:
        self._packed = packed

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        with SpooledTemporaryFile(_IN_MEMORY) as draft:
            yield draft
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = draft.tell(), _READABLE
            draft.seek(0)
            self._packed.addfile(entry, draft)
            self._packed.members.clear()  # type: ignore[attr-defined] # which a file that is only written needs no more
