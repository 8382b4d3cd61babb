"""All that is told of one set of predictions: figures with intervals, by concept and by source."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from rubricator.classifier.evaluation.perconcept import concept_scores, confusion, macro_f1
from rubricator.classifier.evaluation.predictions import Predictions, Whole
from rubricator.classifier.evaluation.ranking import accuracy, average_precisions, top_three
from rubricator.classifier.evaluation.reliability import (
    Bin,
    adaptive_calibration_error,
    brier_score,
    calibration_error,
    reliability_diagram,
)
from rubricator.classifier.evaluation.resampling import (
    RESAMPLES,
    Drawn,
    Estimate,
    Measure,
    drawn_over,
    resampled,
    told,
    wilson,
)
from rubricator.classifier.evaluation.selective import (
    Point,
    answered,
    claim_precision,
    claim_precisions,
    claim_recall,
    coverage_at,
    false_positive_rate,
    risk_coverage,
)
from rubricator.classifier.evaluation.weights import mean_known, whole

MEASURES: dict[str, Measure] = {
    "accuracy": accuracy,
    "macro_f1": macro_f1,
    "top3": top_three,
    "ece": calibration_error,
    "ece_adaptive": adaptive_calibration_error,
    "brier": brier_score,
    "coverage": answered,
    "claim_precision": claim_precision,
    "claim_recall": claim_recall,
    "false_positive_rate": false_positive_rate,
}
"""Figures of a whole data set, by the names that reports give them; ``map`` follows from those of the concepts."""


@dataclass(frozen=True, slots=True)
class ConceptSummary:
    """``pictures`` show the concept, from so many ``sources``; ``claims`` of it the policy makes, on all pictures."""

    pictures: int
    sources: int
    precision: Estimate
    recall: Estimate
    f1: Estimate
    average_precision: Estimate
    claims: int
    claim_precision: Estimate


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """``confidence`` is the mean of the best concepts', to be held against ``accuracy``."""

    pictures: int
    concepts: tuple[str, ...]
    accuracy: Estimate
    confidence: float | None
    coverage: float | None
    claim_precision: float | None


@dataclass(frozen=True, eq=False)
class Summary:
    """``overall`` is by the names of ``MEASURES``, with ``map`` and ``coverage_at_promise``; ``confusion`` is (c, c),
    truth in rows. Intervals are over ``drawn_over`` (sources, or pictures where there is one source).
    """

    pictures: int
    in_scope: int
    out_of_scope: int
    overall: Mapping[str, Estimate]
    per_concept: Mapping[str, ConceptSummary]
    per_source: Mapping[str, SourceSummary]
    confusion: Whole
    diagram: tuple[Bin, ...]
    curve: tuple[Point, ...]
    promise: float
    drawn_over: str
    resamples: int
    seed: int


def summarise(predictions: Predictions, promise: float = 0.9, count: int = RESAMPLES, seed: int = 0) -> Summary:
    """Measure everything; the same predictions and seed give the same figures. ``promise`` is a precision."""
    measures: dict[str, Measure] = {**MEASURES, "coverage_at_promise": partial(coverage_at, precision=promise)}
    everything: dict[str, Measure] = {**measures, **_BY_CONCEPT}
    drawn = resampled(predictions, everything, count, seed)
    drawn["map"] = drawn["each_average_precision"].through(mean_known)
    return Summary(
        len(predictions),
        int(predictions.in_scope.sum()),
        int(predictions.out_of_scope.sum()),
        {name: drawn[name].estimate() for name in (*measures, "map")},
        _per_concept(predictions, drawn),
        {name: _of_source(predictions, name) for name in sorted(set(predictions.sources))},
        confusion(predictions),
        tuple(reliability_diagram(predictions)),
        tuple(risk_coverage(predictions)),
        promise,
        drawn_over(predictions),
        count,
        seed,
    )


_BY_CONCEPT: dict[str, Measure] = {
    "each_precision": lambda predictions, weights: concept_scores(predictions, weights).precision,
    "each_recall": lambda predictions, weights: concept_scores(predictions, weights).recall,
    "each_f1": lambda predictions, weights: concept_scores(predictions, weights).f1,
    "each_average_precision": average_precisions,
    "each_claim_precision": claim_precisions,
}


def _per_concept(predictions: Predictions, drawn: Mapping[str, Drawn]) -> dict[str, ConceptSummary]:
    sources = np.asarray(predictions.sources, dtype=object)
    found = {}
    for column, concept in enumerate(predictions.concepts):
        applies = predictions.applies[:, column]
        of = {name: drawn[name].column(column).estimate() for name in _BY_CONCEPT}
        found[concept] = ConceptSummary(
            int(applies.sum()),
            len(set(sources[applies])),
            of["each_precision"],
            of["each_recall"],
            of["each_f1"],
            of["each_average_precision"],
            int(predictions.claimed[:, column].sum()),
            of["each_claim_precision"],
        )
    return found


def _of_source(predictions: Predictions, source: str) -> SourceSummary:
    part = predictions.only(np.asarray([name == source for name in predictions.sources]))
    known = int(part.answerable.sum())
    right = int(part.right[part.answerable].sum())
    shown = tuple(concept for concept, column in zip(part.concepts, part.applies.T, strict=True) if column.any())
    return SourceSummary(
        len(part),
        shown,
        Estimate(right / known, *wilson(right, known)) if known else Estimate(None, None, None),
        float(part.confidence[part.answerable].mean()) if known else None,
        told(answered(part, whole(part))[0]),
        told(claim_precision(part, whole(part))[0]),
    )
