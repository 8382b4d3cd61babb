"""Files, folders and zip archives as streams of named bytes. Archives are never unpacked to disk."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from rubricator.errors import UsageError
from rubricator.harvest.sniff import ZIP, media_type

MAX_FILE = 256 * 2**20
"""Largest file or member that is read, in bytes."""
MAX_RATIO = 200
"""Highest compression of a member above 1 MiB; more is a bomb, not a record."""
_SNIFF = 512


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was met: its bytes, or the code and the sentence that say why it was not read."""

    name: str
    collection: str
    content: bytes
    code: str = ""
    message: str = ""


def find_files(paths: list[Path]) -> Iterator[Found]:
    """Every file at or below the paths, in sorted order, members of archives among them. Hidden files are passed over.

    ``name`` starts at what the user named, and before it as many folders as tell it from the other paths, at least one
    before a file. ``collection`` is the folder or archive it came from, empty for a lone file. Raises UsageError if a
    path does not exist.
    """
    for path, name in zip(paths, names_of(paths), strict=True):
        if path.is_dir():
            collection = path.resolve().name
            for file in sorted(path.rglob("*")):
                relative = file.relative_to(path)
                if file.is_file() and not any(part.startswith((".", "__MACOSX")) for part in relative.parts):
                    yield from _file(file, f"{name}/{relative.as_posix()}", collection)
        elif path.exists():
            yield from _file(path, name, "")
        else:
            raise UsageError(f"There is no file or folder {str(path)!r}; check the path.")


def names_of(paths: list[Path]) -> list[str]:
    whole = [path.resolve() if path.is_dir() else path.parent.resolve() / path.name for path in paths]
    for more in count():
        names = ["/".join(path.parts[1:][-1 - more - path.is_file() :]) for path in whole]
        if len(set(names)) == len(set(whole)):
            break
    return names


def _file(path: Path, name: str, collection: str) -> Iterator[Found]:
    name = name.encode("utf-8", "replace").decode()
    try:
        with path.open("rb") as file:
            if media_type(file.read(_SNIFF), name) == ZIP:
                yield from _members(path, name)
                return
            file.seek(0)
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        yield Found(name, collection, b"", "unreadable", f"The file cannot be read: {error.strerror}.")
        return
    if len(content) > MAX_FILE:
        yield Found(name, collection, b"", "too-large", f"The file is larger than {MAX_FILE} bytes; split it.")
    else:
        yield Found(name, collection, content)


def _members(path: Path, name: str) -> Iterator[Found]:
    collection = Path(name).stem
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield Found(name, collection, b"", "bad-archive", f"The archive is damaged: {error}.")
        return
    with archive:
        for member in sorted(archive.infolist(), key=lambda info: info.filename):
            hidden = any(part.startswith((".", "__MACOSX")) for part in member.filename.split("/"))
            if not member.is_dir() and not hidden:
                yield _member(archive, member, f"{name}!{member.filename}", collection)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, collection: str) -> Found:
    name = name.encode("utf-8", "replace").decode()
    bomb = member.file_size > 2**20 and member.file_size > MAX_RATIO * max(member.compress_size, 1)
    if member.file_size > MAX_FILE or bomb:
        return Found(
            name, collection, b"", "too-large", "The member is too large, or packed too densely, to be a record."
        )
    try:
        with archive.open(member) as file:
            content = file.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        return Found(name, collection, b"", "bad-archive", f"The member cannot be unpacked: {error}.")
    if media_type(content[:_SNIFF], name) == ZIP:
        return Found(
            name, collection, b"", "nested-archive", "Archives inside archives are not opened; unpack the outer one."
        )
    return Found(name, collection, content)
