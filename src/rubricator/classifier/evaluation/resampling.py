"""How far a figure may be off: resamples of whole sources, because pictures of one source are no independent witnesses.

Resampling clusters: Davison and Hinkley 1997, section 3.8; percentile intervals: Efron 1979.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from rubricator.classifier.evaluation.predictions import Floats, Predictions
from rubricator.classifier.evaluation.weights import whole

RESAMPLES = 1000
LEVEL = 0.95
Measure = Callable[[Predictions, Floats], Floats]
"""Of predictions and weights (r, n): (r,), or (r, c) for a figure of each concept."""
# So many weights at once stay in a processor's cache, and in memory when there are a million pictures.
_AT_ONCE = 500_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and the interval that holds it in 95 of 100 cases; None where it cannot be told."""

    value: float | None
    low: float | None
    high: float | None


def drawn_over(predictions: Predictions) -> str:
    """What is drawn: ``sources``, or ``pictures`` where all come from one source."""
    return "sources" if len(set(predictions.sources)) > 1 else "pictures"


def resamples(predictions: Predictions, count: int = RESAMPLES, seed: int = 0) -> Iterator[Floats]:
    """Weights (r, n) in turns of some r, ``count`` rows in all; the same seed draws the same."""
    sources = predictions.sources if drawn_over(predictions) == "sources" else range(len(predictions))
    _, number = np.unique(np.asarray(sources), return_inverse=True)
    groups = int(number.max()) + 1
    generator = np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // len(predictions))
    for start in range(0, count, rows):
        drawn = generator.multinomial(groups, np.full(groups, 1 / groups), size=min(rows, count - start))
        yield drawn[:, number].astype(np.float64)


def resampled(
    predictions: Predictions, measures: Mapping[str, Measure], count: int = RESAMPLES, seed: int = 0
) -> dict[str, Floats]:
    """Every measure on every resample, by name: (count,) or (count, c). All see the same resamples."""
    parts: dict[str, list[Floats]] = {name: [] for name in measures}
    for weights in resamples(predictions, count, seed):
        for name, measure in measures.items():
            parts[name].append(measure(predictions, weights))
    return {name: np.concatenate(part) for name, part in parts.items()}


def interval(draws: Floats, level: float = LEVEL) -> tuple[float | None, float | None]:
    """The middle ``level`` of draws (count,), those left out that cannot be told."""
    known = draws[~np.isnan(draws)]
    if not len(known):
        return None, None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def estimate(predictions: Predictions, measure: Measure, draws: Floats) -> Estimate:
    """A figure of all pictures with the interval of its draws (count,)."""
    return Estimate(told(measure(predictions, whole(predictions))[0]), *interval(draws))


def told(value: float) -> float | None:
    """None for nan: JSON has no word for it."""
    return None if np.isnan(value) else float(value)


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share of independent trials (Wilson 1927); stays sensible for 3 of 3."""
    z = 1.959964
    share, room = right / total, z * z / total
    middle, half = share + room / 2, z * (share * (1 - share) / total + room / (4 * total)) ** 0.5
    return (middle - half) / (1 + room), (middle + half) / (1 + room)
