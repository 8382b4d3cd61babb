import pytest

from rubricator.harvest.europeana.search import Trail


@pytest.mark.parametrize("length", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("before", [0, 1, 5, 33])
def test_cursors_that_go_in_circles_are_told_soon(before: int, length: int) -> None:
    cursors = [str(n) for n in range(before)] + [f"again {n}" for n in range(length)] * 5
    trail = Trail("*")

    told = [trail.leads_back(cursor) for cursor in cursors]

    assert True in told
    assert told.index(True) >= before + length
    if length == 1:
        assert before + length == told.index(True)


def test_cursors_that_lead_on_are_followed() -> None:
    trail = Trail("*")

    assert not any(trail.leads_back(str(n)) for n in range(1000))
