"""Records in RDF/XML: what is no statement, what is refused, and the bytes that a record comes in."""

from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize

from rubricator.edm import EdmRecord, RecordRejected
from rubricator.rdf import DC, EDM, RDF, SKOS
from tests.edm.looking import codes, values

Map = Callable[..., EdmRecord]


@pytest.mark.parametrize("beside", ["", '<dc:relation rdf:resource="a b"/>', '<dc:type rdf:resource=""/>'])
def test_an_unknown_way_to_parse_hides_nothing(beside: str, xml: Map) -> None:
    record = xml(
        f"""<dc:title rdf:parseType="literal">Bowl</dc:title><dc:title rdf:parseType="Literal"/>{beside}
          <dc:creator rdf:parseType="x"><edm:Agent rdf:about="http://e.org/potter"/></dc:creator>"""
    )

    assert [Literal("Bowl"), Literal("")] == values(record, DC["title"])
    assert [NamedNode("http://e.org/potter")] == values(record, DC["creator"])
    assert ["parseType=literal", "parseType=x"] == [
        repair.raw for repair in record.repairs if repair.code == "stray-attribute"
    ]


def test_what_goes_is_in_its_repair(xml: Map) -> None:
    places = "".join(
        f'<edm:Place rdf:about=" "><skos:prefLabel xml:lang="nl">{name}</skos:prefLabel></edm:Place>'
        for name in ("Delft", "Gouda", "Aa" * 500)
    )
    delft = '<edm:Place rdf:about=" "><skos:prefLabel xml:lang="nl">Delft</skos:prefLabel></edm:Place>'
    record = xml(f'<note xmlns="">words</note><dc:creator>{delft}</dc:creator>', places)

    raw = [repair.raw for repair in record.repairs if repair.code in ("empty-about", "no-namespace")]
    assert [
        "<note>words</note>",
        f"<dc:creator>{delft}</dc:creator>",
        delft,
        '<edm:Place rdf:about=" "><skos:prefLabel xml:lang="nl">Gouda</skos:prefLabel></edm:Place>',
    ] == raw[:-1]
    assert (500, "…") == (len(raw[-1]), raw[-1][-1])


def test_texts_and_classes_in_attributes_of_a_node_stay(xml: Map) -> None:
    agent = f'<rdf:Description rdf:type="{SKOS}Concept" skos:prefLabel="Ton" xml:lang="nl"/>'
    record = xml(f'<dc:creator>{agent}</dc:creator><dc:date xml:lang="">1</dc:date>')

    assert [Literal("Ton", language="nl")] == values(record, SKOS["prefLabel"])
    assert SKOS["Concept"] in values(record, RDF["type"])
    assert ["empty-language"] == codes(record)


@pytest.mark.parametrize("prefix", ["rdf", "r"])
def test_an_attribute_of_the_root_states_nothing_and_is_noted(prefix: str, mapped: Map) -> None:
    record = mapped(
        f"""<?xml version="1.0"?><{prefix}:RDF xmlns:{prefix}="{RDF}" xmlns:edm='{EDM}' xmlns:dc="{DC}"
        dc:publisher="A > B" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">
        <edm:ProvidedCHO {prefix}:about="http://e.org/1"/></{prefix}:RDF>"""
    )

    assert [("stray-attribute", "publisher=A > B")] == [
        (repair.code, repair.raw) for repair in record.repairs if repair.code != "aggregation-added"
    ]


def test_provenance_attributes_never_become_statements_about_the_concept(xml: Map) -> None:
    record = xml(
        '<dc:type rdf:resource="http://data.europeana.eu/concept/47" edm:wasGeneratedBy="SoftwareAgent"'
        ' edm:confidenceLevel="0.83"/><dc:title edm:wasGeneratedBy="Person">Bowl</dc:title>'
    )

    assert [] == values(record, EDM["confidenceLevel"]) + values(record, EDM["wasGeneratedBy"])
    assert [
        "type http://data.europeana.eu/concept/47 wasGeneratedBy=SoftwareAgent confidenceLevel=0.83",
        "title Bowl wasGeneratedBy=Person",
    ] == [repair.raw for repair in record.repairs if repair.code == "statement-provenance"]


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ('<dc:creator rdf:nodeID="a" rdf:resource="http://e.org/p"/>', "stray-attribute"),
        ('<dc:creator rdf:nodeID="a">Potter</dc:creator>', "stray-attribute"),
        ('<dc:creator rdf:parseType="Resource">Potter</dc:creator>', ""),
        ('<dc:creator rdf:parseType="Resource">x<dc:title>Potter</dc:title></dc:creator>', "stray-text"),
        ('<creator xmlns="">Potter</creator>', "no-namespace"),
        ('<creator xmlns="en">Potter</creator>', "no-namespace"),
        ('<dc:creator><Agent xmlns="sl"/></dc:creator>', "no-namespace"),
        ("\u00a0<dc:title>Pot</dc:title>", "stray-text"),
        ('<dc:title><?xml-stylesheet href="x"?>Pot<!-- clay --></dc:title><dc:date xml:lang=""/>', "empty-language"),
        ("<dc:title><![CDATA[Pot < pan]]></dc:title>", ""),
        ('<dc:relation rdf:ID="r">Pot</dc:relation>', "stray-attribute"),
    ],
)
def test_what_rdf_xml_forbids_goes_and_the_rest_of_the_record_stays(properties: str, code: str, xml: Map) -> None:
    record = xml(f'<dc:identifier>1</dc:identifier>{properties}<dc:relation rdf:resource="a b"/>')

    assert [Literal("1")] == values(record, DC["identifier"])
    assert ([code] if code else []) == [found for found in dict.fromkeys(codes(record)) if found != "illegal-iri"]


def test_text_between_nodes_is_noted_and_goes(xml: Map) -> None:
    record = xml("<dc:title>Pot</dc:title>", "of clay")

    assert [Literal("Pot")] == values(record, DC["title"])
    assert ["stray-text"] == codes(record)


def test_an_element_with_a_thousand_attributes_is_refused(xml: Map) -> None:
    attributes = " ".join(f'a{number}=""' for number in range(1001))
    with pytest.raises(RecordRejected) as refusal:
        xml(f'<dc:title {attributes}>Pot</dc:title><dc:date xml:lang=""/>')
    assert "xml-malformed" == refusal.value.code


def test_every_repaired_record_is_strict_turtle(xml: Map) -> None:
    record = xml('<dc:relation rdf:resource="http://e.org/ä b"/><dc:title xml:lang="">"\\</dc:title>')
    turtle = serialize(record.triples, format=RdfFormat.TURTLE)

    assert set(record.triples) == {quad.triple for quad in parse(turtle, RdfFormat.TURTLE)}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<rdf:RDF", "xml-malformed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "xml-doctype"),
        (b'<?xml version="1.0"?>\n<!-- x --><!DOCTYPE x SYSTEM "http://e.org/"><x/>', "xml-doctype"),
        (b'<x xmlns="http://e.org/"><y/></x>', "not-a-record"),
        (b"<x><y/></x>", "not-a-record"),
        ("<x/>".encode("utf-16"), "not-a-record"),
        (b'<?xml version="1.0" encoding="klingon"?><x>\xe9</x>', "unknown-charset"),
        (b"   ", "empty"),
    ],
)
def test_xml_that_is_no_record_is_refused_with_its_reason(content: bytes, code: str, mapped: Map) -> None:
    with pytest.raises(RecordRejected) as refusal:
        mapped(content)
    assert code == refusal.value.code


def test_entities_of_a_document_type_are_never_expanded_in_another_charset(mapped: Map) -> None:
    bomb = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    with pytest.raises(RecordRejected) as refusal:
        mapped(bomb.encode("utf-16"))
    assert "xml-doctype" == refusal.value.code


def test_a_record_in_latin_1_that_says_so_is_read(mapped: Map) -> None:
    content = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<edm:ProvidedCHO rdf:about="http://e.org/1"><dc:title>Schüssel</dc:title></edm:ProvidedCHO></rdf:RDF>'
    )
    assert [Literal("Schüssel")] == values(mapped(content.encode("latin-1")), DC["title"])


def test_a_record_that_says_utf_8_and_is_not_is_read_as_windows_1252(mapped: Map) -> None:
    content = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:edm="http://www.europeana.eu/schemas/edm/">'
        '<edm:ProvidedCHO rdf:about="http://e.org/1"><dc:title>Schüssel</dc:title></edm:ProvidedCHO></rdf:RDF>'
    )
    record = mapped(content.encode("cp1252"))

    assert [Literal("Schüssel")] == values(record, DC["title"])
    assert "encoding" in codes(record)
