"""Much of anything is read to its end: no pattern and no loop of this room takes the square of it."""

import json
from datetime import UTC, datetime

import pytest

from rubricator.harvest import SourceRecord
from rubricator.harvest.record import JSON_LD, RDF_XML, RECORD_JSON, SEARCH_ITEM, TURTLE
from rubricator.rdf import DC, EDM, RDF
from tests.edm.conftest import HEAD
from tests.edm.validity import flaws, flaws_of_file

MUCH = 2**18
UNITS = [">", "\n", " ", '\\"', "'", "a ", "../", "%", "[", "a:", "&lt;", "rdf:about=", "prefix ", "&#0", "<", "/1"]
"""What begins a pattern of ours and never ends it."""


def put(content: str, media_type: str) -> list[str]:
    return flaws(SourceRecord("shelf", "", media_type, content.encode(), "x", datetime(2026, 1, 2, tzinfo=UTC)))


@pytest.mark.parametrize("unit", UNITS)
def test_much_of_one_thing_in_rdf_xml(unit: str) -> None:
    much = (unit * (MUCH // len(unit))).replace("<", "&lt;").replace('"', "&quot;")
    item = '<edm:ProvidedCHO rdf:about="/1/x">%s</edm:ProvidedCHO>'
    assert [] == put(HEAD + item % f"<dc:title>{much}</dc:title>" + "</rdf:RDF>", RDF_XML)
    assert [] == put(HEAD + item % f'<dc:type rdf:resource="{much}"/>' + "</rdf:RDF>", RDF_XML)
    assert [] == put(HEAD + f'<edm:ProvidedCHO rdf:about="{much}', RDF_XML)


@pytest.mark.parametrize("unit", UNITS)
def test_much_of_one_thing_in_turtle(unit: str) -> None:
    much = unit * (MUCH // len(unit))
    for before in ("<a b> ", '"', '"""', "<", "@prefix "):
        assert [] == put(before + much, TURTLE)


@pytest.mark.parametrize("unit", UNITS)
def test_much_of_one_thing_in_json(unit: str) -> None:
    much = unit * (MUCH // len(unit))
    assert [] == put(
        json.dumps({"@id": much, "@type": EDM["ProvidedCHO"].value, DC["type"].value: {"@id": much}}), JSON_LD
    )
    proxy = {"about": "/proxy/provider/1/x", "dcType": {"def": [much]}}
    assert [] == put(json.dumps({"object": {"about": "/1/x", "proxies": [proxy]}}), RECORD_JSON)
    assert [] == put(json.dumps({"id": "/1/x", "rights": [much], "dcTypeLangAware": {"def": [much]}}), SEARCH_ITEM)


@pytest.mark.parametrize(
    "part",
    [
        '<dc:type edm:confidenceLevel="0.5">a</dc:type>',
        '<dc:type rdf:resource=""/>',
        '<dc:type rdf:resource="a b"/>',
        "<dc:type><b>a</b></dc:type>",
        '<dc:type rdf:nodeID="a"/>',
        "<a/>",
    ],
)
def test_ten_thousand_of_one_kind(part: str) -> None:
    assert [] == put(f'{HEAD}<edm:ProvidedCHO rdf:about="/1/x">{part * 10_000}</edm:ProvidedCHO></rdf:RDF>', RDF_XML)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('{"@id":"b:c","b:d":', "}")])
def test_json_that_is_nested_deeper_than_anything(opening: str, closing: str) -> None:
    for depth in (500, 100_000):
        nested = opening * depth + "1" + closing * depth
        assert [] == put(nested, JSON_LD)
        assert [] == put(f'{{"object":{{"about":"/1/x","proxies":[{nested}]}}}}', RECORD_JSON)
        assert [] == put(f'{{"id":"/1/x","title":{nested}}}', SEARCH_ITEM)


def test_files_whose_nesting_takes_a_parser_the_stack() -> None:
    items = "".join(f"<http://e.org/{name}> a <{EDM['ProvidedCHO'].value}> . " for name in "ab")
    statement = "<http://e.org/a> <http://e.org/b> "
    turtle = items + statement + f"<<( {statement}" * 30_000 + "<http://e.org/c>" + " )>>" * 30_000 + " ."
    json_ld = f'[{{"@type":"{EDM["ProvidedCHO"].value}"}},{{"@type":"{EDM["ProvidedCHO"].value}"}},'
    json_ld += '{"http://e.org/a":' * 30_000 + "1" + "}" * 30_000 + "]"

    assert [] == put(turtle, TURTLE)
    assert [] == flaws_of_file(turtle.encode())
    assert [] == put(json_ld, JSON_LD)
    assert [] == flaws_of_file(json_ld.encode())


def test_rdf_that_is_nested_deeper_than_anything() -> None:
    assert [] == put("<a> <b> " + "[ <b> " * 100_000, TURTLE)
    assert [] == put("<a> <b> " + "(" * 100_000, TURTLE)
    assert [] == put(f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:edm="{EDM}">' + "<edm:a><edm:A>" * 50_000, RDF_XML)
