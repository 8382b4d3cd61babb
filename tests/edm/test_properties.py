"""Any input yields valid quads or a coded refusal, never another exception."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rubricator.edm.api import terms
from rubricator.harvest import SourceRecord
from rubricator.harvest.csv import canonical_json
from rubricator.harvest.mapping import table_mapping
from rubricator.harvest.record import (
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    RECORD_JSON,
    SEARCH_ITEM,
    TABLE_ROW,
    TRIG,
    TURTLE,
    Picture,
)
from rubricator.rdf import RDF
from tests.edm.validity import BOUNDED, flaws, flaws_of_file

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
MEDIA_TYPES = st.sampled_from(
    [RDF_XML, TURTLE, N_TRIPLES, N_QUADS, TRIG, JSON_LD, RECORD_JSON, SEARCH_ITEM, "text/html"]
)
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:edm="http://www.europeana.eu/schemas/edm/">
 <edm:ProvidedCHO rdf:about={about}>{inside}</edm:ProvidedCHO>{after}</rdf:RDF>"""
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "<dc:title xml:lang='{0}'>{0}</dc:title>",
            "<dc:type rdf:resource='{0}'>{0}</dc:type>",
            "<dc:type edm:confidenceLevel='{0}' edm:wasGeneratedBy='{0}'>{0}</dc:type>",
            "<dc:type rdf:resource='{0}' edm:confidenceLevel='0.5'/>",
            "<dc:type xmlns='{0}'><x/></dc:type>",
            "<dc:title><![CDATA[{0}]]><!--{0}--><?x {0}?></dc:title>",
            "<as:Delete xmlns:as='http://www.w3.org/ns/activitystreams#'><as:object rdf:resource='{0}'/></as:Delete>",
            "<dc:date rdf:datatype='{0}'>{0}</dc:date>",
            "<dc:date rdf:datatype='http://www.w3.org/1999/02/22-rdf-syntax-ns#langString'>{0}</dc:date>",
            "<dc:title xml:lang='nl' rdf:datatype='http://www.w3.org/1999/02/22-rdf-syntax-ns#{0}'>]]></dc:title>",
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
QUOTED |= st.sampled_from(["langString", "dirLangString", "DEF"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@id", "@type", "@graph", "@language", "@value", "dc:title", "@list", "@set"]),
            inner | st.sampled_from([f"{RDF}langString", f"{RDF}dirLangString", "DEF"]),
        )
    ),
    max_leaves=12,
)
WORDS = st.sampled_from(["def", "en", "en_GB", "", "http://e.org/ü", "http://e.org/a b", "#a", "/1/x", "a\x00\ud800"])
SCALARS = WORDS | st.text(max_size=6) | st.integers() | st.floats() | st.booleans() | st.none()
BY_LANGUAGE = st.dictionaries(WORDS, st.lists(SCALARS, max_size=2) | SCALARS, max_size=3)
VALUES = BY_LANGUAGE | st.lists(SCALARS | BY_LANGUAGE, max_size=2) | SCALARS | JSON
FIELDS = st.dictionaries(
    st.sampled_from(["about", "webResources", "changeLog", *terms()]) | st.text(max_size=4), VALUES
)
NODES = st.lists(st.builds(lambda name, fields: fields | {"about": name}, WORDS, FIELDS) | FIELDS | JSON, max_size=3)


@BOUNDED
@given(st.binary(max_size=200), MEDIA_TYPES)
def test_any_bytes_in_any_syntax(content: bytes, media_type: str) -> None:
    assert [] == flaws(SourceRecord("shelf", "", media_type, content, "x", NOW))


@BOUNDED
@given(st.binary(max_size=300))
def test_any_file(content: bytes) -> None:
    assert [] == flaws_of_file(content)


@BOUNDED
@given(QUOTED, FRAGMENTS, FRAGMENTS, QUOTED)
def test_any_record_in_rdf_xml(about: str, inside: list[str], after: list[str], value: str) -> None:
    parts = ("".join(part.replace("{0}", value) for part in parts) for parts in (inside, after))
    text = XML.replace("{about}", f"'{about}'").replace("{inside}", next(parts)).replace("{after}", next(parts))
    assert [] == flaws_of_file(text.encode())


@BOUNDED
@given(QUOTED, st.text(max_size=20), st.text(max_size=8))
def test_any_record_in_turtle(about: str, value: str, tag: str) -> None:
    text = f"""@prefix edm: <http://www.europeana.eu/schemas/edm/> . @prefix dc: <http://purl.org/dc/elements/1.1/> .
      <{about}> a edm:ProvidedCHO ; dc:title "{value}"@{tag} ; dc:relation <{value}> ."""
    assert [] == flaws(SourceRecord("shelf", "", TURTLE, text.encode("utf-8", "replace"), "x", NOW))


@BOUNDED
@given(JSON, NODES, NODES)
def test_any_record_of_the_record_api(beside: Any, proxies: list[Any], aggregations: list[Any]) -> None:
    record = {"about": "/1/x", "concepts": beside, "proxies": proxies, "aggregations": aggregations}
    assert [] == flaws(SourceRecord("shelf", "", RECORD_JSON, json.dumps({"object": record}).encode(), "x", NOW))


@BOUNDED
@given(FIELDS)
def test_any_item_of_the_search_api(fields: dict[str, Any]) -> None:
    assert [] == flaws(SourceRecord("shelf", "", SEARCH_ITEM, json.dumps({"id": "/1/x"} | fields).encode(), "x", NOW))


@BOUNDED
@given(JSON)
def test_any_record_in_json_ld(value: Any) -> None:
    document = {"@context": {"dc": "http://purl.org/dc/elements/1.1/"}, "@id": "http://e.org/1", "dc:relation": value}
    document["@type"] = "http://www.europeana.eu/schemas/edm/ProvidedCHO"
    assert [] == flaws(SourceRecord("shelf", "", JSON_LD, json.dumps(document).encode(), "x", NOW))


@BOUNDED
@given(st.dictionaries(st.sampled_from(["id", "item", "at", "rights", "title", "s"]), st.text(), max_size=6), st.text())
def test_any_row(row: dict[str, str], name: str) -> None:
    cells = {key: value.encode("utf-8", "replace").decode() for key, value in row.items()}
    picture = Picture(name.encode("utf-8", "replace").decode())
    assert [] == flaws(SourceRecord("shelf", "", TABLE_ROW, canonical_json(cells), "x", NOW, MAPPING, (picture,)))


@BOUNDED
@given(st.binary(max_size=60))
def test_any_bytes_in_place_of_a_row(content: bytes) -> None:
    assert [] == flaws(SourceRecord("shelf", "", TABLE_ROW, content, "x", NOW, MAPPING))
