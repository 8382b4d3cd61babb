from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize

from rubricator.edm import EdmRecord, RecordRejected
from rubricator.rdf import DC, DCTERMS, EDM, RDF, SKOS

Map = Callable[..., EdmRecord]
ITEM = "http://data.europeana.eu/item/1/x"


def values(record: EdmRecord, predicate: NamedNode) -> list[object]:
    return [triple.object for triple in record.triples if triple.predicate == predicate]


def codes(record: EdmRecord) -> list[str]:
    return [repair.code for repair in record.repairs if repair.code not in ("aggregation-added", "relative-iri")]


def test_blanks_and_forbidden_characters_of_iris_are_encoded_and_noted(xml: Map) -> None:
    record = xml('<dc:relation rdf:resource=" http://e.org/a b/{c}"/>')

    assert [NamedNode("http://e.org/a%20b/%7Bc%7D")] == values(record, DC["relation"])
    assert [("illegal-iri", " http://e.org/a b/{c}", "http://e.org/a%20b/%7Bc%7D")] == [
        (repair.code, repair.raw, repair.now) for repair in record.repairs if repair.code == "illegal-iri"
    ]


@pytest.mark.parametrize("raw", ["http://[x/", "http://e.org:port/", "urn with blanks: and [more]"])
def test_what_is_no_iri_at_all_stays_as_a_text(raw: str, xml: Map) -> None:
    record = xml(f'<dc:relation rdf:resource="{raw}"/><dc:date rdf:resource=" http://e.org/"/>')

    (value,) = values(record, DC["relation"])
    assert isinstance(value, Literal | NamedNode)


def test_an_empty_language_is_none(xml: Map) -> None:
    record = xml('<dc:title xml:lang="">Bowl</dc:title>')

    assert [Literal("Bowl")] == values(record, DC["title"])
    assert ["empty-language"] == codes(record)


@pytest.mark.parametrize("tag", ["", " ", "def", "deutsch sprache"])
@pytest.mark.parametrize("around", ['xml:lang="de"', "xml:lang = 'de' dc:source='A > B'"])
def test_no_language_ends_that_of_the_elements_around(around: str, tag: str, xml: Map) -> None:
    place = f"""<edm:Place rdf:about="http://e.org/p" {around}><dc:title xml:lang="{tag}">plain</dc:title>
        <dc:title>Pot</dc:title><dc:title xml:lang="en">pot</dc:title>
        <dc:creator><edm:Agent><dc:title>Ton</dc:title></edm:Agent></dc:creator></edm:Place>"""
    record = xml(nodes=place)

    texts = {
        Literal("plain"),
        *(Literal(text, language="de") for text in ("Pot", "Ton")),
        Literal("pot", language="en"),
    }
    assert texts == set(values(record, DC["title"]))
    assert {Literal("A > B", language="de")} >= set(values(record, DC["source"]))
    assert ["illegal-language" if "deutsch" in tag else "empty-language"] == codes(record)
    assert [tag] == [repair.raw for repair in record.repairs if repair.code.endswith("-language")]


def test_what_looks_like_an_attribute_in_a_text_stays(xml: Map) -> None:
    text = 'write xml:lang="" or rdf:datatype="http://www.w3.org/2001/XMLSchema#hexBinary"'
    record = xml(f'<dc:title xml:lang="">{text}</dc:title>')

    assert [Literal(text)] == values(record, DC["title"])


def test_a_base_holds_within_its_element(mapped: Map) -> None:
    record = mapped(
        f"""<rdf:RDF xmlns:rdf="{RDF}" xmlns:edm="{EDM}" xmlns:dc="{DC}" xml:base="http://e.org/dir/#top">
        <edm:ProvidedCHO rdf:about="p1" xml:base="more/"><dc:relation rdf:resource="a b"/><dc:relation rdf:resource=""/>
        <dc:relation xml:base="http://other.org/" rdf:resource="who"/><dc:relation rdf:resource="#it"/>
        <dc:relation xml:base="urn:x" rdf:resource="/q"/></edm:ProvidedCHO></rdf:RDF>"""
    )

    assert "http://e.org/dir/more/p1" == record.item.value
    assert [
        "http://e.org/dir/more/a%20b", "http://other.org/who", "http://e.org/dir/more/#it", "http://e.org/q",
    ] == [value.value for value in values(record, DC["relation"]) if isinstance(value, NamedNode)]  # fmt: skip
    assert [
        ("illegal-iri", "a b"),
        ("empty-resource", '<dc:relation rdf:resource=""/>'),
        ("stray-attribute", "base=urn:x"),
    ] == [(repair.code, repair.raw) for repair in record.repairs if repair.code != "aggregation-added"]


def test_an_item_may_be_named_by_a_local_name_below_a_base(mapped: Map) -> None:
    record = mapped(
        f"""<rdf:RDF xmlns:rdf="{RDF}" xmlns:edm="{EDM}" xmlns:dc="{DC}" xml:base="http://e.org/list">
        <edm:ProvidedCHO rdf:ID="p1"><dc:title>Pot</dc:title></edm:ProvidedCHO></rdf:RDF>"""
    )

    assert "http://e.org/list#p1" == record.item.value


@pytest.mark.parametrize("raw", ["//[x", "http://[x", "//e.org:port:x/"])
def test_a_reference_that_no_resolver_takes_harms_nothing_else(raw: str, xml: Map) -> None:
    for properties in (f'<dc:relation rdf:resource="{raw}"/>', f'<dc:relation xml:base="{raw}" rdf:resource="a"/>'):
        assert [Literal("Pot")] == values(
            xml(f"{properties}<dc:title>Pot</dc:title>", about="http://e.org/1"), DC["title"]
        )


def test_a_relative_datatype_goes_and_its_text_stays(xml: Map) -> None:
    record = xml('<dc:extent rdf:datatype="integer">3</dc:extent><dc:extent rdf:datatype="">4</dc:extent>')

    assert [Literal("3"), Literal("4")] == values(record, DC["extent"])
    assert [("illegal-datatype", "integer"), ("illegal-datatype", "")] == [
        (repair.code, repair.raw) for repair in record.repairs if repair.code == "illegal-datatype"
    ]


OF_LANGUAGES = [RDF["langString"].value, RDF["dirLangString"].value]


@pytest.mark.parametrize("beside", ["", "<!-- -->", '<dc:relation rdf:resource="a b"/>', '<dc:type rdf:resource=""/>'])
@pytest.mark.parametrize("datatype", [*OF_LANGUAGES, OF_LANGUAGES[0].replace("S", "&#83;")])
def test_a_datatype_that_no_text_says_goes_and_its_language_stays(datatype: str, beside: str, xml: Map) -> None:
    record = xml(
        f"""<dc:title rdf:datatype="{datatype}">Vase</dc:title>{beside}
          <dc:title xml:lang="nl" rdf:datatype='{datatype}'>Vaas</dc:title>"""
    )

    assert [Literal("Vase"), Literal("Vaas", language="nl")] == values(record, DC["title"])
    assert "illegal-datatype" in codes(record)


def test_such_a_datatype_is_known_below_a_base(xml: Map) -> None:
    record = xml(f'<dc:title xml:base="{str(RDF)[:-1]}" rdf:datatype="#langString">Vase</dc:title>')

    assert [Literal("Vase")] == values(record, DC["title"])


@pytest.mark.parametrize("beside", ["", '<dc:type rdf:resource=""/>'])
def test_a_language_of_def_is_none_in_capitals_too(beside: str, xml: Map) -> None:
    record = xml(f'<dc:title xml:lang="DEF">Bowl</dc:title>{beside}')

    assert [Literal("Bowl")] == values(record, DC["title"])
    assert "empty-language" in codes(record)


@pytest.mark.parametrize("beside", ["", '<dc:type rdf:resource=""/>'])
def test_an_end_of_no_cdata_section_is_text(beside: str, xml: Map) -> None:
    record = xml(f"<dc:title>a]]>b<![CDATA[c]]></dc:title><!-- ]]> -->{beside}")

    assert [Literal("a]]>bc")] == values(record, DC["title"])
    assert [("stray-section-end", "]]>")] == [
        (repair.code, repair.raw) for repair in record.repairs if repair.code == "stray-section-end"
    ]


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


def test_nodes_beside_a_reference_are_noted_whole(xml: Map) -> None:
    agent = '<edm:Agent rdf:about="http://e.org/p"/>'
    record = xml(f'<dc:creator rdf:resource="http://e.org/a b">{agent}</dc:creator>')

    assert [NamedNode("http://e.org/a%20b")] == values(record, DC["creator"])
    assert [f'<dc:creator rdf:resource="http://e.org/a b">{agent}</dc:creator>'] == [
        repair.raw for repair in record.repairs if repair.code == "text-beside-resource"
    ]


def test_a_node_below_an_empty_reference_stays(xml: Map) -> None:
    agent = '<edm:Agent rdf:about="http://e.org/p"><skos:prefLabel>Ton</skos:prefLabel></edm:Agent>'
    record = xml(f'<dc:creator rdf:resource="">{agent}</dc:creator>')

    assert [NamedNode("http://e.org/p")] == values(record, DC["creator"])
    assert [Literal("Ton")] == values(record, SKOS["prefLabel"])
    assert ["empty-resource"] == codes(record)


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


def test_an_underscore_in_a_language_is_a_hyphen(xml: Map) -> None:
    record = xml('<dc:title xml:lang="en_GB">Bowl</dc:title><dc:title xml:lang="in English">Pot</dc:title>')

    assert [Literal("Bowl", language="en-gb"), Literal("Pot")] == values(record, DC["title"])
    assert ["illegal-language", "illegal-language"] == codes(record)


def test_text_beside_a_resource_is_noted_and_goes(xml: Map) -> None:
    record = xml('<dc:creator rdf:resource="http://e.org/potter">Potter</dc:creator>')

    assert [NamedNode("http://e.org/potter")] == values(record, DC["creator"])
    assert [("text-beside-resource", "Potter")] == [(repair.code, repair.raw) for repair in record.repairs][:1]


def test_a_node_with_an_empty_iri_goes_with_all_it_says(xml: Map) -> None:
    record = xml(nodes='<edm:Place rdf:about=""><skos:prefLabel>Nowhere</skos:prefLabel></edm:Place>')

    assert [] == values(record, SKOS["prefLabel"])
    assert ["empty-about"] == codes(record)


def test_an_empty_resource_goes(xml: Map) -> None:
    record = xml('<dc:creator rdf:resource=""/><dc:title>Bowl</dc:title>')

    assert [] == values(record, DC["creator"])
    assert ["empty-resource"] == codes(record)


def test_iris_without_host_are_those_of_europeana(xml: Map) -> None:
    nodes = """<ore:Proxy rdf:about="/proxy/provider/1/x"><ore:proxyFor rdf:resource="/1/x"/></ore:Proxy>
      <ore:Aggregation rdf:about="/aggregation/provider/1/x">
        <edm:aggregatedCHO rdf:resource="/1/x"/></ore:Aggregation>"""
    record = xml(nodes=nodes, about="/1/x")

    assert ITEM == record.item.value
    subjects = {str(triple.subject).strip("<>") for triple in record.triples}
    assert {
        ITEM,
        "http://data.europeana.eu/proxy/provider/1/x",
        "http://data.europeana.eu/aggregation/provider/1/x",
    } == subjects
    assert ("1", "x", "http://rubricator.test/graph/edm/1/x") == (record.dataset, record.identifier, record.graph.value)


def test_fragments_belong_to_their_item(xml: Map) -> None:
    time = '<edm:TimeSpan rdf:about="#1923"><skos:prefLabel>1923</skos:prefLabel></edm:TimeSpan>'
    record = xml('<dcterms:created rdf:resource="#1923"/>', time)

    assert [NamedNode(f"{ITEM}#1923")] == values(record, DCTERMS["created"])


def test_other_relative_iris_are_ours_and_of_this_item_alone(xml: Map) -> None:
    record = xml('<dc:relation rdf:resource="HA/1#time span"/>')

    assert [NamedNode("http://rubricator.test/id/item/1/x#HA%2F1%23time%20span")] == values(record, DC["relation"])


def test_local_names_of_items_get_iris_of_ours(xml: Map) -> None:
    record = xml("<dc:title>Bowl</dc:title>", about="#UEDIN:214")

    assert record.item.value.startswith("http://rubricator.test/id/item/shelf/UEDIN_214-")
    assert "shelf" == record.dataset


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


def test_colours_are_plain_texts(xml: Map) -> None:
    colour = (
        '<edm:componentColor rdf:datatype="http://www.w3.org/2001/XMLSchema#hexBinary">#696969</edm:componentColor>'
    )
    record = xml(nodes=f'<edm:WebResource rdf:about="http://e.org/1.jpg">{colour}</edm:WebResource>')

    assert [Literal("#696969")] == values(record, EDM["componentColor"])
    assert ["hex-binary"] == codes(record)


@pytest.mark.parametrize(
    "legacy", ["http://data.europeana.eu/concept/base/47", "https://data.europeana.eu/concept/base/47"]
)
def test_entities_have_one_spelling(legacy: str, xml: Map) -> None:
    record = xml(f'<dc:type rdf:resource="{legacy}"/><dc:title>{legacy}</dc:title>')

    assert [NamedNode("http://data.europeana.eu/concept/47")] == values(record, DC["type"])
    assert [Literal(legacy)] == values(record, DC["title"])
    assert ["legacy-entity"] == codes(record)


def test_markup_in_a_text_is_flattened(xml: Map) -> None:
    record = xml("<dc:description>A <b>very</b> old bowl</dc:description>")

    assert [Literal("A very old bowl")] == values(record, DC["description"])
    assert ["markup-in-literal"] == codes(record)


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


def test_the_direction_of_a_text_goes(mapped: Map) -> None:
    record = mapped(
        f"""<rdf:RDF xmlns:rdf="{RDF}" xmlns:edm="{EDM}" xmlns:dc="{DC}" xmlns:its="http://www.w3.org/2005/11/its"
        rdf:version="1.2" its:version="2.0"><edm:ProvidedCHO rdf:about="http://e.org/1">
        <dc:title its:dir="rtl" xml:lang="ar">Pot</dc:title></edm:ProvidedCHO></rdf:RDF>"""
    )

    assert [Literal("Pot", language="ar")] == values(record, DC["title"])
    assert ["text-direction"] == codes(record)


def test_text_between_nodes_is_noted_and_goes(xml: Map) -> None:
    record = xml("<dc:title>Pot</dc:title>", "of clay")

    assert [Literal("Pot")] == values(record, DC["title"])
    assert ["stray-text"] == codes(record)


@pytest.mark.parametrize("text", ["a&#1;b", "a&#xFFFE;b", "a&#00;b", "a\x02b"])
def test_characters_that_no_xml_may_hold_go_however_they_are_written(text: str, xml: Map) -> None:
    record = xml(f"<dc:title>{text}</dc:title>")

    assert [Literal("ab")] == values(record, DC["title"])
    assert ["control-characters"] == codes(record)


def test_line_ends_are_those_of_xml_whichever_way_a_record_takes(xml: Map) -> None:
    plain = xml("<dc:title>a\r\nb\rc</dc:title>")
    cleaned = xml('<dc:title>a\r\nb\rc</dc:title><dc:date xml:lang="">1</dc:date>')

    assert [Literal("a\nb\nc")] == values(plain, DC["title"]) == values(cleaned, DC["title"])


@pytest.mark.parametrize(
    ("prefix", "declared"), [("edm:", 'xmlns:edm="{}"'), ("", 'xmlns="{}"'), ("e:", 'xmlns:e="{}"')]
)
def test_a_local_name_is_the_items_whatever_the_prefixes(prefix: str, declared: str, mapped: Map) -> None:
    names = declared.format(EDM)
    record = mapped(
        f"""<rdf:RDF xmlns:rdf="{RDF}" xmlns:dc="{DC}" {names}><{prefix}ProvidedCHO rdf:about="#pot">
        <dc:relation rdf:resource="#handle"/></{prefix}ProvidedCHO></rdf:RDF>"""
    )

    assert record.item.value == record.item.value.partition("#")[0]
    assert [NamedNode(f"{record.item.value}#handle")] == values(record, DC["relation"])


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
