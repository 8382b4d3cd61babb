"""Labelled pictures that cannot be looked at, in a sentence for whoever reads the figures."""

from collections import Counter
from collections.abc import Sequence

from rubricator.classifier.dataset import Dataset
from rubricator.pipeline.seeing import Unseen
from rubricator.plural import plural

_NAMED = 3


def failures(dataset: Dataset, unreadable: Sequence[Unseen]) -> list[str]:
    """How many there are by reason code, and the first by name; nothing where there are none."""
    if not unreadable:
        return []
    codes = sorted(Counter(failure.code for failure in unreadable).items())
    told = ", ".join(f"{code} {count}" for code, count in codes)
    names = dataset.names([failure.image for failure in unreadable[:_NAMED]])
    more = ", …" if len(unreadable) > _NAMED else ""
    return [
        f"Left out: {plural(len(unreadable), 'picture')} that cannot be looked at ({told}): {', '.join(names)}{more}; "
        "docs/reasons.md says what the codes mean."
    ]
