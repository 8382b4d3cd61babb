"""Any input yields valid quads or a coded refusal, never another exception."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize

from rubricator.edm import RecordRejected, map_record
from rubricator.harvest import SourceRecord
from rubricator.harvest.archive import Found
from rubricator.harvest.csv import canonical_json
from rubricator.harvest.edmfile import records_of
from rubricator.harvest.mapping import table_mapping
from rubricator.harvest.record import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TABLE_ROW, TRIG, TURTLE, Picture
from rubricator.iris import Iris

IRIS = Iris("http://rubricator.test")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
MAPPING = table_mapping(
    {
        "dataset": "shelf",
        "identifier": "{id}",
        "item": "{item}",
        "shown_at": "{at}",
        "rights": "{rights}",
        "columns": {"title": "dc:title", "s": {"property": "dc:subject", "iri": True, "separator": ";"}},
    }
)
SYNTAXES = st.sampled_from([RDF_XML, TURTLE, N_TRIPLES, N_QUADS, TRIG, JSON_LD])
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:edm="http://www.europeana.eu/schemas/edm/">
 <edm:ProvidedCHO rdf:about={about}>{inside}</edm:ProvidedCHO>{after}</rdf:RDF>"""
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "<dc:title xml:lang='{0}'>{0}</dc:title>",
            "<dc:type rdf:resource='{0}'>{0}</dc:type>",
            "<dc:type edm:confidenceLevel='{0}'>{0}</dc:type>",
            "<dc:date rdf:datatype='{0}'>{0}</dc:date>",
            "<dc:creator><edm:Agent rdf:about='{0}'><dc:title>{0}</dc:title></edm:Agent></dc:creator>",
            "<dc:creator rdf:nodeID='{0}'/>",
            "<dc:creator rdf:parseType='{0}'><b>{0}</b></dc:creator>",
            "<dc:creator rdf:ID='{0}' xml:base='{0}'/>",
            "<title x='{0}'/>",
            "{0}",
            "<dc:a>{0}<dc:b/>{0}</dc:a>",
            "<rdf:li rdf:bagID='{0}'/>",
            "<edm:ProvidedCHO rdf:about='{0}'/>",
        ]
    ),
    max_size=4,
)
QUOTED = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<>&'\""), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@id", "@type", "@graph", "@language", "@value", "dc:title", "@list", "@set"]), inner
        )
    ),
    max_leaves=12,
)


def check(record: SourceRecord) -> None:
    try:
        mapped = map_record(record, IRIS)
    except RecordRejected:
        return
    written = serialize(mapped.triples, format=RdfFormat.N_TRIPLES) or b""
    assert set(mapped.triples) == {quad.triple for quad in parse(written, RdfFormat.N_TRIPLES)}
    assert b"_:" not in b" ".join(line[:2] for line in written.splitlines())
    for repair in mapped.repairs:
        (repair.raw + repair.now).encode()


@given(st.binary(max_size=200), SYNTAXES)
def test_any_bytes_in_any_syntax(content: bytes, media_type: str) -> None:
    check(SourceRecord("shelf", "", media_type, content, "x", NOW))


@given(st.binary(max_size=300))
def test_any_file(content: bytes) -> None:
    for entry in records_of(Found("x", "", content), "shelf"):
        if isinstance(entry, SourceRecord):
            check(entry)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(QUOTED, FRAGMENTS, FRAGMENTS, QUOTED)
def test_any_record_in_rdf_xml(about: str, inside: list[str], after: list[str], value: str) -> None:
    parts = ("".join(part.replace("{0}", value) for part in parts) for parts in (inside, after))
    text = XML.replace("{about}", f"'{about}'").replace("{inside}", next(parts)).replace("{after}", next(parts))
    for entry in records_of(Found("x", "", text.encode()), "shelf"):
        if isinstance(entry, SourceRecord):
            check(entry)


@given(QUOTED, st.text(max_size=20), st.text(max_size=8))
def test_any_record_in_turtle(about: str, value: str, tag: str) -> None:
    text = f"""@prefix edm: <http://www.europeana.eu/schemas/edm/> . @prefix dc: <http://purl.org/dc/elements/1.1/> .
      <{about}> a edm:ProvidedCHO ; dc:title "{value}"@{tag} ; dc:relation <{value}> ."""
    check(SourceRecord("shelf", "", TURTLE, text.encode("utf-8", "replace"), "x", NOW))


@given(JSON)
def test_any_record_in_json_ld(value: Any) -> None:
    document = {"@context": {"dc": "http://purl.org/dc/elements/1.1/"}, "@id": "http://e.org/1", "dc:relation": value}
    document["@type"] = "http://www.europeana.eu/schemas/edm/ProvidedCHO"
    check(SourceRecord("shelf", "", JSON_LD, json.dumps(document).encode(), "x", NOW))


@given(st.dictionaries(st.sampled_from(["id", "item", "at", "rights", "title", "s"]), st.text(), max_size=6), st.text())
def test_any_row(row: dict[str, str], name: str) -> None:
    cells = {key: value.encode("utf-8", "replace").decode() for key, value in row.items()}
    picture = Picture(name.encode("utf-8", "replace").decode())
    check(SourceRecord("shelf", "", TABLE_ROW, canonical_json(cells), "x", NOW, MAPPING, (picture,)))


@given(st.binary(max_size=60))
def test_any_bytes_in_place_of_a_row(content: bytes) -> None:
    check(SourceRecord("shelf", "", TABLE_ROW, content, "x", NOW, MAPPING))
