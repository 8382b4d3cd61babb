from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from rubricator.edm import EdmRecord, RecordGone
from rubricator.harvest.record import TURTLE
from rubricator.rdf import DC, EDM, ORE, RDF, SKOS, TYPE, XSD

Map = Callable[..., EdmRecord]
ITEM = NamedNode("http://data.europeana.eu/item/1/x")
OWN = "http://rubricator.test/id/item/1/x"
PROVIDER, AGGREGATOR = NamedNode(f"{OWN}#proxy"), NamedNode(f"{OWN}#aggregator-proxy")
PAINTING = NamedNode("http://data.europeana.eu/concept/47")
BY_MACHINE = 'edm:wasGeneratedBy="SoftwareAgent" edm:confidenceLevel="0.83"'


def of(triples: tuple[Triple, ...], subject: NamedNode, predicate: NamedNode) -> set[object]:
    return {triple.object for triple in triples if (triple.subject, triple.predicate) == (subject, predicate)}


def reified(record: EdmRecord) -> list[dict[str, object]]:
    """What is known of each statement, by the local name of the property."""
    known: dict[object, dict[str, object]] = {}
    for triple in record.statements:
        name = triple.predicate.value.replace("#", "/").rpartition("/")[2]
        known.setdefault(triple.subject, {})[name] = triple.object
    return list(known.values())


def test_provenance_of_a_statement_is_kept_with_the_statement(xml: Map) -> None:
    record = xml(f'<dc:type rdf:resource="{PAINTING.value}" {BY_MACHINE}/>')

    assert [
        {
            "type": RDF["Statement"],
            "subject": AGGREGATOR,
            "predicate": DC["type"],
            "object": PAINTING,
            "wasGeneratedBy": Literal("SoftwareAgent"),
            "confidenceLevel": Literal("0.83", datatype=XSD["decimal"]),
        }
    ] == reified(record)


def test_nothing_of_it_is_among_what_is_published(xml: Map) -> None:
    record = xml(f'<dc:type rdf:resource="{PAINTING.value}" {BY_MACHINE}/>')

    told = {EDM["wasGeneratedBy"], EDM["confidenceLevel"], RDF["subject"], RDF["object"]}
    assert set() == told & {triple.predicate for triple in record.triples}
    assert all(str(triple.subject).startswith(f"<{record.graph.value}#statement-") for triple in record.statements)


def test_what_bears_its_own_provenance_lies_on_a_proxy_of_its_own(xml: Map) -> None:
    record = xml(f'<dc:title>Bowl</dc:title><dc:type rdf:resource="{PAINTING.value}" {BY_MACHINE}/>')

    assert {Literal("Bowl")} == of(record.triples, PROVIDER, DC["title"])
    assert set() == of(record.triples, PROVIDER, DC["type"])
    assert {PAINTING} == of(record.triples, AGGREGATOR, DC["type"])
    assert {PROVIDER} == of(record.triples, AGGREGATOR, ORE["lineage"])
    assert {ITEM} == of(record.triples, AGGREGATOR, ORE["proxyFor"])
    assert {Literal("false")} == of(record.triples, AGGREGATOR, EDM["europeanaProxy"])


def test_what_the_provider_says_as_well_stays_with_the_provider(xml: Map) -> None:
    record = xml(f'<dc:type rdf:resource="{PAINTING.value}" {BY_MACHINE}/><dc:type rdf:resource="{PAINTING.value}"/>')

    assert {PAINTING} == of(record.triples, PROVIDER, DC["type"]) == of(record.triples, AGGREGATOR, DC["type"])


def test_a_statement_on_the_provider_proxy_of_an_internal_record_moves_too(xml: Map) -> None:
    provider = "http://data.europeana.eu/proxy/provider/1/x"
    record = xml(
        nodes=f'<ore:Proxy rdf:about="{provider}"><ore:proxyFor rdf:resource="{ITEM.value}"/>'
        f"<edm:type>IMAGE</edm:type><dc:subject {BY_MACHINE}>harbour</dc:subject></ore:Proxy>"
    )

    assert {Literal("harbour")} == of(record.triples, AGGREGATOR, DC["subject"])
    assert {NamedNode(provider)} == of(record.triples, AGGREGATOR, ORE["lineage"])


def test_what_every_proxy_and_every_aggregation_has_stays_where_it_is(xml: Map) -> None:
    rights = "http://creativecommons.org/publicdomain/mark/1.0/"
    record = xml(f'<edm:type {BY_MACHINE}>IMAGE</edm:type><edm:rights rdf:resource="{rights}" {BY_MACHINE}/>')

    aggregation = NamedNode(f"{OWN}#aggregation")
    assert {Literal("IMAGE")} == of(record.triples, PROVIDER, EDM["type"])
    assert {NamedNode(rights)} == of(record.triples, aggregation, EDM["rights"])
    assert [PROVIDER, aggregation] == [known["subject"] for known in reified(record)]
    assert AGGREGATOR not in {triple.subject for triple in record.triples}


def test_a_statement_about_another_node_stays_there(xml: Map) -> None:
    label = f'<skos:prefLabel xml:lang="en" {BY_MACHINE}>painting</skos:prefLabel>'
    record = xml(nodes=f'<skos:Concept rdf:about="{PAINTING.value}">{label}</skos:Concept>')

    assert {Literal("painting", language="en")} == of(record.triples, PAINTING, SKOS["prefLabel"])
    assert [(PAINTING, Literal("painting", language="en"))] == [
        (known["subject"], known["object"]) for known in reified(record)
    ]


def test_a_nested_node_is_the_value_of_its_statement(xml: Map) -> None:
    record = xml(
        f"<dc:creator {BY_MACHINE}><edm:Agent><skos:prefLabel>Potter</skos:prefLabel></edm:Agent></dc:creator>"
    )

    (potter,) = (triple.subject for triple in record.triples if triple.object == EDM["Agent"])
    assert [potter] == [known["object"] for known in reified(record)]
    assert {potter} == of(record.triples, AGGREGATOR, DC["creator"])


@pytest.mark.parametrize("raw", ["0", "1", "0.5", " 0.5 ", ".5", "1.0", "+0.25"])
def test_a_confidence_is_a_decimal_between_0_and_1(raw: str, xml: Map) -> None:
    record = xml(f'<dc:type edm:confidenceLevel="{raw}">bowl</dc:type>')

    assert [Literal(raw.strip(), datatype=XSD["decimal"])] == [known["confidenceLevel"] for known in reified(record)]
    assert "illegal-confidence" not in {repair.code for repair in record.repairs}


@pytest.mark.parametrize("raw", ["high", "1.7", "-0.1", "0,83", "83%", "1e-3", "", "NaN"])
def test_an_illegal_confidence_is_reported_and_kept_as_it_came(raw: str, xml: Map) -> None:
    record = xml(f'<dc:type edm:confidenceLevel="{raw}">bowl</dc:type>')

    assert [Literal(raw)] == [known["confidenceLevel"] for known in reified(record)]
    assert ("illegal-confidence", raw) in {(repair.code, repair.raw) for repair in record.repairs}


def test_an_agent_that_edm_does_not_know_is_reported_and_kept(xml: Map) -> None:
    record = xml('<dc:type edm:wasGeneratedBy="Robot">bowl</dc:type>')

    assert [Literal("Robot")] == [known["wasGeneratedBy"] for known in reified(record)]
    assert ("illegal-agent", "Robot") in {(repair.code, repair.raw) for repair in record.repairs}


def test_two_opinions_of_one_statement_are_two(xml: Map) -> None:
    record = xml(
        '<dc:type edm:confidenceLevel="0.8">bowl</dc:type>'
        '<dc:type edm:wasGeneratedBy="Person">bowl</dc:type><dc:type edm:wasGeneratedBy="Person">bowl</dc:type>'
    )

    assert 2 == len(reified(record))
    assert set() == of(record.triples, PROVIDER, DC["type"])


def test_statements_have_the_same_names_in_every_harvest(xml: Map) -> None:
    first, again = (xml(f"<dc:type {BY_MACHINE}>bowl</dc:type>") for _ in range(2))

    assert first.statements == again.statements
    written = serialize(first.statements, format=RdfFormat.TURTLE)
    assert set(first.statements) == {quad.triple for quad in parse(written, RdfFormat.TURTLE)}


def test_a_record_cannot_say_more_of_statements_than_attributes_can(xml: Map) -> None:
    forged = f"""<rdf:Description rdf:about="{OWN}#statement-0"><dc:title>Forged</dc:title>
      <rdf:object>another</rdf:object></rdf:Description>"""
    record = xml(f"<dc:type {BY_MACHINE}>bowl</dc:type>", forged)

    assert "Forged" not in str((record.triples, record.statements))
    assert {"type", "subject", "predicate", "object", "wasGeneratedBy", "confidenceLevel"} >= {
        name for known in reified(record) for name in known
    }


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("about", ["/1/x", "http://data.europeana.eu/item/1/x"])
def test_a_tombstone_says_which_item_is_gone(scheme: str, about: str, mapped: Map) -> None:
    tombstone = f"""<rdf:RDF xmlns:rdf="{RDF}" xmlns:as="{scheme}://www.w3.org/ns/activitystreams#"><as:Delete>
      <as:object rdf:resource="{about}"/><as:endTime>2026-01-01</as:endTime></as:Delete></rdf:RDF>"""

    with pytest.raises(RecordGone) as gone:
        mapped(tombstone)
    assert ("tombstone", "1", "x") == (gone.value.code, gone.value.dataset, gone.value.identifier)


@pytest.mark.parametrize(("deleted", "gone"), [(ITEM.value, True), ("http://data.europeana.eu/item/1/y", False)])
def test_a_record_with_a_tombstone_is_gone_if_it_is_its_own(deleted: str, gone: bool, mapped: Map) -> None:
    record = f"""<{ITEM.value}> a <{EDM}ProvidedCHO> .
      [] a <https://www.w3.org/ns/activitystreams#Delete> ;
        <https://www.w3.org/ns/activitystreams#object> <{deleted}> ."""

    if gone:
        with pytest.raises(RecordGone):
            mapped(record, TURTLE)
    else:
        assert Triple(ITEM, TYPE, EDM["ProvidedCHO"]) in mapped(record, TURTLE).triples
