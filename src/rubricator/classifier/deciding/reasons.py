"""Says in plain words why a concept is never claimed."""

import math

from rubricator.classifier.deciding.measured import Threshold


def why_not(threshold: Threshold, precision: float, at: float, correct: int, one_repository: bool) -> str:
    """One or two sentences on a concept without a threshold.

    ``threshold`` has what was measured from the confidence ``at`` on, the one that comes nearest to the promised
    ``precision``; ``correct`` of its claims were right, and ``one_repository`` says whether all are of one.
    """
    sure = f"with a confidence of {at:.2f} or more"
    if not threshold.pictures:
        return "There is no labelled picture of it from a repository that could be held out."
    if threshold.precision is None or threshold.bound is None:
        return f"No picture is taken for it {sure}, below which nothing is claimed."
    if one_repository and threshold.bound >= precision:
        told = (
            f"There is only one claim of it {sure}, and thus of one repository"
            if threshold.claims == 1
            else f"All {threshold.claims:,} claims of it {sure} are of one repository"
        )
        return f"{told}, which tells of no other: add pictures of it from a second one."
    return (
        f"It cannot be promised that {precision:.0%} of its claims are right: when tried, "
        f"{_fared(threshold.claims, correct, sure)}. Reckoned with caution, and with how the claims of all concepts "
        f"fared, no more than {_rounded_down(threshold.bound)}% can be promised."
    )


def _fared(claims: int, correct: int, sure: str) -> str:
    if claims == 1:
        return f"the only claim {sure} was {'right, and one is too few' if correct else 'wrong'}"
    if correct == claims:
        every = "both" if claims == 2 else f"all {claims:,}"
        return f"{every} claims {sure} were right, and {claims:,} are too few"
    if not correct:
        return f"{'neither of 2' if claims == 2 else f'none of {claims:,}'} claims {sure} was right"
    return f"{correct:,} of {claims:,} claims {sure} {'was' if correct == 1 else 'were'} right"


def _rounded_down(share: float) -> str:
    return f"{math.floor(share * 1000) / 10:.1f}"
