import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricator.errors import SourceError
from rubricator.harvest.europeana.search import Page, Place, Trail, read_page

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ITEMS = st.lists(st.fixed_dictionaries({"id": st.just("/1/a") | JSON}) | JSON, max_size=4)
ANSWERS = st.fixed_dictionaries(
    {"items": ITEMS | JSON, "totalResults": st.integers() | JSON},
    optional={"nextCursor": st.just("AoE=") | JSON, "success": st.booleans(), "code": JSON, "error": JSON},
)


@given(
    st.binary() | st.builds(lambda answer: json.dumps(answer).encode(), ANSWERS | JSON), st.none() | st.integers(1, 5)
)
def test_any_answer_is_a_page_or_a_coded_failure(body: bytes, limit: int | None) -> None:
    try:
        page = read_page(body, Place(), limit)
    except SourceError as error:
        assert error.code.startswith("source-")  # noqa: PT017 - either is right
    else:
        assert isinstance(page, Page)
        assert limit is None or len(page.items) + len(page.strange) <= limit
        (str(page.after) + "".join(item.path + str(item) for item in page.items)).encode()


@pytest.mark.parametrize("cursor", ["AoE=", "*"])
def test_a_full_list_with_a_cursor_ends_when_nothing_more_comes(cursor: str) -> None:
    body = json.dumps({"items": [{"id": "/1/a"}], "totalResults": 1, "nextCursor": cursor}).encode()
    nothing = json.dumps({"items": [], "totalResults": 1, "nextCursor": cursor}).encode()

    assert (None if cursor == "*" else Place(1, cursor)) == read_page(body, Place(), None).after
    assert None is read_page(nothing, Place(1, "AoE="), None).after


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
