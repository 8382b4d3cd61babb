"""Is one classifier better than another on the same pictures, or was it luck? Both see the same resamples."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rubricator.classifier.evaluation.perconcept import concept_scores, macro_f1
from rubricator.classifier.evaluation.predictions import Bools, Floats, Predictions
from rubricator.classifier.evaluation.ranking import accuracy
from rubricator.classifier.evaluation.reliability import calibration_error
from rubricator.classifier.evaluation.resampling import (
    FEW_SOURCES,
    LEVEL,
    RESAMPLES,
    Drawn,
    Estimate,
    Measure,
    drawn_over,
    resampled,
    told,
)
from rubricator.classifier.evaluation.weights import whole

DIFFERENCES: dict[str, Measure] = {"accuracy": accuracy, "macro_f1": macro_f1, "ece": calibration_error}
JOINT_LEVEL = 1 - (1 - LEVEL) / len(DIFFERENCES)
"""Of each difference that the verdict looks at, so that all of them hold in 95 of 100 cases (Bonferroni)."""
_BETTER_WHEN_LARGER = ("accuracy", "macro_f1")


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one concept (F1) or source (accuracy); ``pictures`` show it, ``difference`` is B less A."""

    name: str
    pictures: int
    first: float | None
    second: float | None
    difference: Estimate


@dataclass(frozen=True, eq=False)
class Comparison:
    """B held against A. ``differences`` are B less A, by the names of ``DIFFERENCES``; ``gained`` and ``lost`` (n,)
    mark the pictures whose best concept became right, or wrong. The largest changes come first. ``count`` is how
    many sources there are."""

    first: Mapping[str, float | None]
    second: Mapping[str, float | None]
    differences: Mapping[str, Estimate]
    concepts: tuple[Change, ...]
    sources: tuple[Change, ...]
    gained: Bools
    lost: Bools
    drawn_over: str
    count: int

    @property
    def enough(self) -> bool:
        """Whether there are sources enough to say anything: a few may all agree by chance."""
        return self.count >= FEW_SOURCES

    @property
    def better(self) -> str | None:
        """``B`` or ``A`` where accuracy or macro-F1 shows it and neither speaks against; None where none is shown."""
        if not self.enough:
            return None
        shown = {_side(self.differences[name]) for name in _BETTER_WHEN_LARGER} - {0}
        return {1: "B", -1: "A"}[shown.pop()] if len(shown) == 1 else None

    @property
    def sentence(self) -> str:
        """The verdict, with what it rests on."""
        told = ", ".join(
            f"{label} {_signed(self.differences[name])}"
            for name, label in (("accuracy", "accuracy"), ("macro_f1", "macro-F1"), ("ece", "calibration error"))
        )
        if not self.enough:
            sources = "1 source is" if self.count == 1 else f"{self.count} sources are"
            return f"No verdict, since {sources} fewer than {FEW_SOURCES}: from A to B, {told}."
        if self.better:
            verdict = f"{self.better} is better"
        elif {_side(self.differences[name]) for name in _BETTER_WHEN_LARGER} == {1, -1}:
            verdict = "Accuracy and macro-F1 disagree on which is better"
        else:
            verdict = "No difference shown"
        surer = {1: "; A's confidence is nearer to the truth", -1: "; B's confidence is nearer to the truth"}
        return f"{verdict}: from A to B, {told}{surer.get(_side(self.differences['ece']), '')}."


def compare(first: Predictions, second: Predictions, count: int = RESAMPLES, seed: int = 0) -> Comparison:
    """Hold ``second`` (B) against ``first`` (A), which are of the same pictures and concepts in the same order.

    A paired bootstrap over sources (Efron and Tibshirani 1993; for pairs of systems Koehn 2004): an interval of the
    difference that lies to one side of 0 shows a difference.
    """
    values = [
        {name: told(measure(side, whole(side))[0]) for name, measure in DIFFERENCES.items()} for side in (first, second)
    ]
    drawn = _paired(first, second, {**DIFFERENCES, "concepts": _f1}, count, seed)
    return Comparison(
        values[0],
        values[1],
        {name: drawn[name].estimate(JOINT_LEVEL, least=-1) for name in DIFFERENCES},
        _ranked(_concepts(first, second, drawn["concepts"])),
        _ranked(_sources(first, second, count, seed)),
        second.right & ~first.right,
        first.right & ~second.right,
        drawn_over(first),
        len(set(first.sources)),
    )


def _f1(predictions: Predictions, weights: Floats) -> Floats:
    return concept_scores(predictions, weights).f1


def _paired(
    first: Predictions, second: Predictions, measures: Mapping[str, Measure], count: int, seed: int
) -> dict[str, Drawn]:
    """Each measure's difference, of the same resamples of both."""

    def less(measure: Measure) -> Measure:
        return lambda _, weights: measure(second, weights) - measure(first, weights)

    return resampled(first, {name: less(measure) for name, measure in measures.items()}, count, seed)


def _concepts(first: Predictions, second: Predictions, drawn: Drawn) -> list[Change]:
    one, other = (_f1(side, whole(side))[0] for side in (first, second))
    shown = first.applies.sum(axis=0)
    return [
        _change(concept, int(shown[column]), one[column], other[column], drawn.column(column))
        for column, concept in enumerate(first.concepts)
        if shown[column]
    ]


def _sources(first: Predictions, second: Predictions, count: int, seed: int) -> list[Change]:
    changes = []
    for source in sorted(set(first.sources)):
        chosen = np.asarray([name == source for name in first.sources])
        one, other = first.only(chosen), second.only(chosen)
        drawn = _paired(one, other, {"accuracy": accuracy}, count, seed)["accuracy"]
        changes.append(_change(source, len(one), accuracy(one, whole(one))[0], accuracy(other, whole(other))[0], drawn))
    return changes


def _change(name: str, pictures: int, first: float, second: float, drawn: Drawn) -> Change:
    return Change(name, pictures, told(first), told(second), drawn.estimate(least=-1))


def _ranked(changes: list[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: (-abs(change.difference.value or 0.0), change.name)))


def _side(difference: Estimate) -> int:
    """1 or -1 where the interval lies on one side of 0."""
    if difference.low is None or difference.high is None:
        return 0
    return int(difference.low > 0) - int(difference.high < 0)


def _signed(difference: Estimate) -> str:
    if difference.value is None:
        return "unknown"
    if difference.low is None or difference.high is None:
        return f"{difference.value:+.3f}"
    return f"{difference.value:+.3f} ({JOINT_LEVEL:.1%} {difference.low:+.3f} to {difference.high:+.3f})".replace(
        "%", " %"
    )
