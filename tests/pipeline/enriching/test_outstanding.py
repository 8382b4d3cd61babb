"""What is said of pictures that rights kept from being fetched."""

import pytest

from rubricator.pipeline.enriching.outstanding import Closed


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        (
            Closed(12, 0, ("permission",)),
            "12 pictures were not fetched because their rights do not allow it; --reusability permission allows them.",
        ),
        (
            Closed(3, 1, ("restricted", "permission")),
            "3 pictures were not fetched because their rights (1 of them without any) do not allow it; "
            "--reusability restricted --reusability permission allow them.",
        ),
        (
            Closed(1, 0, ("restricted",)),
            "1 picture was not fetched because its rights do not allow it; --reusability restricted allows it.",
        ),
        (
            Closed(2, 2, ("permission",)),
            "2 pictures were not fetched because no rights are stated for them; --reusability permission allows them.",
        ),
    ],
)
def test_the_sentence_says_how_many_why_and_what_allows_them(closed: Closed, expected: str) -> None:
    assert expected == closed.sentence
