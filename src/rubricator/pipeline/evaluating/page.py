"""An evaluation on one HTML page that needs nothing else: figures, diagrams, and the errors as pictures."""

import base64
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL.Image import Resampling

from rubricator.classifier.dataset import LabelledImage
from rubricator.classifier.evaluation.resampling import Estimate
from rubricator.images import ImageError
from rubricator.pipeline.evaluating.evaluate import Evaluation
from rubricator.pipeline.evaluating.report import report, thinned
from rubricator.vocabulary.names import NONE

TEMPLATE = Path(__file__).with_name("page.html")
ERRORS_SHOWN = 24
# Many errors of one kind from one source are one finding: they would fill the page.
_OF_A_KIND = 3
_SIDE = 320
_HEADLINES = (
    ("accuracy", "accuracy"),
    ("macro_f1", "macro-F1"),
    ("ece", "calibration error"),
    ("top3", "right among three"),
    ("coverage", "of the pictures get a concept"),
    ("claim_precision", "of these are right; {promise:.2f} is promised"),
    ("map", "mean average precision"),
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A picture whose best concept does not apply. ``picture`` is a data URI, empty if it cannot be shown."""

    name: str
    source: str
    truth: str
    predicted: str
    confidence: float
    claimed: bool
    picture: str


def page(evaluation: Evaluation, moment: datetime) -> bytes:
    """HTML with everything inside it; thumbnails are of the user's own files and go where the page goes."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    summary, labels = evaluation.summary, {one.slug: one.label("en") for one in evaluation.vocabulary.concepts}
    shown = [column for column, concept in enumerate(evaluation.predictions.concepts) if _in_matrix(evaluation, column)]
    text = environment.from_string(TEMPLATE.read_text("utf-8")).render(
        moment=moment.astimezone(UTC),
        content=report(evaluation),
        summary=summary,
        headlines=[(label.format(promise=summary.promise), summary.overall[name]) for name, label in _HEADLINES],
        curve=[(point.coverage, point.precision) for point in thinned(summary.curve)],
        concepts=sorted(
            ((concept, found) for concept, found in summary.per_concept.items() if found.pictures),
            key=lambda entry: (-(entry[1].f1.value or 0.0), entry[0]),
        ),
        sources=sorted(summary.per_source.items(), key=lambda entry: (-(entry[1].accuracy.value or 0.0), entry[0])),
        matrix=_matrix(evaluation, shown),
        columns=[evaluation.predictions.concepts[column] for column in shown],
        errors=list(_errors(evaluation)),
        label=lambda slug: labels.get(slug, slug),
        number=lambda value: f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"),
        short=_short,
        decimals=lambda value: "–" if value is None else f"{value:.2f}",
        percent=lambda value: "–" if value is None else f"{100 * value:.0f}\N{NARROW NO-BREAK SPACE}%",
        between=_between,
    )
    return text.encode("utf-8", "replace")


def _between(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low:.2f} to {estimate.high:.2f}"


def _short(number: int) -> str:
    """In at most four characters up to a million, so that it fits over a bar."""
    if number < 1000:
        return str(number)
    return f"{number / 1000:.1f}k" if number < 10_000 else f"{number // 1000}k"


def _in_matrix(evaluation: Evaluation, column: int) -> bool:
    """Whether a concept is shown or given at all."""
    counts = evaluation.summary.confusion
    return bool(counts[column].sum() + counts[:, column].sum())


def _matrix(evaluation: Evaluation, shown: Sequence[int]) -> list[tuple[str, list[tuple[int, float, bool]]]]:
    """Rows of (concept, cells), for concepts that pictures show: each cell its count, its share of the row, and whether
    it is right."""
    rows = []
    for row in shown:
        counts = evaluation.summary.confusion[row, shown]
        total = int(counts.sum())
        if not total:
            continue
        cells = [(count, count / total, row == column) for count, column in zip(counts.tolist(), shown, strict=True)]
        rows.append((evaluation.predictions.concepts[row], cells))
    return rows


def _errors(evaluation: Evaluation) -> Iterator[Wrong]:
    """The most confident ones, a few of each kind: best concepts that do not apply, and claims on what shows none."""
    predictions = evaluation.predictions
    wrong = (predictions.answerable & ~predictions.right) | (
        predictions.out_of_scope & (np.count_nonzero(predictions.claimed, axis=1) > 0)
    )
    names = evaluation.names(evaluation.images)
    kinds: Counter[tuple[str, str, str]] = Counter()
    for row in sorted(np.flatnonzero(wrong).tolist(), key=lambda row: -predictions.confidence[row]):
        image, predicted = evaluation.images[row], predictions.concepts[predictions.best[row]]
        kinds[image.source, image.concept, predicted] += 1
        if kinds[image.source, image.concept, predicted] > _OF_A_KIND:
            continue
        yield Wrong(
            names[row],
            image.source,
            " and ".join(image.concepts) or NONE,
            predicted,
            float(predictions.confidence[row]),
            bool(predictions.claimed[row, predictions.best[row]]),
            _thumbnail(image),
        )
        if sum(min(count, _OF_A_KIND) for count in kinds.values()) == ERRORS_SHOWN:
            return


def _thumbnail(image: LabelledImage) -> str:
    try:
        picture = image.picture(_SIDE)
    except ImageError:  # it was looked at, perhaps long ago: its features are kept
        return ""
    picture.thumbnail((_SIDE, _SIDE), Resampling.LANCZOS)
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"
