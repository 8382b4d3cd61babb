"""``predictions.csv``: what was said of each picture, for people who look for errors and for comparing evaluations."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rubricator.classifier.evaluation.predictions import Predictions, truth
from rubricator.errors import UsageError
from rubricator.pipeline.evaluating.evaluate import Evaluation
from rubricator.vocabulary.names import NONE

FILE = "predictions.csv"
COLUMNS = ("picture", "sha256", "source", "truth", "rejected", "predicted", "confidence", "right", "claimed")
_CONFIDENCE = "confidence of "
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, eq=False)
class Judged:
    """Predictions read back: ``pictures`` are their names, ``hashes`` those of their bytes, each of n."""

    pictures: tuple[str, ...]
    hashes: tuple[str, ...]
    predictions: Predictions


def predictions_csv(evaluation: Evaluation) -> bytes:
    """One row a picture; several concepts stand as ``a|b``. The columns at the end are every concept's confidence.

    ``rejected`` is empty where every concept not in ``truth`` is known not to apply.
    """
    predictions = evaluation.predictions
    concepts = np.asarray(predictions.concepts, dtype=object)
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow((*COLUMNS, *(f"{_CONFIDENCE}{concept}" for concept in concepts)))
    names = evaluation.names(evaluation.images)
    for row, (name, image) in enumerate(zip(names, evaluation.images, strict=True)):
        known = predictions.judged[row, predictions.best[row]]
        writer.writerow(
            (
                _cell(name),
                image.sha256,
                _cell(image.source),
                _listed(image.concepts),
                "" if image.rejected is None else _listed(image.rejected),
                concepts[predictions.best[row]],
                str(np.float32(predictions.confidence[row])),
                ("yes" if predictions.right[row] else "no") if known else "",
                _listed(concepts[predictions.claimed[row]].tolist()),
                *(str(value) for value in predictions.confidences[row].astype(np.float32)),
            )
        )
    # A file's name need not be UTF-8.
    return output.getvalue().encode("utf-8", "replace")


def read_predictions(folder: Path) -> Judged:
    """What ``predictions_csv`` wrote. Raises UsageError if the folder holds no evaluation."""
    try:
        with (folder / FILE).open(encoding="utf-8", newline="") as content:
            reader = csv.DictReader(content)
            columns = [name for name in reader.fieldnames or () if name.startswith(_CONFIDENCE)]
            rows = list(reader)
        concepts = tuple(name.removeprefix(_CONFIDENCE) for name in columns)
        applies, judged, main = truth(
            concepts,
            [_names(row["truth"]) for row in rows],
            [_names(row["rejected"]) if row["rejected"] else None for row in rows],
        )
        confidences = np.asarray([[float(row[name]) for name in columns] for row in rows], dtype=np.float64)
        claims = [_names(row["claimed"]) for row in rows]
        claimed = np.asarray([[concept in names for concept in concepts] for names in claims], dtype=np.bool_)
        sources = tuple(_uncelled(row["source"]) for row in rows)
        found = Predictions(concepts, confidences, applies, judged, claimed, main, sources)
        return Judged(tuple(_uncelled(row["picture"]) for row in rows), tuple(row["sha256"] for row in rows), found)
    except FileNotFoundError as error:
        raise UsageError(f"{folder} holds no {FILE}; give a folder that `rubricator evaluate --out` wrote.") from error
    except (OSError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise UsageError(
            f"{folder / FILE} was changed or cut off; write it again with `rubricator evaluate --out`."
        ) from error


def _cell(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _uncelled(cell: str) -> str:
    return cell[1:] if cell.startswith(tuple(f"'{sign}" for sign in _FORMULA)) else cell


def _listed(concepts: Sequence[str]) -> str:
    return "|".join(concepts) or NONE


def _names(cell: str) -> list[str]:
    return [] if cell in ("", NONE) else cell.split("|")
