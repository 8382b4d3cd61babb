"""Which of two classifiers is better is said only where it is shown."""

from dataclasses import replace

import numpy as np

from rubricator.classifier.evaluation.comparison import compare
from rubricator.classifier.evaluation.predictions import Predictions
from tests.classifier.evaluation.cases import predictions

RIGHT, WRONG = [0.9, 0.05, 0.05], [0.05, 0.05, 0.9]


def answers(right: np.ndarray) -> Predictions:
    """Maps from ten sources, twenty of each; ``right`` (10, 20) says which are seen."""
    rows = [RIGHT if hit else WRONG for hit in right.ravel().tolist()]
    return predictions(["map"] * 200, rows, [f"s{number // 20}" for number in range(200)])


def chance(share: float, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((10, 20)) < share


def test_a_gain_in_every_source_is_shown() -> None:
    before = chance(0.5)
    after = before | chance(0.5, 2)

    found = compare(answers(before), answers(after))

    assert "B" == found.better
    assert found.sentence.startswith("B is better: from A to B, accuracy +0.")
    assert (after & ~before).ravel().tolist() == found.gained.tolist()
    assert 0 == found.lost.sum()


def test_turned_round_the_other_is_better() -> None:
    before = chance(0.5)
    after = before | chance(0.5, 2)

    assert "A" == compare(answers(after), answers(before)).better


def test_a_gain_in_one_source_alone_is_not_shown_and_the_source_is_named() -> None:
    before = chance(0.5)
    after = before.copy()
    after[3] = True

    found = compare(answers(before), answers(after))

    assert None is found.better
    assert found.sentence.startswith("No difference shown")
    assert ("s3", 20) == (found.sources[0].name, found.sources[0].pictures)
    assert (found.differences["accuracy"].value or 0) > 0


def test_pairs_show_what_two_separate_intervals_would_hide() -> None:
    """Sources differ far more than the two classifiers do."""
    levels = np.linspace(0.1, 0.9, 10)[:, None]
    before = np.random.default_rng(3).random((10, 20)) < levels
    after = before.copy()
    for source in range(10):
        after[source, np.flatnonzero(~before[source])[:1]] = True

    assert "B" == compare(answers(before), answers(after)).better


def test_a_confidence_that_comes_nearer_to_the_truth_is_told_beside_the_verdict() -> None:
    hits = chance(0.6)
    sure = answers(hits)
    modest = replace(sure, confidences=np.where(sure.confidences > 0.5, 0.6, 0.2))

    found = compare(sure, modest)

    assert None is found.better
    assert found.sentence.startswith("No difference shown")
    assert found.sentence.endswith("; B's confidence is nearer to the truth.")


def test_two_sources_that_agree_by_chance_are_no_verdict() -> None:
    before, after = chance(0.5)[:2], np.ones((2, 20), dtype=bool)
    rows = [[RIGHT if hit else WRONG for hit in right.ravel().tolist()] for right in (before, after)]
    sources = [f"s{number // 20}" for number in range(40)]

    one, other = (predictions(["map"] * 40, side, sources) for side in rows)
    found = compare(one, other)

    assert None is found.better
    assert found.sentence.startswith("No verdict, since 2 sources are fewer than 8: from A to B, accuracy +0.")


def test_a_concept_of_one_source_changes_by_an_unknown_amount_in_others() -> None:
    labels = ["toy"] + ["map"] * 9
    before = predictions(labels, [WRONG, *[RIGHT] * 9], [f"s{number}" for number in range(10)])
    after = predictions(labels, [RIGHT, *[RIGHT] * 9], [f"s{number}" for number in range(10)])

    changes = {change.name: change.difference for change in compare(before, after).concepts}

    assert (-1, None, None) == (changes["toy"].value, changes["toy"].low, changes["toy"].high)
    assert None is not changes["map"].low
