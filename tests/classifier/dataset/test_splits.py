"""Fair draws, and folds that neither part what looks alike nor lose a concept."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricator.classifier.dataset import LabelledImage, draw_weights, fold_numbers, folds


def labelled(concept: str, source: str, repository: str = "r") -> LabelledImage:
    return LabelledImage(Path("x.jpg"), (concept,), source, repository, "train", "CC0")


def test_concepts_weigh_equally_and_sources_by_their_root() -> None:
    images = [*[labelled("map", "large")] * 16, *[labelled("map", "small")] * 4, labelled("toy", "only")]

    weights = draw_weights(images)

    assert sum(weights[:20]) == pytest.approx(weights[20])
    assert sum(weights[:16]) == pytest.approx(2 * sum(weights[16:20]))


def test_a_repository_is_never_split() -> None:
    images = [labelled("map", "s", repository) for repository in "aaaaabbbccd"]

    parts = folds(images, 3)

    assert {"a", "b", "c", "d"} == set().union(*parts)
    assert 4 == sum(len(part) for part in parts)
    assert frozenset("a") in parts


@given(
    st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from(["map", "toy", ""])), min_size=1), st.integers(1, 4)
)
def test_a_group_lies_in_one_fold_whatever_it_shows(pictures: list[tuple[str, str]], count: int) -> None:
    groups = [group for group, _ in pictures]

    numbers = fold_numbers(groups, [(concept,) if concept else () for _, concept in pictures], count)

    assert len(set(groups)) == len(set(zip(groups, numbers, strict=True)))
    assert set(numbers) <= set(range(count))


def test_a_concept_of_few_repositories_is_in_several_folds_although_they_fill_unevenly() -> None:
    """By sizes alone, both repositories of toys would be put beside each other."""
    sizes = {"maps": 60, "more maps": 40, "toys": 12, "more toys": 11}
    images = [labelled(name.split()[-1][:3], name, name) for name, size in sizes.items() for _ in range(size)]

    for part in folds(images, 2):
        assert {"maps", "toys"} == {name.split()[-1] for name in part}
