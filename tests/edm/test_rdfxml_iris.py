"""Records in RDF/XML: IRIs, bases and what refers to something."""

from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode

from rubricator.edm import EdmRecord
from rubricator.rdf import DC, DCTERMS, EDM, RDF, SKOS
from tests.edm.looking import ITEM, codes, values

Map = Callable[..., EdmRecord]


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


@pytest.mark.parametrize(
    "legacy", ["http://data.europeana.eu/concept/base/47", "https://data.europeana.eu/concept/base/47"]
)
def test_entities_have_one_spelling(legacy: str, xml: Map) -> None:
    record = xml(f'<dc:type rdf:resource="{legacy}"/><dc:title>{legacy}</dc:title>')

    assert [NamedNode("http://data.europeana.eu/concept/47")] == values(record, DC["type"])
    assert [Literal(legacy)] == values(record, DC["title"])
    assert ["legacy-entity"] == codes(record)


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
