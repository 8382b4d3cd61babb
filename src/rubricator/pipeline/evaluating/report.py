"""What an evaluation found, as ``report.json``. It holds no times and no paths: the same inputs give the same bytes."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rubricator.classifier.evaluation.resampling import LEVEL, Estimate
from rubricator.classifier.evaluation.selective import Point
from rubricator.classifier.evaluation.summary import Summary
from rubricator.pipeline.evaluating.asked import asked
from rubricator.pipeline.evaluating.evaluate import Evaluation

FORMAT = 1
"""Raised when a key changes its meaning; docs/evaluation.md lists the keys."""
HEADLINES = ("accuracy", "macro_f1", "top3", "map", "ece", "ece_adaptive", "brier")
_DIGITS = 6
_CURVE_POINTS = 200


def report(evaluation: Evaluation) -> dict[str, Any]:
    """Every figure with what it was measured on and with; numbers are rounded to six decimals, None is unknown."""
    summary = evaluation.summary
    overall = summary.overall
    content = {
        "format": FORMAT,
        **{name: overall[name].value for name in HEADLINES},
        "coverage": {
            "promised_precision": summary.promise,
            "attainable": overall["coverage_at_promise"].value,
            "claimed": overall["coverage"].value,
            "precision": overall["claim_precision"].value,
            "recall": overall["claim_recall"].value,
        },
        "out_of_scope": {
            "pictures": summary.out_of_scope,
            "false_positive_rate": overall["false_positive_rate"].value,
        },
        "intervals": {
            "level": LEVEL,
            "over": summary.drawn_over,
            "resamples": summary.resamples,
            "seed": summary.seed,
            **{name: interval_of(figure) for name, figure in overall.items()},
        },
        "per_concept": _per_concept(summary),
        "per_source": _per_source(summary),
        "confusion": {"concepts": list(evaluation.predictions.concepts), "counts": summary.confusion.tolist()},
        "reliability": [asdict(part) for part in summary.diagram],
        "risk_coverage": [asdict(point) for point in thinned(summary.curve)],
        **inputs(evaluation),
        "notes": list(evaluation.notes),
        "failures": [
            {"picture": picture, "code": failure.code}
            for picture, failure in zip(
                evaluation.names([failure.image for failure in evaluation.unreadable]),
                evaluation.unreadable,
                strict=True,
            )
        ],
    }
    return {key: rounded(value) for key, value in content.items()}


def as_json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")


def thinned(curve: Sequence[Point]) -> list[Point]:
    """At most 200 points, evenly spread, the last one always: more says nothing more to the eye."""
    step = max(1, -(-len(curve) // _CURVE_POINTS))
    return [point for number, point in enumerate(curve, 1) if number % step == 0 or number == len(curve)]


def inputs(evaluation: Evaluation) -> dict[str, Any]:
    """What was measured, with what, and on which terms: the part of the report by which two are of the same."""
    images, terms = evaluation.images, evaluation.terms
    told = asked(evaluation.dataset, evaluation.classifier, evaluation.policy, evaluation.vocabulary, terms)
    told["dataset"] |= {
        "measured": len(images),
        "measured_sha256": evaluation.measured.sha256,
        "in_scope": evaluation.summary.in_scope,
        "out_of_scope": evaluation.summary.out_of_scope,
        "sources": len({image.source for image in images}),
        "repositories": len({image.repository for image in images}),
        "uses": dict(sorted(Counter(image.use for image in images).items())),
        "failed": dict(sorted(Counter(failure.code for failure in evaluation.unreadable).items())),
    }
    return told


def _per_concept(summary: Summary) -> dict[str, Any]:
    return {
        concept: {
            "pictures": found.pictures,
            "sources": found.sources,
            "precision": found.precision.value,
            "recall": found.recall.value,
            "f1": found.f1.value,
            "average_precision": found.average_precision.value,
            "claims": found.claims,
            "claim_precision": found.claim_precision.value,
            "intervals": {
                name: interval_of(getattr(found, name))
                for name in ("precision", "recall", "f1", "average_precision", "claim_precision")
            },
        }
        for concept, found in summary.per_concept.items()
    }


def _per_source(summary: Summary) -> dict[str, Any]:
    return {
        source: {
            "pictures": found.pictures,
            "concepts": list(found.concepts),
            "accuracy": found.accuracy.value,
            "interval": interval_of(found.accuracy),
            "confidence": found.confidence,
            "coverage": found.coverage,
            "claim_precision": found.claim_precision,
        }
        for source, found in summary.per_source.items()
    }


def interval_of(figure: Estimate) -> list[float] | None:
    """Its ends, or None where it has none."""
    return None if figure.low is None or figure.high is None else [figure.low, figure.high]


def rounded(value: Any) -> Any:
    """Every number in it to six decimals."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    return [rounded(part) for part in value] if isinstance(value, list) else value
