"""Files, folders, zip and tar archives as streams of named bytes. Archives are never unpacked to disk."""

import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from rubricator.errors import UsageError
from rubricator.harvest.unpack import DAMAGED, GZIP, SNIFF, TAR, ZIP, TooDense, Unpacked, packing, too_dense

MAX_FILE = 256 * 2**20
"""Largest file or member that is read, in bytes."""
_PACKED_NAME = re.compile(r"\.(?:zip|tar|tgz|tar\.gz)\Z", re.IGNORECASE)
_TOO_LARGE = ("too-large", f"The file is larger than {MAX_FILE} bytes; split it.")
_TOO_DENSE = ("too-large", "The file is too large, or packed too densely, to be a record.")
_NESTED = ("nested-archive", "Archives inside archives are not opened; unpack the outer one.")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was met: its bytes, or the code and the sentence that say why it was not read."""

    name: str
    collection: str
    content: bytes
    code: str = ""
    message: str = ""


def find_files(paths: list[Path]) -> Iterator[Found]:
    """Every file at or below the paths, unpacked, in sorted order (in a tar archive, in its own). Hidden files are
    passed over.

    ``name`` starts at what the user named, and before it as many folders as tell it from the other paths, at least one
    before a file. ``collection`` is the folder or archive it came from, empty for a lone file. Raises UsageError if a
    path does not exist.
    """
    for path, name in zip(paths, names_of(paths), strict=True):
        if path.is_dir():
            collection = path.resolve().name
            for file in sorted(path.rglob("*")):
                relative = file.relative_to(path)
                if file.is_file() and not _is_hidden(relative.parts):
                    yield from _file(file, f"{name}/{relative.as_posix()}", collection)
        elif path.exists():
            yield from _file(path, name, "")
        else:
            raise UsageError(f"There is no file or folder {str(path)!r}; check the path.")


def names_of(paths: list[Path]) -> list[str]:
    """What the names of the files at or below each path start with."""
    whole = [path.resolve() if path.is_dir() else path.parent.resolve() / path.name for path in paths]
    for more in count():
        names = ["/".join(path.parts[1:][-1 - more - path.is_file() :]) for path in whole]
        if len(set(names)) == len(set(whole)):
            break
    return names


def _is_hidden(parts: tuple[str, ...] | list[str]) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def _file(path: Path, name: str, collection: str) -> Iterator[Found]:
    name = _text(name)
    try:
        with path.open("rb") as file:
            kind = packing(file.read(SNIFF))
            file.seek(0)
            if kind == GZIP and _is_tar(file):
                yield from _tar_members(Unpacked(file), name)
            elif kind == GZIP:
                yield _gunzipped(file, name, collection)
            elif kind == TAR:
                yield from _tar_members(file, name)
            elif kind == ZIP:
                yield from _zip_members(file, name)
            else:
                content = file.read(MAX_FILE + 1)
                yield (
                    Found(name, collection, b"", *_TOO_LARGE)
                    if len(content) > MAX_FILE
                    else Found(name, collection, content)
                )
    except OSError as error:
        yield Found(name, collection, b"", "unreadable", f"The file cannot be read: {error.strerror or error}.")


def _text(name: str) -> str:
    """A file's name, whatever bytes the file system has for it."""
    return name.encode("utf-8", "replace").decode()


def _is_tar(file: BinaryIO) -> bool:
    try:
        return packing(Unpacked(file).read(SNIFF)) == TAR
    except DAMAGED:
        return False
    finally:
        file.seek(0)


def _gunzipped(file: BinaryIO, name: str, collection: str) -> Found:
    try:
        content = Unpacked(file).read(MAX_FILE + 1)
    except DAMAGED as error:
        return Found(name, collection, b"", "bad-archive", f"The file cannot be unpacked: {error}.")
    except TooDense:
        return Found(name, collection, b"", *_TOO_DENSE)
    if packing(content[:SNIFF]):
        return Found(name, collection, b"", *_NESTED)
    return Found(name, collection, b"", *_TOO_LARGE) if len(content) > MAX_FILE else Found(name, collection, content)


def _inside(content: bytes, name: str, collection: str) -> Found:
    """A member of an archive; one may be packed by itself."""
    kind = packing(content[:SNIFF])
    if kind == GZIP:
        return _gunzipped(io.BytesIO(content), name, collection)
    return Found(name, collection, b"", *_NESTED) if kind else Found(name, collection, content)


def _zip_members(file: BinaryIO, name: str) -> Iterator[Found]:
    collection = _PACKED_NAME.sub("", Path(name).name)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield Found(name, collection, b"", "bad-archive", f"The archive is damaged: {error}.")
        return
    with archive:
        for member in sorted(archive.infolist(), key=lambda info: info.filename):
            if not member.is_dir() and not _is_hidden(member.filename.split("/")):
                yield _zip_member(archive, member, _text(f"{name}!{member.filename}"), collection)


def _zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, collection: str) -> Found:
    if member.file_size > MAX_FILE or too_dense(member.file_size, member.compress_size):
        return Found(name, collection, b"", *_TOO_DENSE)
    try:
        with archive.open(member) as file:
            content = file.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        return Found(name, collection, b"", "bad-archive", f"The member cannot be unpacked: {error}.")
    return _inside(content, name, collection)


def _tar_members(file: BinaryIO | Unpacked, name: str) -> Iterator[Found]:
    collection = _PACKED_NAME.sub("", Path(name).name)
    try:
        with tarfile.open(fileobj=file, mode="r|") as archive:  # type: ignore[call-overload] # it calls read only
            while (member := archive.next()) is not None:
                archive.members = []  # or it would remember every one
                if member.isfile() and not _is_hidden(member.name.removeprefix("./").split("/")):
                    yield _tar_member(archive, member, _text(f"{name}!{member.name}"), collection)
    except (tarfile.TarError, *DAMAGED) as error:
        yield Found(name, collection, b"", "bad-archive", f"The archive is damaged: {error}.")
    except TooDense:
        yield Found(name, collection, b"", *_TOO_DENSE)


def _tar_member(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str, collection: str) -> Found:
    if member.size > MAX_FILE:
        return Found(name, collection, b"", *_TOO_LARGE)
    opened = archive.extractfile(member)
    return _inside(opened.read() if opened else b"", name, collection)
