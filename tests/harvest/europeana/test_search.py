import pytest

from rubricator.harvest.europeana.search import Trail


@pytest.mark.parametrize("length", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("before", [0, 1, 5, 33])
def test_cursors_that_go_in_circles_are_told_soon(before: int, length: int) -> None:
    cursors = [str(n) for n in range(before)] + [f"again {n}" for n in range(length)] * 3 * (before + 1)
    trail = Trail("*")

    told = [trail.leads_back(cursor) for cursor in cursors].index(True)

    assert before + length <= told <= 3 * (before + length)


def test_a_cursor_that_is_its_own_next_is_told_at_once() -> None:
    trail = Trail("*")

    assert [False] * 9 + [True] == [trail.leads_back(str(min(n, 8))) for n in range(10)]


def test_cursors_that_lead_on_are_followed() -> None:
    trail = Trail("*")

    assert not any(trail.leads_back(str(n)) for n in range(1000))
