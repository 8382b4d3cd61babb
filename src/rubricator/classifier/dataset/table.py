"""A table of labelled pictures: a CSV of one's own, or the ``manifest.csv`` of a folder."""

import csv
from collections.abc import Iterator
from pathlib import Path, PurePath

from rubricator.classifier.dataset.labelled import LabelledImage
from rubricator.errors import UsageError
from rubricator.plural import plural
from rubricator.vocabulary.names import ConceptNames

MANIFEST = "manifest.csv"
REQUIRED = ("path", "concept")
# A table without the column leaves its owner free to do with the pictures what they like.
_USE = "train"
# One that has it, and says nothing of a picture, does not.
_UNSAID = "evaluate"


def read_table(file: Path, names: ConceptNames) -> tuple[list[LabelledImage], list[str]]:
    """The rows with a concept, and notes on the others. Paths are relative to the table.

    The columns path and concept (``a|b`` where several apply, ``none`` where none does) are needed; source, repository,
    use and licence may be there. The source is else the table's name, the repository the source. Where the column use
    is there and empty, a picture is for measuring only. Raises UsageError, with the line, for what cannot be
    understood, and for pictures that are not below the table's folder.
    """
    images, unlabelled, unsaid = [], 0, 0
    for line, row in _rows(file):
        if not row["concept"]:
            unlabelled += 1
            continue
        _refuse_path(f"{file}, line {line}", row["path"])
        unsaid += row.get("use") == ""
        try:
            concepts = names.slugs(row["concept"])
        except UsageError as error:
            raise UsageError(f"{file}, line {line}: {error}") from error
        source = row.get("source") or (file.parent.resolve().name if file.name == MANIFEST else file.stem)
        images.append(
            LabelledImage(
                file.parent / row["path"],
                concepts,
                source,
                row.get("repository") or source,
                row.get("use", _USE) or _UNSAID,
                row.get("licence", ""),
                named=bool(row.get("source")),
            )
        )
    notes = [f"Left out: {plural(unlabelled, 'row')} without a concept."] if unlabelled else []
    if unsaid:
        notes.append(f"Only to be measured: {plural(unsaid, 'picture')} with nothing in the column use.")
    return images, notes


def _refuse_path(where: str, path: str) -> None:
    if not path:
        raise UsageError(f"{where}: the row names no picture; fill in the column path.")
    if "\0" in path or PurePath(path).is_absolute() or ".." in PurePath(path).parts:
        raise UsageError(f"{where}: {path!r} is no path below the table's folder; move picture or table.")


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as content:
            header = content.readline()
            # Spreadsheets in much of Europe export semicolons.
            delimiter = max(",;\t", key=header.count)
            content.seek(0)
            reader = csv.DictReader(content, delimiter=delimiter, restval="")
            columns = {name: name.strip().casefold() for name in reader.fieldnames or () if name.strip()}
            if missing := [name for name in REQUIRED if name not in columns.values()]:
                raise UsageError(f"{file} has no column {' and no column '.join(missing)}; name its columns so.")
            for row in reader:
                # DictReader keeps what no column is for under None.
                if any(map(str.strip, row.get(None, ()))):
                    raise UsageError(
                        f"{file}, line {reader.line_num}: the row has more cells than the table has columns; put what "
                        f"holds a {delimiter!r} in quotation marks."
                    )
                yield reader.line_num, {columns[name]: row[name].strip() for name in columns}
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not in UTF-8; save it as CSV in UTF-8.") from error
    except (OSError, csv.Error) as error:
        raise UsageError(f"{file} cannot be read as a table of labelled pictures: {error}.") from error
