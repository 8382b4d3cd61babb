"""Gzipped files that know their own hash without being read again. The same lines give the same bytes."""

import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from rubricator.dumps import Dump
from rubricator.pipeline.dumping.parts import SUFFIX, Part

_LEVEL = 6
"""A third of the time of level 9, for a tenth more bytes."""
_CHUNK = 2**20


class HashedFile:
    """A file that hashes what is written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Nothing: ``end`` brings all to the disk."""

    def end(self) -> str:
        """Bring all to the disk. Returns the sha-256."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._hash.hexdigest()

    def close(self) -> None:
        self._file.close()


class Packing:
    """A dump in the making: takes N-Quads, a statement a line."""

    def __init__(self, folder: Path, part: Part) -> None:
        self._part, self._name = part, f"{part.name}{SUFFIX}"
        self._file = HashedFile(folder / self._name)
        self._packed = gzip.GzipFile("", "wb", _LEVEL, cast("IO[bytes]", self._file), mtime=0)
        self._gathered = bytearray()
        self._quads = 0

    def write(self, lines: bytes) -> int:
        self._gathered += lines  # the serialiser hands over a few kilobytes at a time
        if len(self._gathered) >= _CHUNK:
            self._pack()
        return len(lines)

    def flush(self) -> None:
        """Nothing: ``end`` brings all to the disk."""

    def end(self) -> Dump:
        self._pack()
        self._packed.close()
        return Dump(self._name, self._part.title, self._quads, self._file.size, self._file.end())

    def close(self) -> None:
        self._file.close()

    def _pack(self) -> None:
        self._quads += self._gathered.count(b"\n")
        self._packed.write(self._gathered)
        self._gathered.clear()


@contextmanager
def packing(folder: Path, part: Part) -> Iterator[Packing]:
    """A dump in the making, whose file is closed on leaving."""
    made = Packing(folder, part)
    try:
        yield made
    finally:
        made.close()


def join(folder: Path, part: Part, dumps: Iterable[Dump]) -> Dump:
    """All dumps in one: gzip files one after the other are a gzip file (RFC 1952, section 2.2)."""
    name, quads = f"{part.name}{SUFFIX}", 0
    whole = HashedFile(folder / name)
    try:
        for dump in dumps:
            quads += dump.quads
            with (folder / dump.name).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    whole.write(chunk)
        return Dump(name, part.title, quads, whole.size, whole.end())
    finally:
        whole.close()
