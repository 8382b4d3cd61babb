"""Why a concept is never claimed is said in words that are right for none, one, a few and many claims."""

import json
import re

import pytest

from rubricator.classifier.deciding.measured import Threshold
from rubricator.classifier.deciding.reasons import why_not
from rubricator.resources import resource


def said(claims: int, correct: int, *, bound: float = 0.5849, one_repository: bool = False) -> str:
    threshold = Threshold("toy", None, correct / claims, bound, 0.0, claims, 40)
    return why_not(threshold, 0.9, 0.86, correct, one_repository)


@pytest.mark.parametrize(
    ("claims", "correct", "told"),
    [
        (1, 0, "the only claim with a confidence of 0.86 or more was wrong."),
        (1, 1, "the only claim with a confidence of 0.86 or more was right, and one is too few."),
        (2, 0, "neither of 2 claims with a confidence of 0.86 or more was right."),
        (2, 2, "both claims with a confidence of 0.86 or more were right, and 2 are too few."),
        (4, 0, "none of 4 claims with a confidence of 0.86 or more was right."),
        (4, 1, "1 of 4 claims with a confidence of 0.86 or more was right."),
        (8, 8, "all 8 claims with a confidence of 0.86 or more were right, and 8 are too few."),
        (2100, 1500, "1,500 of 2,100 claims with a confidence of 0.86 or more were right."),
    ],
)
def test_how_the_claims_fared_is_counted_as_people_count(claims: int, correct: int, told: str) -> None:
    sentence = said(claims, correct)

    assert f"It cannot be promised that 90% of its claims are right: when tried, {told}" in sentence
    assert "no more than 58.4% can be promised." in sentence


def test_one_claim_and_several_of_one_repository_are_told_apart() -> None:
    one, several = (said(claims, claims, bound=0.95, one_repository=True) for claims in (1, 7))

    assert "There is only one claim of it with a confidence of 0.86 or more, and thus of one repository" in one
    assert "All 7 claims of it with a confidence of 0.86 or more are of one repository" in several


def test_the_shipped_model_says_it_so() -> None:
    card = json.loads(resource("classifier", "models", "rubricator-lite", "card.json").read_text(encoding="utf-8"))
    reasons = [
        threshold["reason"]
        for kind in ("one", "several")
        for threshold in card["calibration"][kind]["thresholds"]
        if threshold["reason"]
    ]

    assert reasons
    assert [] == [reason for reason in reasons if re.search(r"All 1 |\b0 of|1 of 1 |supports", reason)]
