"""How far a figure may be off: resamples of whole sources, because pictures of one source are no independent witnesses.

Resampling clusters: Davison and Hinkley 1997, section 3.8; percentile intervals: Efron 1979; correcting them for bias:
Efron and Tibshirani 1993, section 10.2.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from rubricator.classifier.evaluation.predictions import Floats, Predictions, Whole
from rubricator.classifier.evaluation.weights import whole

RESAMPLES = 1000
LEVEL = 0.95
FEW_SOURCES = 8
"""Intervals from fewer are rough, and no verdict rests on them."""
Measure = Callable[[Predictions, Floats], Floats]
"""Of predictions and weights (r, n): (r,), or (r, c) for a figure of each concept."""
# So many weights at once stay in a processor's cache, and in memory when there are a million pictures.
_AT_ONCE = 500_000
_PARTS = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and the interval in which resamples of the sources put it; None where it cannot be told.

    Of 95 % intervals from thirty sources about 90 to 95 in 100 hold the truth, from ten about 85 to 90.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class Drawn:
    """A measure of all pictures, ``value`` (1,) or (1, c); of each resample, ``draws`` (r,) or (r, c); and of each
    source ``alone`` (s,) or (s, c), which is nan where nothing of that source is in the measure's denominator."""

    value: Floats
    draws: Floats
    alone: Floats

    def column(self, number: int) -> "Drawn":
        """The figure of one concept."""
        return Drawn(self.value[:, number], self.draws[:, number], self.alone[:, number])

    def through(self, function: Callable[[Floats], Floats]) -> "Drawn":
        """What a function (r, c) → (r,) makes of it."""
        return Drawn(function(self.value), function(self.draws), function(self.alone))

    def estimate(self, level: float = LEVEL, least: float = 0.0) -> Estimate:
        """The figure with its interval, which has none where it rests on one source.

        Drawn from one source again and again, a figure comes out the same each time, as if it were certain. ``least``
        is the smallest that the measure can be.
        """
        value = told(self.value[0])
        if value is None or np.count_nonzero(~np.isnan(self.alone)) < 2:
            return Estimate(value, None, None)
        return Estimate(value, *interval(value, self.draws, level, least))


def drawn_over(predictions: Predictions) -> str:
    """What is drawn: ``sources``, or ``pictures`` where all come from one source."""
    return "sources" if len(set(predictions.sources)) > 1 else "pictures"


def resamples(predictions: Predictions, count: int = RESAMPLES, seed: int = 0) -> Iterator[Floats]:
    """Weights (r, n) in turns of some r, ``count`` rows in all; the same seed draws the same."""
    number = _numbers(predictions)
    groups = int(number.max()) + 1
    generator = np.random.default_rng(seed)
    for rows in _turns(count, len(predictions)):
        drawn = generator.multinomial(groups, np.full(groups, 1 / groups), size=len(rows))
        yield drawn[:, number].astype(np.float64)


def each_alone(predictions: Predictions) -> Iterator[Floats]:
    """Weights (s, n) in turns of some s: each source by itself.

    Where all pictures come from one, each by itself; of more than 200, parts: two pictures are hardly ever in one.
    """
    number = _numbers(predictions)
    if drawn_over(predictions) == "pictures":
        number = number % _PARTS
    for rows in _turns(int(number.max()) + 1, len(predictions)):
        yield (np.asarray(rows)[:, None] == number).astype(np.float64)


def resampled(
    predictions: Predictions, measures: Mapping[str, Measure], count: int = RESAMPLES, seed: int = 0
) -> dict[str, Drawn]:
    """Every measure, by name. All see the same resamples."""
    draws: dict[str, list[Floats]] = {name: [] for name in measures}
    alone: dict[str, list[Floats]] = {name: [] for name in measures}
    for parts, turns in ((draws, resamples(predictions, count, seed)), (alone, each_alone(predictions))):
        for weights in turns:
            for name, measure in measures.items():
                parts[name].append(measure(predictions, weights))
    every = whole(predictions)
    return {
        name: Drawn(measure(predictions, every), np.concatenate(draws[name]), np.concatenate(alone[name]))
        for name, measure in measures.items()
    }


def interval(
    value: float, draws: Floats, level: float = LEVEL, least: float = 0.0
) -> tuple[float | None, float | None]:
    """The middle ``level`` of draws (count,), those left out that cannot be told, around the figure itself.

    Resamples are biased where concepts drop out of some (macro-F1) or distances are summed (calibration error): their
    mean less the figure says by how much, and the interval is moved by that.
    """
    known = draws[~np.isnan(draws)]
    if not len(known):
        return None, None
    ends = np.quantile(known, [(1 - level) / 2, (1 + level) / 2]) - (known.mean() - value)
    low, high = np.clip(ends, least, max(1.0, known.max())).tolist()
    return min(low, value), max(high, value)


def told(value: float) -> float | None:
    """None for nan: JSON has no word for it."""
    return None if np.isnan(value) else float(value)


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share of independent trials (Wilson 1927); stays sensible for 3 of 3."""
    z = 1.959964
    share, room = right / total, z * z / total
    middle, half = share + room / 2, z * (share * (1 - share) / total + room / (4 * total)) ** 0.5
    return (middle - half) / (1 + room), (middle + half) / (1 + room)


def _numbers(predictions: Predictions) -> Whole:
    """(n,): of what is drawn, which one each picture belongs to."""
    sources = predictions.sources if drawn_over(predictions) == "sources" else range(len(predictions))
    number: Whole = np.unique(np.asarray(sources), return_inverse=True)[1]
    return number


def _turns(count: int, pictures: int) -> Iterator[range]:
    rows = max(1, _AT_ONCE // pictures)
    return (range(start, min(count, start + rows)) for start in range(0, count, rows))
