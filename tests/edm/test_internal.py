from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from rubricator.edm import EdmRecord, RecordRejected
from rubricator.rdf import DC, EDM, ORE, OWL, TYPE

Map = Callable[..., EdmRecord]
ITEM = NamedNode("http://data.europeana.eu/item/1/x")
OWN = "http://rubricator.test/id/item/1/x"
PROVIDER = "http://data.europeana.eu/proxy/provider/1/x"
PREFIXES = """@prefix edm: <http://www.europeana.eu/schemas/edm/> .
@prefix ore: <http://www.openarchives.org/ore/terms/> .
@prefix dc: <http://purl.org/dc/elements/1.1/> .
"""
AGGREGATION = f"""<ore:Aggregation rdf:about="http://e.org/a"><edm:aggregatedCHO rdf:resource="{ITEM.value}"/>
  <edm:dataProvider>Museum</edm:dataProvider></ore:Aggregation>"""


def about(record: EdmRecord, subject: NamedNode) -> set[tuple[str, str]]:
    return {
        (triple.predicate.value.replace("#", "/").rpartition("/")[2], getattr(triple.object, "value", ""))
        for triple in record.triples
        if triple.subject == subject
    }


def test_what_a_provider_says_on_the_item_moves_to_a_proxy_of_ours(xml: Map) -> None:
    record = xml("<dc:title>Bowl</dc:title><edm:type>IMAGE</edm:type>", AGGREGATION)

    assert {("type", EDM["ProvidedCHO"].value)} == about(record, ITEM)
    assert {
        ("type", ORE["Proxy"].value),
        ("type", "IMAGE"),
        ("title", "Bowl"),
        ("proxyFor", ITEM.value),
        ("proxyIn", "http://e.org/a"),
        ("europeanaProxy", "false"),
    } == about(record, NamedNode(f"{OWN}#proxy"))


def test_a_record_in_internal_form_stays_as_it_is(xml: Map) -> None:
    title = "<dc:title>Bowl</dc:title>"
    proxy = f'<ore:Proxy rdf:about="{PROVIDER}"><ore:proxyFor rdf:resource="{ITEM.value}"/>{title}</ore:Proxy>'
    record = xml(
        '<owl:sameAs xmlns:owl="http://www.w3.org/2002/07/owl#" rdf:resource="http://e.org/1"/>', AGGREGATION + proxy
    )

    assert () == record.repairs
    assert 8 == len(record.triples)
    assert Triple(ITEM, OWL["sameAs"], NamedNode("http://e.org/1")) in record.triples
    assert not any(OWN in str(triple) for triple in record.triples)


def test_statements_on_the_item_join_the_provider_proxy_not_that_of_europeana(xml: Map) -> None:
    proxies = "".join(
        f"""<ore:Proxy rdf:about="http://data.europeana.eu/proxy/{kind}/1/x"><ore:proxyFor rdf:resource="{ITEM.value}"/>
        <edm:europeanaProxy>{flag}</edm:europeanaProxy></ore:Proxy>"""
        for kind, flag in (("europeana", "true"), ("aggregator", "false"), ("provider", "false"))
    )
    record = xml("<dc:title>Bowl</dc:title>", AGGREGATION + proxies)

    assert Triple(NamedNode(PROVIDER), DC["title"], Literal("Bowl")) in record.triples


@pytest.mark.parametrize("datatype", ["", ' rdf:datatype="http://www.w3.org/2001/XMLSchema#boolean"', ' xml:lang="en"'])
@pytest.mark.parametrize(("theirs", "ours"), [("true", "false"), (" True ", "False"), ("1", "0")])
def test_europeanas_proxy_is_known_however_its_flag_is_written(theirs: str, ours: str, datatype: str, xml: Map) -> None:
    proxies = "".join(
        f"""<ore:Proxy rdf:about="http://e.org/{name}"><ore:proxyFor rdf:resource="{ITEM.value}"/>
        <edm:europeanaProxy{datatype}>{flag}</edm:europeanaProxy></ore:Proxy>"""
        for name, flag in (("aa", theirs), ("zz", ours))
    )
    record = xml("<dc:subject>pots</dc:subject>", AGGREGATION + proxies)

    assert Triple(NamedNode("http://e.org/zz"), DC["subject"], Literal("pots")) in record.triples
    flags = {triple.subject: triple.object for triple in record.triples if triple.predicate == EDM["europeanaProxy"]}
    assert {NamedNode("http://e.org/aa"): Literal("true"), NamedNode("http://e.org/zz"): Literal("false")} == flags
    noted = [(repair.now, repair.raw) for repair in record.repairs if repair.code == "code-not-plain"]
    assert ((theirs, datatype) != ("true", "")) == any(now == "true" and theirs in raw for now, raw in noted)


def test_a_flag_that_says_neither_stays_as_it_is(xml: Map) -> None:
    proxy = f"""<ore:Proxy rdf:about="{PROVIDER}"><ore:proxyFor rdf:resource="{ITEM.value}"/>
        <edm:europeanaProxy>perhaps</edm:europeanaProxy></ore:Proxy>"""
    record = xml(nodes=AGGREGATION + proxy)

    assert Triple(NamedNode(PROVIDER), EDM["europeanaProxy"], Literal("perhaps")) in record.triples
    assert () == record.repairs


def test_codes_take_no_language_from_around_them(xml: Map) -> None:
    described = """<edm:WebResource rdf:about="http://e.org/1.jpg" xml:lang="fr"
        xmlns:ebucore="http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#"
        xmlns:wgs84_pos="http://www.w3.org/2003/01/geo/wgs84_pos#">
        <dc:description>vase</dc:description><wgs84_pos:lat>51.9</wgs84_pos:lat><ebucore:hasMimeType>image/jpeg</ebucore:hasMimeType></edm:WebResource>"""
    record = xml('<edm:type xml:lang="fr">IMAGE</edm:type>', AGGREGATION + described)

    objects = {triple.object for triple in record.triples if isinstance(triple.object, Literal)}
    assert {Literal("IMAGE"), Literal("image/jpeg"), Literal("51.9"), Literal("vase", language="fr")} <= objects
    assert [
        ("code-not-plain", 'hasMimeType "image/jpeg"@fr', "image/jpeg"),
        ("code-not-plain", 'lat "51.9"@fr', "51.9"),
        ("code-not-plain", 'type "IMAGE"@fr', "IMAGE"),
    ] == sorted((repair.code, repair.raw, repair.now) for repair in record.repairs)


def test_nothing_new_is_ever_minted_under_europeana(xml: Map) -> None:
    record = xml("<dc:title>Bowl</dc:title>")

    europeana = {term for triple in record.triples for term in triple if "data.europeana.eu" in str(term)}
    assert {ITEM} == europeana
    assert "aggregation-added" in [repair.code for repair in record.repairs]


def test_an_item_that_is_its_own_proxy_is_taken_apart(mapped: Map) -> None:
    turtle = """<http://e.org/1> a edm:ProvidedCHO, ore:Proxy, edm:EuropeanaAggregation ;
        ore:proxyFor <http://e.org/1> ; dc:title "Bowl" ; edm:country "Greece" .
      <http://e.org/a> a ore:Aggregation ; edm:aggregatedCHO <http://e.org/1> ."""
    record = mapped(PREFIXES + turtle, "text/turtle")

    assert {("type", EDM["ProvidedCHO"].value)} == about(record, NamedNode("http://e.org/1"))
    assert Triple(NamedNode("http://e.org/a"), EDM["country"], Literal("Greece")) in record.triples
    assert "item-is-proxy" in [repair.code for repair in record.repairs]


def test_an_item_that_is_only_pointed_at_is_added(mapped: Map) -> None:
    turtle = """<http://e.org/a> a ore:Aggregation ; edm:aggregatedCHO <http://e.org/1> ."""
    record = mapped(PREFIXES + turtle, "text/turtle")

    assert Triple(NamedNode("http://e.org/1"), TYPE, EDM["ProvidedCHO"]) in record.triples
    assert ["item-added"] == [repair.code for repair in record.repairs]


def test_the_aggregation_of_a_record_is_of_its_item(xml: Map) -> None:
    record = xml(nodes=AGGREGATION.replace(ITEM.value, "http://e.org/else"))

    assert Triple(NamedNode("http://e.org/a"), EDM["aggregatedCHO"], ITEM) in record.triples
    assert ["aggregates-another"] == [repair.code for repair in record.repairs]


def test_blank_nodes_have_the_same_names_in_every_harvest(xml: Map) -> None:
    properties = "<dc:creator><edm:Agent><dc:title>Potter</dc:title></edm:Agent></dc:creator>"

    assert xml(properties).triples == xml(properties).triples
    assert "_:" not in str(xml(properties).triples)


@pytest.mark.parametrize(
    ("turtle", "code"),
    [
        ("<http://e.org/1> a edm:WebResource .", "not-a-record"),
        ("<http://e.org/1> a ore:Proxy .", "no-provided-cho"),
        ("[] a edm:ProvidedCHO .", "no-item-iri"),
        ("<http://e.org/1> a edm:ProvidedCHO . <http://e.org/2> a edm:ProvidedCHO .", "several-items"),
        ("<http://e.org/1> a ", "rdf-malformed"),
    ],
)
def test_rdf_without_one_item_is_refused_with_its_reason(turtle: str, code: str, mapped: Map) -> None:
    with pytest.raises(RecordRejected) as refusal:
        mapped(PREFIXES + turtle, "text/turtle")
    assert code == refusal.value.code
