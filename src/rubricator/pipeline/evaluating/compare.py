"""Reads two evaluations back and says whether the second is better, and where."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rubricator.classifier.evaluation.comparison import JOINT_LEVEL, Change, Comparison, compare
from rubricator.classifier.evaluation.predictions import Predictions, Whole
from rubricator.classifier.evaluation.resampling import FEW_SOURCES
from rubricator.errors import UsageError
from rubricator.pipeline.evaluating.asked import REPORT
from rubricator.pipeline.evaluating.report import interval_of, rounded
from rubricator.pipeline.evaluating.table import Judged, read_predictions
from rubricator.plural import plural


@dataclass(frozen=True, slots=True)
class Changed:
    """A picture whose best concept became right or wrong: what it shows, and what each of both says."""

    picture: str
    truth: tuple[str, ...]
    first: str
    second: str
    became: str


@dataclass(frozen=True, eq=False)
class Compared:
    """``notes`` say what was left out, because it is not in both. ``changed`` begins with what became wrong."""

    comparison: Comparison
    pictures: int
    changed: tuple[Changed, ...]
    notes: tuple[str, ...]


def compare_folders(first: Path, second: Path) -> Compared:
    """Compare what ``rubricator evaluate --out`` wrote to two folders, on the pictures that both have, labelled alike.

    Raises UsageError if a folder holds no evaluation, or the two have nothing in common.
    """
    one, other = read_predictions(first), read_predictions(second)
    if one.predictions.concepts != other.predictions.concepts:
        raise UsageError(
            f"{first} and {second} are about different concepts, so they cannot be compared; evaluate both with the "
            "same vocabulary."
        )
    notes = _differing(first, second)
    rows, columns, relabelled = _shared(one, other)
    if not len(rows):
        raise UsageError(f"{first} and {second} have no picture in common; evaluate both on the same data set.")
    if relabelled:
        notes.append(f"Left out: {plural(relabelled, 'picture')} labelled differently in both.")
    if missing := len(one.pictures) + len(other.pictures) - 2 * (len(rows) + relabelled):
        notes.append(f"Left out: {plural(missing, 'picture')} in one of both only. Compared: {len(rows)}.")
    a, b = one.predictions.only(rows), other.predictions.only(columns)
    comparison = compare(a, b)
    if not comparison.enough:
        notes.append(
            f"The pictures come from {plural(comparison.count, 'source')}; a verdict needs {FEW_SOURCES}, since fewer "
            "may all agree by chance."
        )
    names = tuple(one.pictures[row] for row in rows.tolist())
    return Compared(comparison, len(rows), tuple(_changed(comparison, names, a, b)), tuple(notes))


def comparison_report(compared: Compared) -> dict[str, Any]:
    """As ``comparison.json`` has it; differences are B less A."""
    found = compared.comparison
    content = {
        "verdict": found.sentence,
        "better": found.better,
        "pictures": compared.pictures,
        "first": dict(found.first),
        "second": dict(found.second),
        "differences": {name: figure.value for name, figure in found.differences.items()},
        "intervals": {
            "level": JOINT_LEVEL,
            "over": found.drawn_over,
            **{name: interval_of(figure) for name, figure in found.differences.items()},
        },
        "per_concept": {change.name: _as_content(change) for change in found.concepts},
        "per_source": {change.name: _as_content(change) for change in found.sources},
        "changed": [{**asdict(change), "truth": list(change.truth)} for change in compared.changed],
        "notes": list(compared.notes),
    }
    return {key: rounded(value) for key, value in content.items()}


def _as_content(change: Change) -> dict[str, Any]:
    return {
        "pictures": change.pictures,
        "first": change.first,
        "second": change.second,
        "difference": change.difference.value,
        "interval": interval_of(change.difference),
    }


def _differing(first: Path, second: Path) -> list[str]:
    names = []
    for folder in (first, second):
        try:
            names.append(json.loads((folder / REPORT).read_text(encoding="utf-8"))["dataset"]["sha256"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{folder} holds no {REPORT} that can be read; give a folder that `rubricator evaluate --out` wrote."
            ) from error
    if names[0] == names[1]:
        return []
    return ["The data sets differ; what is said holds for the pictures that they share, labelled alike."]


def _shared(first: Judged, second: Judged) -> tuple[Whole, Whole, int]:
    """Numbers, in both, of the pictures that they share; and how many of these have other labels."""
    where = {sha256: number for number, sha256 in enumerate(second.hashes)}
    rows, columns, relabelled = [], [], 0
    for row, sha256 in enumerate(first.hashes):
        if (column := where.get(sha256)) is None:
            continue
        if _labels(first.predictions, row) == _labels(second.predictions, column):
            rows.append(row)
            columns.append(column)
        else:
            relabelled += 1
    return np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64), relabelled


def _labels(predictions: Predictions, row: int) -> tuple[bytes, bytes]:
    return predictions.applies[row].tobytes(), predictions.judged[row].tobytes()


def _changed(comparison: Comparison, names: tuple[str, ...], first: Predictions, second: Predictions) -> list[Changed]:
    found = []
    for became, chosen in (("wrong", comparison.lost), ("right", comparison.gained)):
        for row in np.flatnonzero(chosen).tolist():
            shown = tuple(first.concepts[column] for column in np.flatnonzero(first.applies[row]).tolist())
            given = first.concepts[first.best[row]], second.concepts[second.best[row]]
            found.append(Changed(names[row], shown, *given, became))
    return found
