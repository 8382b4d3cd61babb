"""Thresholds keep a promise on groups, and abstain where too little supports it."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricator.classifier.deciding.thresholds import (
    bounds,
    count_claims,
    fit_thresholds,
    floor,
    least_confidences,
    lower_bound,
)

if TYPE_CHECKING:
    from torch import Tensor

torch = pytest.importorskip("torch", reason="the extra 'clip' is not installed")

CONCEPTS = ("map", "toy", "vase")


@st.composite
def labelled(draw: st.DrawFn) -> tuple["Tensor", "Tensor", "Tensor"]:
    """Confidences (n, 3), what is true of each picture, and its group."""
    seed, count = draw(st.integers(0, 10_000)), draw(st.integers(4, 60))
    random = torch.Generator().manual_seed(seed)
    logits = torch.randn(count, 3, generator=random, dtype=torch.float64) * draw(st.floats(0.5, 6))
    noise = torch.randn(count, 3, generator=random, dtype=torch.float64)
    truth = torch.nn.functional.one_hot((logits + noise).argmax(dim=1), 3).bool()
    return logits.softmax(dim=1), truth, torch.randint(0, 4, (count,), generator=random)


def counted(confidences: "Tensor", truth: "Tensor", groups: "Tensor"):  # type: ignore[no-untyped-def]
    eligible = torch.nn.functional.one_hot(confidences.argmax(dim=1), 3).bool()
    return count_claims(confidences, eligible, truth, torch.ones(len(groups), dtype=torch.float64), groups)


@given(labelled(), st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_a_higher_promise_never_has_a_lower_threshold(data, one: float, other: float) -> None:  # type: ignore[no-untyped-def]
    claims, every = counted(*data), torch.unique(data[2])

    lower, higher = (least_confidences(claims, every, precision) for precision in sorted((one, other)))

    assert bool((lower <= higher).all())


@given(labelled(), st.permutations(range(3)))
def test_the_order_of_the_concepts_does_not_matter(data, order: list[int]) -> None:  # type: ignore[no-untyped-def]
    confidences, truth, groups = data
    every = torch.unique(groups)

    plain = least_confidences(counted(confidences, truth, groups), every, 0.7)
    turned = least_confidences(counted(confidences[:, order], truth[:, order], groups), every, 0.7)

    assert plain[order].tolist() == turned.tolist()


@given(st.floats(0, 1), st.floats(0.5, 1000))
def test_a_bound_lies_below_the_share_and_rises_with_the_number(share: float, count: float) -> None:
    few, many = (lower_bound(torch.tensor(share), torch.tensor(number)) for number in (count, 2 * count))

    assert few <= share + 1e-6
    assert few <= many + 1e-6


def claimed(groups: list[int], right: bool = True):  # type: ignore[no-untyped-def]
    """Sure claims of the first concept, one a picture, from these groups; of the others there are none."""
    count = len(groups)
    confidences = torch.tensor([[0.9, 0.06, 0.04]], dtype=torch.float64).repeat(count, 1)
    truth = torch.tensor([[right, not right, False]]).repeat(count, 1)
    return confidences, truth, torch.tensor(groups)


def test_many_right_claims_from_several_groups_keep_the_promise() -> None:
    data = claimed([number % 8 for number in range(80)])

    found = fit_thresholds(CONCEPTS, counted(*data), data[1], torch.ones(80), 0.9)

    assert (0.77, 80, 1.0, "") == (found[0].least, found[0].claims, found[0].precision, found[0].reason)


@pytest.mark.parametrize(("shown", "least"), [(1, 0.8), (2, 0.7), (4, 0.5)])
def test_the_fewer_concepts_have_pictures_the_surer_a_claim_must_be(shown: int, least: float) -> None:
    truth = torch.eye(4)[torch.arange(40) % shown].bool()

    assert least == pytest.approx(floor(truth, 0.9))


def test_no_threshold_is_below_the_floor() -> None:
    claims = counted(*claimed([number % 8 for number in range(80)]))

    assert 0.63 == least_confidences(claims, torch.arange(8), 0.9, 0.621)[0]


def test_the_same_claims_from_one_group_keep_none_and_say_why() -> None:
    data = claimed([0] * 80)

    found = fit_thresholds(CONCEPTS, counted(*data), data[1], torch.ones(80), 0.9)

    assert found[0].least is None
    assert "one repository" in found[0].reason


def test_a_concept_that_is_wrong_is_never_claimed_and_one_without_pictures_neither() -> None:
    data = claimed([number % 8 for number in range(80)], right=False)

    found = fit_thresholds(CONCEPTS, counted(*data), data[1], torch.ones(80), 0.9)

    assert [None, None, None] == [threshold.least for threshold in found]
    assert "no labelled picture of it" in found[0].reason
    assert "No picture is taken for it" in found[1].reason


def test_pictures_that_look_alike_count_as_fewer() -> None:
    alike, different = (counted(*claimed(groups)) for groups in ([0] * 20 + [1] * 20, list(range(40))))

    assert bounds(alike, torch.arange(2))[0, 0] < bounds(different, torch.arange(40))[0, 0]
