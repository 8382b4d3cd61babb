"""The files of a crate, each with what its description has to say."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, cast

from rubricator.pipeline.exporting.parcel import Parcel


@dataclass(frozen=True, slots=True)
class CrateFile:
    """``size`` is in bytes; ``about`` is the IRI of what the file describes, if that has one;
    ``licence`` is None where it has that of the crate.
    """

    name: str
    title: str
    description: str
    media_type: str
    size: int
    sha256: str
    about: str | None = None
    licence: str | None = None


class CrateFiles:
    """Writes files into a parcel and keeps account of them."""

    def __init__(self, parcel: Parcel) -> None:
        self._parcel = parcel
        self.written: list[CrateFile] = []

    @contextmanager
    def file(
        self,
        name: str,
        title: str,
        description: str,
        media_type: str,
        about: str | None = None,
        licence: str | None = None,
    ) -> Iterator[IO[bytes]]:
        with self._parcel.file(name) as output:
            measured = _Measured(output)
            yield cast("IO[bytes]", measured)
        size, sha256 = measured.size, measured.digest.hexdigest()
        self.written.append(CrateFile(name, title, description, media_type, size, sha256, about, licence))


class _Measured(io.RawIOBase):
    """Passes on what is written, and measures it."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self.size = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        content = bytes(cast("bytes", data))
        self.digest.update(content)
        self.size += len(content)
        self._output.write(content)
        return len(content)
