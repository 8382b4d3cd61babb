"""A table of labelled pictures: a CSV of one's own, or the ``manifest.csv`` of a folder."""

import csv
from collections.abc import Iterator
from pathlib import Path

from rubricator.classifier.dataset.labelled import LabelledImage
from rubricator.classifier.dataset.names import ConceptNames
from rubricator.errors import UsageError

MANIFEST = "manifest.csv"
REQUIRED = ("path", "concept")
# A table without the column leaves its owner free to do with the pictures what they like.
_USE = "train"


def read_table(file: Path, names: ConceptNames) -> tuple[list[LabelledImage], list[str]]:
    """The rows with a concept, and notes on the others. Paths are relative to the table.

    The columns path and concept (``a|b`` where several apply, ``none`` where none does) are needed; source, repository,
    use and licence may be there. The source is else the table's name, the repository the source. Raises UsageError,
    with the line, for what cannot be understood.
    """
    images, unlabelled = [], 0
    for line, row in _rows(file):
        if not row["concept"]:
            unlabelled += 1
            continue
        if not row["path"]:
            raise UsageError(f"{file}, line {line}: the row names no picture; fill in the column path.")
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
                row.get("use") or _USE,
                row.get("licence", ""),
            )
        )
    return images, [f"{unlabelled} rows have no concept and are left out."] if unlabelled else []


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as content:
            header = content.readline()
            # Spreadsheets in much of Europe export semicolons.
            delimiter = max(",;\t", key=header.count)
            content.seek(0)
            reader = csv.DictReader(content, delimiter=delimiter, restkey="", restval="")
            columns = {name: name.strip().casefold() for name in reader.fieldnames or ()}
            if missing := [name for name in REQUIRED if name not in columns.values()]:
                raise UsageError(f"{file} has no column {' and no column '.join(missing)}; name its columns so.")
            for row in reader:
                yield reader.line_num, {columns[name]: row[name].strip() for name in columns}
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not in UTF-8; save it as CSV in UTF-8.") from error
    except (OSError, csv.Error) as error:
        raise UsageError(f"{file} cannot be read as a table of labelled pictures: {error}.") from error
