"""Rows of a table as source records. Tables are met as they are: odd encodings, ragged rows, broken quotes."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from rubricator.errors import UsageError
from rubricator.harvest.mapping import MappingError, PictureRule, TableMapping, fill, load_mapping, placeholders
from rubricator.harvest.pictures import take_picture
from rubricator.harvest.record import TABLE_ROW, Picture, PictureStore, Rejection, Repair, SourceRecord
from rubricator.images import ImageStore
from rubricator.rdf import now
from rubricator.settings import Settings

DELIMITERS = ",;\t|"
"""What may stand between cells, where the mapping does not say it."""
_SURROGATES = re.compile("[\udc80-\udcff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def harvest_csv(
    file: Path, mapping: TableMapping | Path | str, settings: Settings, dataset: str | None = None
) -> Iterator[SourceRecord | Rejection]:
    """Each row of a table as a record; its raw content is the row as canonical JSON.

    ``mapping`` is one, its file, or the name of a shipped one. Raises UsageError if the table cannot be read,
    MappingError if it lacks a column that the mapping needs. A row that is no record is yielded as a rejection; a
    picture that fails stays with its record, as a reason.
    """
    mapping = mapping if isinstance(mapping, TableMapping) else load_mapping(mapping)
    if dataset:
        mapping = replace(mapping, dataset=dataset)
    images, retrieved = ImageStore(settings), now()
    try:
        with file.open(encoding=_encoding(file), errors="surrogateescape", newline="") as lines:
            delimiter = mapping.delimiter or _delimiter(lines, mapping)
            yield from _records(csv.reader(lines, delimiter=delimiter), file, mapping, images, retrieved)
    except OSError as error:
        raise UsageError(f"The table {file.name!r} cannot be read: {error.strerror}.") from error
    except UnicodeError as error:
        raise UsageError(f"The table {file.name!r} is damaged: {error}. Save it again, as UTF-8.") from error


def _records(
    rows: Iterator[list[str]], file: Path, mapping: TableMapping, images: PictureStore, retrieved: datetime
) -> Iterator[SourceRecord | Rejection]:
    names: Sequence[str] = mapping.names
    for number, cells in enumerate(_numbered(rows), 1):
        source = f"{file.parent.resolve().name}/{file.name}#row={number}"
        if isinstance(cells, csv.Error):
            yield Rejection(
                source, mapping.dataset, None, "csv-malformed", f"The row cannot be read: {cells}.", None, retrieved
            )
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if not names:
            names = _header(cells)
            _check(names, mapping)
            continue
        row, repairs = _row(names, cells)
        yield SourceRecord(
            mapping.dataset,
            fill(mapping.identifier, row),
            TABLE_ROW,
            canonical_json(row),
            source,
            retrieved,
            mapping,
            _pictures(row, mapping.picture, file.parent, images),
            repairs,
        )


def canonical_json(row: Mapping[str, str | int]) -> bytes:
    """One spelling of a row, whatever the order of its columns, so that its hash tells whether it changed."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _encoding(file: Path) -> str:
    with file.open("rb") as start:
        mark = start.read(2)
    return "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _delimiter(lines: TextIO, mapping: TableMapping) -> str:
    """The delimiter with which the first row fits the mapping best; ``lines`` stand at their start again."""

    def fit(delimiter: str) -> tuple[int, int]:
        lines.seek(0)
        readable = (row for row in _numbered(csv.reader(lines, delimiter=delimiter)) if not isinstance(row, csv.Error))
        cells = next((row for row in readable if any(cell.strip() for cell in row)), [])
        if mapping.names:
            return -abs(len(cells) - len(mapping.names)), 0
        return len(_needed(mapping) & set(_header(cells))), len(cells)

    best = max(DELIMITERS, key=fit)
    lines.seek(0)
    return best


def _header(cells: list[str]) -> tuple[str, ...]:
    return _unique([_clean(cell)[0].strip() for cell in cells])


def _numbered(rows: Iterator[list[str]]) -> Iterator[list[str] | csv.Error]:
    """The rows; a row that the reader refuses comes as its error, and the reader goes on after it."""
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield error


def _unique(names: list[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    count = dict.fromkeys(seen, 0)
    result = []
    for name in names:
        count[name] += 1
        result.append(name if count[name] == 1 else f"{name}#{count[name]}")
    return tuple(result)


def _check(names: Sequence[str], mapping: TableMapping) -> None:
    missing = sorted(_needed(mapping) - set(names))
    if missing:
        raise MappingError(
            f"The table has no column {missing[0]!r}, which the mapping needs; it has {', '.join(names)}."
        )


def _needed(mapping: TableMapping) -> set[str]:
    pictures = {mapping.picture.column} if mapping.picture else set()
    return placeholders(mapping.identifier + mapping.item) | set(mapping.columns) | pictures


def _row(names: Sequence[str], cells: list[str]) -> tuple[dict[str, str], tuple[Repair, ...]]:
    row: dict[str, str] = {}
    repairs: list[Repair] = []
    for position, cell in enumerate(cells):
        name = names[position] if position < len(names) else f"column {position + 1}"
        row[name], found = _clean(cell)
        repairs += found
    if len(cells) != len(names):
        repairs.append(Repair("ragged-row", f"{len(cells)} cells", f"{len(names)} columns"))
    return row, tuple(repairs)


def _clean(cell: str) -> tuple[str, list[Repair]]:
    repairs = []
    text = cell
    if _SURROGATES.search(text):
        raw, text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text), _SURROGATES.sub(_western, text)
        repairs.append(Repair("encoding", raw, text))
    if _CONTROLS.search(text):
        raw, text = text, _CONTROLS.sub("", text)
        repairs.append(Repair("control-characters", _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", raw), text))
    if "\N{REPLACEMENT CHARACTER}" in cell:
        repairs.append(Repair("lost-characters", text, text))
    return text, repairs


def _western(match: re.Match[str]) -> str:
    """A byte that is not UTF-8, read as Windows-1252, or as Latin-1 where that has no such character."""
    byte = bytes([ord(match[0]) - 0xDC00])
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


def _pictures(row: dict[str, str], rule: PictureRule | None, beside: Path, images: PictureStore) -> tuple[Picture, ...]:
    value = row.get(rule.column, "").strip() if rule else ""
    if not rule or not value:
        return ()
    if rule.prefix or re.match(r"https?://", value):
        return (Picture(rule.prefix + value),)
    try:
        path, root = (beside / rule.folder / value).resolve(), (beside / rule.root).resolve()
    except (OSError, RuntimeError):  # before Python 3.13, links in a circle are a RuntimeError
        return (Picture(value, code="image-unreadable"),)
    if not path.is_relative_to(root):
        return (Picture(value, code="image-outside-root"),)
    return (take_picture(path, value, images),)
