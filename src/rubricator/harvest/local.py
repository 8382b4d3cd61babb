"""Files, tables and folders as sources: read from the start each time, with what is not there any more as gone."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from rubricator.errors import UsageError
from rubricator.harvest.archive import names_of
from rubricator.harvest.csv import harvest_csv
from rubricator.harvest.edmfile import harvest_edm
from rubricator.harvest.folder import harvest_folder
from rubricator.harvest.mapping import NOT_EVALUATED, TableMapping
from rubricator.harvest.record import Rejection, SourceRecord
from rubricator.harvest.source import Gone, Harvested, Memory, Source
from rubricator.rdf import now
from rubricator.settings import Settings

NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
_PART = re.compile(r"#(?:record|row)=\d+\Z")


def _always(place: str) -> bool:  # noqa: ARG001
    return True


@dataclass(frozen=True, slots=True)
class LocalHarvester:
    """Harvests ``stream``, which is all that the source has if ``whole``.

    ``readable`` says of the place of a missing record whether it can be looked at: what is not there, on a disk that
    can be read, is gone. Records that came from a list are gone if they are not in it.
    """

    source: Source
    stream: Iterable[SourceRecord | Rejection]
    whole: bool = True
    readable: Callable[[str], bool] = _always
    request: Mapping[str, str] = field(default_factory=dict)

    def records(self, memory: Memory, token: str = "") -> Iterator[Harvested]:  # noqa: ARG002 - there are no tokens
        return iter(self.stream)

    def missing(self, records: Iterable[SourceRecord]) -> Iterator[Harvested]:
        for record in records:
            if self.readable(record.source):
                yield Gone(record.source, record.dataset, record.identifier, "not-listed", now())


def edm_files(paths: list[Path], dataset: str | None = None) -> LocalHarvester:
    """The records in files, folders and archives. Raises UsageError if one does not exist."""
    for path in paths:
        if not path.exists():
            raise UsageError(f"There is no file or folder {str(path)!r}; check the path.")
    source = Source("edm", ", ".join(map(address, paths)), _given(dataset=dataset))
    places = dict(zip(names_of(paths), paths, strict=True))
    return LocalHarvester(source, harvest_edm(paths, dataset), readable=lambda place: _readable(place, places))


def csv_table(file: Path, mapping: TableMapping, settings: Settings, dataset: str | None = None) -> LocalHarvester:
    """The rows of a table, which was read to its end when a record is missing; it knows nothing of records that came
    from the web since. Raises what ``harvest_csv`` does.
    """
    source = Source("csv", address(file), _given(dataset=dataset))
    stream = _begun(harvest_csv(file, mapping, settings, dataset))
    return LocalHarvester(source, stream, readable=lambda place: "://" not in place)


def folder_source(directory: Path, dataset: str | None, options: Mapping[str, str] = NO_OPTIONS) -> Source:
    """A folder of pictures; ``options`` are ``rights``, ``provider`` and ``language``, or some of them."""
    return Source("folder", address(directory), _given(dataset=dataset), options)


def picture_folder(
    directory: Path, settings: Settings, dataset: str | None = None, options: Mapping[str, str] = NO_OPTIONS
) -> LocalHarvester:
    """The pictures in a folder. Raises what ``harvest_folder`` does."""
    source = folder_source(directory, dataset, options)
    name = dataset or directory.resolve().name or "folder"
    rights, provider, language = (options.get(option, "") for option in ("rights", "provider", "language"))
    stream = harvest_folder(directory, settings, dataset, rights or NOT_EVALUATED, provider, language)
    return LocalHarvester(source, _begun(stream), readable=lambda place: _readable(place, {name: directory}))


def address(path: Path) -> str:
    """The path as one that means the same in every working directory; somebody's own folder is ``~``."""
    whole = path.resolve()
    try:
        return f"~/{whole.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):  # not below it; nobody's
        return whole.as_posix()


def _begun(stream: Iterator[SourceRecord | Rejection]) -> Iterator[SourceRecord | Rejection]:
    """The stream with its first record read: what cannot be read at all is no harvest."""
    first = next(stream, None)
    return iter(()) if first is None else chain((first,), stream)


def _given(**selection: str | None) -> dict[str, str]:
    return {name: value for name, value in selection.items() if value is not None}


def _readable(place: str, roots: Mapping[str, Path]) -> bool:
    """Whether the file that a place names, or that its archive is, can be looked at, be it only to see it is not there.

    ``roots`` are paths by the names that places start with.
    """
    name = _PART.sub("", place)
    for root, path in roots.items():
        if name == root or name.startswith((f"{root}/", f"{root}!")):
            return _is_there(path) and _can_be_looked_at(path / name.removeprefix(root).partition("!")[0].lstrip("/"))
    return False


def _is_there(path: Path) -> bool:
    """Whether a root is more than the empty folder that a disk leaves behind."""
    return path.is_file() or next(path.iterdir(), None) is not None


def _can_be_looked_at(file: Path) -> bool:
    try:
        file.stat()
    except OSError as error:
        return isinstance(error, FileNotFoundError | NotADirectoryError)
    return True
