"""Records of ours, damaged in every way that transport, editors and scripts damage them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize

from rubricator.harvest import SourceRecord
from rubricator.harvest.record import JSON_LD, N_QUADS, RDF_XML, RECORD_JSON, SEARCH_ITEM, TRIG, TURTLE
from rubricator.rdf import RDF
from tests.edm.validity import BOUNDED, flaws, flaws_of_file
from tests.fakes.europeana_items import generated, jsonld, rdf, record_json, search_item

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ITEM = next(generated(1, "http://museum.example"))
QUADS = list(parse(rdf(ITEM), RdfFormat.RDF_XML))
RECORDS = {
    RDF_XML: rdf(ITEM),
    TURTLE: serialize([quad.triple for quad in QUADS], format=RdfFormat.TURTLE) or b"",
    TRIG: serialize(QUADS, format=RdfFormat.TRIG) or b"",
    N_QUADS: serialize(QUADS, format=RdfFormat.N_QUADS) or b"",
    JSON_LD: jsonld(ITEM),
    RECORD_JSON: record_json(ITEM, "key"),
    SEARCH_ITEM: json.dumps(search_item(ITEM, "key", "http://api.example")).encode(),
}
MARKUP = r"""< > & " ' \ # { } [ ] : / ü &#1; &#xFFFF; \u0000 \ud800 <!-- --> <![CDATA[ ]]> <?x?> <!DOCTYPE
    rdf:about="" rdf:about="#a" rdf:nodeID="a" rdf:ID="1" rdf:parseType="Resource" rdf:resource= xml:base="x"
    xml:lang="" xml:lang="DEF" xmlns="" edm:confidenceLevel="2" edm:wasGeneratedBy="Person" <edm:ProvidedCHO/>
    @prefix @base null 1e999 "@id": "@type":"@json" _:b http:// xmlns:edm "def" """
ODDITIES = [part.encode() for part in MARKUP.split()] + [b"\x00", b"\xff", b" ", b"\r\n", b"\xef\xbb\xbf"]
ODDITIES += [f'rdf:datatype="{RDF}langString"'.encode(), f'"^^{RDF["dirLangString"]}'.encode()]

Change = Callable[[bytes, int, int, bytes], bytes]
"""Changes bytes at a place, over a length, by something odd."""


def cut(content: bytes, at: int, _length: int, _odd: bytes) -> bytes:
    return content[:at]


def leave_out(content: bytes, at: int, length: int, _odd: bytes) -> bytes:
    return content[:at] + content[at + length :]


def double(content: bytes, at: int, length: int, _odd: bytes) -> bytes:
    return content[: at + length] + content[at:]


def move_to_end(content: bytes, at: int, length: int, _odd: bytes) -> bytes:
    return content[:at] + content[at + length :] + content[at : at + length]


def put_in(content: bytes, at: int, _length: int, odd: bytes) -> bytes:
    return content[:at] + odd + content[at:]


def rename(content: bytes, at: int, _length: int, odd: bytes) -> bytes:
    return content.replace(content[at : at + 6], odd)


def add_attributes(content: bytes, _at: int, length: int, odd: bytes) -> bytes:
    return content.replace(b'"', b'" ' + odd + b" ", length)


def as_utf_16(content: bytes, _at: int, _length: int, _odd: bytes) -> bytes:
    return content.decode("utf-8", "replace").encode("utf-16")


def as_windows_1252(content: bytes, _at: int, _length: int, _odd: bytes) -> bytes:
    return content.decode("utf-8", "replace").encode("cp1252", "replace")


CHANGES: list[Change] = [
    cut, leave_out, double, move_to_end, put_in, rename, add_attributes, as_utf_16, as_windows_1252,
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A media type, and a record of that type after one to three changes."""
    media_type = draw(st.sampled_from(list(RECORDS)))
    content = RECORDS[media_type]
    for change in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3)):
        at = int(draw(st.floats(0, 1)) * len(content))
        content = change(content, at, draw(st.integers(1, 90)), draw(st.sampled_from(ODDITIES)))
    return media_type, content


@BOUNDED
@given(damaged())
def test_any_damaged_record(found: tuple[str, bytes]) -> None:
    media_type, content = found
    assert [] == flaws(SourceRecord("shelf", "", media_type, content, "x", NOW))
    assert [] == flaws_of_file(content)


@pytest.mark.parametrize("claimed", RECORDS)
@pytest.mark.parametrize("real", RECORDS)
def test_a_record_in_another_syntax_than_it_says(real: str, claimed: str) -> None:
    assert [] == flaws(SourceRecord("shelf", "", claimed, RECORDS[real], "x", NOW))


@pytest.mark.parametrize("media_type", RECORDS)
def test_a_record_that_came_twice_or_with_the_page_of_a_gateway(media_type: str) -> None:
    record = SourceRecord("shelf", "", media_type, RECORDS[media_type] * 2, "x", NOW)

    assert [] == flaws(record)
    assert [] == flaws(replace(record, content=RECORDS[media_type] + b"\n<html><body>502 Bad Gateway</body></html>"))
