"""One form of moments for all options."""

from datetime import UTC, datetime

import pytest

from rubricator.errors import UsageError
from rubricator.moments import given_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
        (" 2026-11-25T12:00 ", datetime(2026, 11, 25, 12, tzinfo=UTC)),
        ("2026-11-25T12:00Z", datetime(2026, 11, 25, 12, tzinfo=UTC)),
        ("2026-11-25T12:00+01:00", datetime(2026, 11, 25, 11, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_as_people_write_it(text: str, moment: datetime) -> None:
    assert moment == given_moment(text, "--since")


@pytest.mark.parametrize("text", ["yesterday", "", "25.11.2026"])
def test_what_is_no_moment_is_refused_with_the_name_of_its_option(text: str) -> None:
    with pytest.raises(UsageError, match="is no moment for --since; write a day such as"):
        given_moment(text, "--since")


def test_a_moment_of_no_year_of_utc_is_refused_as_such() -> None:
    with pytest.raises(UsageError, match="for --since is in no year of UTC"):
        given_moment("0001-01-01T00:00+02:00", "--since")
