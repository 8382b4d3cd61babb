"""What OAI-PMH answers say, in whatever state they come."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricator.harvest.oai.answer import NotOai, OaiError, read_answer
from rubricator.harvest.oai.record import OaiRecord, refusal
from rubricator.harvest.record import Repair

RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{}</rdf:RDF>'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def record(title: str, identifier: str = "oai:e:1") -> str:
    return (
        f"<record><header><identifier>{identifier}</identifier></header>"
        f"<metadata>{RDF.format(f'<dc:title>{title}</dc:title>')}</metadata></record>"
    )


def page(*records: str, leads_to: str = "", around: str = "") -> str:
    return (
        f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" {DC} {around}>'
        "<responseDate>2024-05-06T07:08:09Z</responseDate><request>http://e.org/oai</request><ListRecords>"
        f"{''.join(records)}<resumptionToken completeListSize='7'>{leads_to}</resumptionToken></ListRecords></OAI-PMH>"
    )


def records(content: bytes | str, announced: str = "") -> list[OaiRecord]:
    return list(read_answer(content.encode() if isinstance(content, str) else content, announced).records())


def title(found: OaiRecord) -> str:
    return found.content.decode().partition("<dc:title>")[2].partition("</dc:title>")[0]


def test_a_page_says_when_it_was_made_what_it_holds_and_where_it_goes_on() -> None:
    answer = read_answer(page(record("Bowl"), leads_to="\n edm:x:*:50 \n").encode())

    assert ("ListRecords", "2024-05-06T07:08:09Z") == (answer.verb, answer.response_date)
    assert ("edm:x:*:50", 7) == (answer.token, answer.list_size)
    assert ["oai:e:1"] == [found.identifier for found in answer.records()]


def test_an_empty_token_ends_the_list() -> None:
    assert "" == read_answer(page(record("Bowl")).encode()).token


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"),
        ("2024-05-06T09:08:09.123+02:00", "2024-05-06T07:08:09Z"),
        ("2024-05-06", "2024-05-06T00:00:00Z"),
        ("soon", ""),
        ("", ""),
    ],
)
def test_the_clock_of_the_server_is_read_however_it_is_written(written: str, read: str) -> None:
    assert read == read_answer(page().replace("2024-05-06T07:08:09Z", written).encode()).response_date


def test_errors_are_the_protocol_s_code_and_the_server_s_words() -> None:
    answer = read_answer(
        b'<OAI-PMH><error code="badVerb"> No\n such verb </error><error code="badArgument"/></OAI-PMH>'
    )

    assert (OaiError("badVerb", "No such verb"), OaiError("badArgument", "")) == answer.errors
    assert "" == answer.verb


@pytest.mark.parametrize(
    "around", ["", 'xmlns:unused="http://e.org/unused"', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"']
)
def test_the_bytes_of_a_record_depend_on_nothing_around_it(around: str) -> None:
    expected = records(page(record("Bowl")))[0].content
    found = records(page(record("Vase", "oai:e:2"), "\n", record("Bowl"), around=around))[1]

    assert expected == found.content
    assert DC.encode() in expected


def test_the_prefix_of_the_protocol_s_own_namespace_does_not_matter() -> None:
    text = page(record("Bowl & lid")).replace("<", "<o:").replace("<o:/", "</o:").replace("xmlns=", "xmlns:o=")
    text = text.replace("<o:rdf:", "<rdf:").replace("</o:rdf:", "</rdf:").replace("o:dc:", "dc:")

    assert ["Bowl &amp; lid"] == [title(found) for found in records(text)]


@pytest.mark.parametrize(
    ("content", "announced", "repairs"),
    [
        (page(record("Écuelle €")).encode(), "", ()),
        (page(record("Écuelle €")).encode(), "iso-8859-1", ()),
        (page(record("Écuelle €")).encode("utf-16"), "", ()),
        (b'<?xml version="1.0" encoding="windows-1252"?>' + page(record("Écuelle €")).encode("cp1252"), "", ()),
        (
            b'<?xml version="1.0" encoding="ISO-8859-1"?>' + page(record("Écuelle €")).encode(),
            "",
            (Repair("encoding", "ISO-8859-1", "utf-8"),),
        ),
        (
            b'\n<?xml version="1.0" encoding="UTF-8"?>' + page(record("Écuelle €")).encode("cp1252"),
            "utf-8",
            (Repair("encoding", "utf-8", "cp1252"),),
        ),
        (
            b'<?xml version="1.0" encoding="UTF-8"?>' + page(record("Écuelle €")).encode("iso8859-15"),
            "iso-8859-15",
            (Repair("encoding", "UTF-8", "iso8859-15"),),
        ),
    ],
    ids=["utf-8", "announced wrongly", "utf-16", "declared", "declared wrongly", "all wrong", "announced rightly"],
)
def test_a_page_is_read_in_the_charset_that_it_is_in(
    content: bytes, announced: str, repairs: tuple[Repair, ...]
) -> None:
    (found,) = records(content, announced)

    assert "Écuelle €" == title(found)
    assert repairs == found.repairs


def test_what_is_repaired_is_said_of_the_record_it_was_repaired_in() -> None:
    content = page(record("Bowl\x02 & &eacute;cuelle &#8; &odd;", "oai:e:1"), record("Vase", "oai:e:2")).encode()
    repaired, sound = records(content)

    assert "Bowl &amp; écuelle  &amp;odd;" == title(repaired)
    assert ["control-characters", "stray-ampersand", "stray-ampersand", "stray-ampersand"] == [
        repair.code for repair in repaired.repairs
    ]
    assert ("Vase", ()) == (title(sound), sound.repairs)


def test_single_bytes_of_another_charset_do_not_spoil_the_rest_of_the_page() -> None:
    content = page(record("É", "oai:e:1"), record("Ü", "oai:e:2")).encode().replace("É".encode(), b"\xc9")

    assert ["É", "Ü"] == [title(found) for found in records(content)]


def test_a_record_that_cannot_be_mended_is_told_from_its_neighbours() -> None:
    before, broken, after = records(
        page(record("Bowl", "oai:e:1"), record("<b>Vase", "oai:e:2"), record("Jug", "oai:e:3"), leads_to="a&b")
    )

    assert ["Bowl", "Jug"] == [title(before), title(after)]
    assert "oai:e:2" == broken.identifier
    assert "xml-malformed" == (refusal(broken) or ("",))[0]
    assert "a&b" == read_answer(page(record("<b>"), leads_to="a&b").encode()).token


def test_text_that_is_too_long_for_a_parser_is_refused_alone() -> None:
    long, sound = records(page(record("x" * 10_100_000, "oai:e:1"), record("Vase", "oai:e:2")))

    assert ("xml-malformed", "Vase") == ((refusal(long) or ("",))[0], title(sound))


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ("<oai_dc:dc xmlns:oai_dc='http://www.openarchives.org/OAI/2.0/oai_dc/'/>", "not-edm"),
        ("", "oai-no-metadata"),
        ("nothing", "oai-no-metadata"),
        (f"<europeana:record xmlns:europeana='http://e.org/'>{RDF.format('')}</europeana:record>", None),
        (RDF.format("").replace("<", "&lt;"), None),
    ],
    ids=["dublin core", "empty", "text", "wrapped", "escaped"],
)
def test_metadata_are_edm_or_refused_with_a_reason(metadata: str, code: str | None) -> None:
    text = f"<record><header><identifier>1</identifier></header><metadata>{metadata}</metadata></record>"
    (found,) = records(page(text))
    refused = refusal(found)

    assert code == (refused and refused[0])
    assert (code is None) == (b"<rdf:RDF" in found.content)


def test_a_deleted_record_is_known_by_its_header() -> None:
    (found,) = records(page('<record><header status="deleted"><identifier>oai:e:1</identifier></header></record>'))

    assert OaiRecord("oai:e:1", deleted=True) == found
    assert "oai-deleted" == (refusal(found) or ("",))[0]


def test_headers_alone_are_records_without_metadata() -> None:
    text = "<OAI-PMH><ListIdentifiers><header><identifier>1</identifier></header></ListIdentifiers></OAI-PMH>"

    assert ["oai-no-metadata"] == [(refusal(found) or ("",))[0] for found in records(text)]


def test_entities_are_neither_expanded_nor_fetched() -> None:
    laughs = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    doctype = f'<!DOCTYPE OAI-PMH [<!ENTITY a "ha"><!ENTITY file SYSTEM "file:///etc/hostname">{laughs}]>'
    sound, tricky = records(doctype + page(record("Vase", "oai:e:2"), record("&m; &file;")))

    assert "Vase" == title(sound)
    assert len(tricky.content) < 500


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "source-not-xml"),
        (b"Service temporarily unavailable", "source-not-xml"),
        (b"<!DOCTYPE html><html><br></html>", "source-not-xml"),
        (b"<html><p>Well-formed</p></html>", "source-not-xml"),
        (page(record("Bowl")).encode()[:-20], "source-not-xml"),
        (page(record("Bowl & lid")).encode()[:-20], "source-not-xml"),
        (page().replace("<responseDate>", "<responseDate><").encode(), "source-not-xml"),
        (b"<rss><channel/></rss>", "source-not-oai"),
        (b"<html:OAI-PMH", "source-not-xml"),
    ],
)
def test_what_is_no_whole_answer_is_not_taken_for_one(content: bytes, code: str) -> None:
    with pytest.raises(NotOai) as refused:
        read_answer(content)

    assert code == refused.value.code


@given(st.binary(max_size=300), st.integers(0, 700), st.sampled_from(["", "utf-8", "latin-1", "punycode", "zlib", "x"]))
def test_no_answer_whatever_its_bytes_is_a_fault_of_ours(noise: bytes, at: int, announced: str) -> None:
    whole = page(record("Bowl"), record("Vase", "oai:e:2")).encode()
    for content in (noise, whole[:at] + noise + whole[at:]):
        with suppress(NotOai):
            answer = read_answer(content, announced)
            assert all(found.content or refusal(found) for found in answer.records())
            assert isinstance(answer.token, str)
