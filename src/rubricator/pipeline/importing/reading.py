"""Reads claims from files: pages, collections and single Web Annotations, JSON lines, and tables."""

import csv
import gzip
import io
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from rubricator.errors import UsageError
from rubricator.pipeline.importing.draft import ITEM_COLUMNS, Draft, Refused, of_annotation, of_row

JSON, LINES, TABLE = (".json", ".jsonld"), (".jsonl", ".ndjson"), (".csv",)
LARGEST_DOCUMENT = 64 * 2**20
"""Bytes of a JSON document, which is read as a whole."""
LONGEST_LINE = 2**20
_LISTS = ("items", "first", "@graph")


def read_drafts(path: Path) -> Generator[Draft | Refused]:
    """Each claim of a file, or why it is none, in their order; in memory that does not grow but for a JSON document.

    Raises UsageError for a file that cannot be read, or that holds something else.
    """
    kind = _kind(path)
    with _opened(path) as file:
        if kind in TABLE:
            yield from _rows(path, file)
        elif kind in LINES:
            yield from _lines(file)
        else:
            yield from map(_drafted, _annotations(path, _document(path, file)))


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    if not suffixes or suffixes[-1] not in (*JSON, *LINES, *TABLE):
        raise UsageError(
            f"{path.name} is not known by its name: give .json, .jsonld, .jsonl, .ndjson or .csv, or these with .gz."
        )
    return suffixes[-1]


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as file:
            yield cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if path.suffix.lower() == ".gz" else file
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"Cannot read {path}: {reason}; name a file of annotations that is whole.") from error


def _drafted(annotation: object) -> Draft | Refused:
    try:
        return of_annotation(annotation)
    except Refused as refused:
        return refused


def _lines(file: IO[bytes]) -> Iterator[Draft | Refused]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
            yield Refused("annotation-malformed")
        elif line.strip():
            try:
                said = json.loads(line)
            except (ValueError, RecursionError):
                yield Refused("annotation-malformed")
            else:
                yield from _line(said)


def _line(said: object) -> Iterator[Draft | Refused]:
    """An annotation, or a flat row as an object."""
    if isinstance(said, dict) and "uri" in said:
        try:
            yield of_row({name: None if value is None else str(value) for name, value in said.items()})
        except Refused as refused:
            yield refused
    else:
        yield _drafted(said)


def _rows(path: Path, file: IO[bytes]) -> Iterator[Draft | Refused]:
    with io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="") as text:
        reader = csv.DictReader(text)
        columns = reader.fieldnames or ()
        if "uri" not in columns or not set(ITEM_COLUMNS) & set(columns):
            raise UsageError(
                f"{path} lacks columns: there must be uri, and recordId or item; docs/exports.md shows them all."
            )
        while True:
            try:
                yield of_row(cast("dict[str, str | None]", next(reader)))
            except StopIteration:
                return
            except csv.Error:
                yield Refused("annotation-malformed")
            except Refused as refused:
                yield refused


def _document(path: Path, file: IO[bytes]) -> Any:
    content = file.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        raise UsageError(
            f"{path} is larger than {LARGEST_DOCUMENT // 2**20} MiB: write one annotation a line, as .jsonl."
        )
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}.") from error


def _annotations(path: Path, document: Any) -> Iterator[object]:
    """The annotations of a page, of the page within a collection, of a list, or the only one."""
    waiting = [document]
    while waiting:
        one = waiting.pop()
        inner = next((one[name] for name in _LISTS if name in one), None) if isinstance(one, dict) else one
        if isinstance(inner, list):
            yield from inner
        elif isinstance(inner, dict):
            waiting.append(inner)
        elif isinstance(inner, str):
            raise UsageError(f"{path} names its pages and does not hold them: import the pages themselves.")
        elif isinstance(one, dict) and "target" in one:
            yield one
        else:
            raise UsageError(
                f"{path} holds no annotations: give a page, a collection with its page, or one annotation."
            )
