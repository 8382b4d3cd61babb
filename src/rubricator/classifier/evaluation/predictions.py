"""What a classifier said of labelled pictures, beside what is true of them: all that a measure looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Predictions:
    """n pictures and c concepts (slugs).

    ``confidences`` is float64 (n, c), in [0, 1]; ``applies`` is bool (n, c), ``judged`` whether anybody knows;
    ``claimed`` what a run would write. ``main`` (n,) is the number of the main concept, -1 where there is none.
    ``sources`` are of n names: pictures of one source look alike, and are drawn together.
    """

    concepts: tuple[str, ...]
    confidences: Floats
    applies: Bools
    judged: Bools
    claimed: Bools
    main: Whole
    sources: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.sources)

    @cached_property
    def ranking(self) -> Whole:
        """(n, c): concepts of each picture, the most confident first; of equals the first in the vocabulary."""
        return np.argsort(-self.confidences, axis=1, kind="stable")

    @property
    def best(self) -> Whole:
        """(n,): the most confident concept."""
        return self.ranking[:, 0]

    @cached_property
    def confidence(self) -> Floats:
        """(n,): that of the best concept."""
        return self.confidences[np.arange(len(self)), self.best]

    @cached_property
    def right(self) -> Bools:
        """(n,): whether the best concept applies."""
        return self.applies[np.arange(len(self)), self.best]

    @cached_property
    def in_scope(self) -> Bools:
        """(n,): pictures that show at least one concept."""
        return some(self.applies)

    @cached_property
    def out_of_scope(self) -> Bools:
        """(n,): pictures that are known to show none of the concepts."""
        return ~some(~self.judged) & ~self.in_scope

    @cached_property
    def answerable(self) -> Bools:
        """(n,): pictures in scope of which somebody knows whether the best concept applies."""
        return self.judged[np.arange(len(self)), self.best] & ~self.out_of_scope

    @cached_property
    def given(self) -> Bools:
        """(n, c): as many of the best concepts as apply, so that a picture with two may have both right.

        At least one; none for pictures out of scope. With one label a picture this is the best concept (R-precision:
        Manning, Raghavan, Schütze 2008, section 8.4).
        """
        wanted = np.where(self.out_of_scope, 0, np.maximum(1, self.applies.sum(axis=1)))
        given = np.zeros_like(self.applies)
        np.put_along_axis(given, self.ranking, np.arange(len(self.concepts)) < wanted[:, None], axis=1)
        return given

    def only(self, chosen: Bools | Whole) -> Self:
        """The predictions of some pictures: a mask (n,), or their numbers in the order wanted."""
        return type(self)(
            self.concepts,
            self.confidences[chosen],
            self.applies[chosen],
            self.judged[chosen],
            self.claimed[chosen],
            self.main[chosen],
            tuple(np.asarray(self.sources, dtype=object)[chosen].tolist()),
        )


def some(cells: Bools) -> Bools:
    """(n, c) → (n,): whether any of the row's is true."""
    found: Bools = np.count_nonzero(cells, axis=1) > 0
    return found


def truth(
    concepts: Sequence[str], labels: Sequence[Sequence[str]], rejected: Sequence[Sequence[str] | None]
) -> tuple[Bools, Bools, Whole]:
    """``applies`` and ``judged`` (n, c) and ``main`` (n,) of pictures with these labels.

    ``rejected`` are the concepts known not to apply, None where every other one is. Labels that are none of
    ``concepts`` do not count: what shows nothing else is out of a classifier's scope.
    """
    number = {concept: column for column, concept in enumerate(concepts)}
    applies = np.zeros((len(labels), len(concepts)), dtype=np.bool_)
    judged = np.zeros_like(applies)
    main = np.full(len(labels), -1, dtype=np.int64)
    for row, (names, refused) in enumerate(zip(labels, rejected, strict=True)):
        shown = [number[name] for name in names if name in number]
        applies[row, shown] = True
        if shown:
            main[row] = shown[0]
        judged[row] = True if refused is None else applies[row]
        judged[row, [number[name] for name in refused or () if name in number]] = True
    return applies, judged, main
