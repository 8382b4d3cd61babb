import pytest

from rubricator.harvest.xml import Malformed, parse, parse_mended


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<a>\n<b></a>", "line 2, column 8: Opening and ending tag mismatch: b of line 2 and a"),
        ("<a>\n <b>\n", "line 3, column 1: Premature end of data in tag b of line 2"),
        ("", "line 1, column 1: Document is empty"),
        ("<a>\udcff</a>", "it holds bytes that are no text in the charset it declares"),
    ],
)
def test_what_is_no_xml_is_told_with_its_place_once(text: str, fault: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse(text)

    assert fault == str(caught.value)


def test_an_end_of_no_section_is_read_as_text() -> None:
    root, repairs = parse_mended("<a>b]]>c<![CDATA[<d>]]></a>")

    assert "b]]>c<d>" == root.text
    assert ["stray-section-end"] == [repair.code for repair in repairs]


def test_a_section_that_does_not_end_is_no_xml() -> None:
    with pytest.raises(Malformed):
        parse_mended("<a>b]]>c<![CDATA[d</a>")
