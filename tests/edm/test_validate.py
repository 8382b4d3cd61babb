from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, Literal, NamedNode, RdfFormat, Triple, parse
from rdflib import Graph
from rdflib.namespace import SH

from rubricator.edm import EdmRecord
from rubricator.edm.validate import needed_predicates, remedies, shapes_file, validate
from rubricator.rdf import DC, EDM, ORE, TYPE, XSD

Map = Callable[..., EdmRecord]

EUROPEANA_SHAPES = Path(__file__).parents[2] / "../shared/schemas/edm-shacl"

RECORD = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
  xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:odrl="http://www.w3.org/ns/odrl/2/"
  xmlns:ore="http://www.openarchives.org/ore/terms/" xmlns:skos="http://www.w3.org/2004/02/skos/core#"
  xmlns:svcs="http://rdfs.org/sioc/services#">
  <edm:ProvidedCHO rdf:about="http://museum.example.org/1">
    <dc:language>nl</dc:language>
    <dc:title xml:lang="nl">Brief over een kom</dc:title>
    <dc:type xml:lang="nl">brief</dc:type>
    <edm:type>TEXT</edm:type>
  </edm:ProvidedCHO>
  <edm:WebResource rdf:about="http://museum.example.org/1.jpg"/>
  <skos:Concept rdf:about="http://museum.example.org/letters"><skos:prefLabel xml:lang="en">letters</skos:prefLabel>
  </skos:Concept>
  <ore:Aggregation rdf:about="http://museum.example.org/1#aggregation">
    <edm:aggregatedCHO rdf:resource="http://museum.example.org/1"/>
    <edm:dataProvider>Museum of Examples</edm:dataProvider>
    <edm:isShownBy rdf:resource="http://museum.example.org/1.jpg"/>
    <edm:provider>Aggregator of Examples</edm:provider>
    <edm:rights rdf:resource="http://museum.example.org/licence"/>
  </ore:Aggregation>
  <cc:License rdf:about="http://museum.example.org/licence">
    <odrl:inheritFrom rdf:resource="http://rightsstatements.org/vocab/NoC-NC/1.0/"/>
  </cc:License>
  <svcs:Service rdf:about="http://museum.example.org/iiif/1">
    <dcterms:conformsTo rdf:resource="http://iiif.io/api/image"/>
  </svcs:Service>
</rdf:RDF>"""

# What is taken away, or put in the place of what, and words of our message.
MISSING = [
    ('<dc:title xml:lang="nl">Brief over een kom</dc:title>', "", "neither dc:title nor dc:description"),
    ("Brief over een kom", "  ", "neither dc:title nor dc:description"),
    ("<edm:type>TEXT</edm:type>", "", "no edm:type"),
    ("<edm:type>TEXT</edm:type>", "<edm:type>TEXT</edm:type><edm:type>IMAGE</edm:type>", "no edm:type, several"),
    ("<edm:type>TEXT</edm:type>", "<edm:type>PAPER</edm:type>", "not TEXT, VIDEO"),
    ('<dc:type xml:lang="nl">brief</dc:type>', "", "none of dc:subject, dc:type"),
    (">brief<", "> <", "none of dc:subject, dc:type"),
    ("<dc:language>nl</dc:language>", "", "no dc:language for a text"),
    ("<dc:language>nl</dc:language>", "<dc:language> </dc:language>", "no dc:language for a text"),
    ("<edm:dataProvider>Museum of Examples</edm:dataProvider>", "", "no edm:dataProvider"),
    ("Museum of Examples", " ", "no edm:dataProvider"),
    ("<edm:provider>Aggregator of Examples</edm:provider>", "", "no edm:provider"),
    ("</edm:provider>", "</edm:provider><edm:provider>Another</edm:provider>", "no edm:provider, or several"),
    ('<edm:rights rdf:resource="http://museum.example.org/licence"/>', "", "no edm:rights"),
    (
        '<edm:rights rdf:resource="http://museum.example.org/licence"/>',
        "<edm:rights>mine</edm:rights>",
        "no IRI for it",
    ),
    ('<edm:isShownBy rdf:resource="http://museum.example.org/1.jpg"/>', "", "neither edm:isShownAt nor edm:isShownBy"),
    ('<odrl:inheritFrom rdf:resource="http://rightsstatements.org/vocab/NoC-NC/1.0/"/>', "", "no odrl:inheritFrom"),
    ('<dcterms:conformsTo rdf:resource="http://iiif.io/api/image"/>', "", "does not say what it conforms to"),
    ('<skos:prefLabel xml:lang="en">letters</skos:prefLabel>', "", "no skos:prefLabel"),
    ("</dc:title>", '</dc:title><dc:title xml:lang="nl">Brief</dc:title>', "two dc:title in one language"),
    (
        "</skos:prefLabel>",
        '</skos:prefLabel><skos:prefLabel xml:lang="en">letter</skos:prefLabel>',
        "two preferred labels",
    ),
]


@cache
def europeana_shapes() -> Graph:
    """Europeana's shapes, without what pyshacl does not take: constraints as OWL restrictions, a path of one step."""
    shapes = Graph().parse(EUROPEANA_SHAPES / "edm_ext_shacl_shapes.ttl")
    shapes.update(
        """PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        INSERT { ?shape ?property ?value } WHERE {
          ?shape a/rdfs:subClassOf+ ?restriction . ?restriction owl:onProperty ?property ; owl:hasValue ?value }"""
    )
    shapes.update(
        """PREFIX sh: <http://www.w3.org/ns/shacl#>
        DELETE { ?shape sh:path ?path } INSERT { ?shape sh:path ?step } WHERE {
          ?shape sh:path ?path . ?path rdf:first ?step ; rdf:rest () }"""
    )
    return shapes


def europeana_findings(record: str) -> list[tuple[str, str]]:
    """Severity and message of what Europeana's own shapes find wrong with a record."""
    data = Graph().parse(data=record, format="xml").parse(EUROPEANA_SHAPES / "edm_ext_class_definitions.ttl")
    _, report, _ = pyshacl.validate(data, shacl_graph=europeana_shapes(), allow_warnings=True)
    assert isinstance(report, Graph)
    return [
        (str(report.value(result, SH.resultSeverity)).rpartition("#")[2], str(report.value(result, SH.resultMessage)))
        for result in report.objects(None, SH.result)
    ]


def test_a_full_record_conforms(mapped: Map) -> None:
    assert [] == validate(mapped(RECORD).triples)


def test_what_a_provider_owes_is_a_warning(xml: Map) -> None:
    findings = validate(xml("<edm:type>IMAGE</edm:type>").triples)

    assert {"warning"} == {finding.severity for finding in findings}
    assert any("dc:title" in finding.message for finding in findings)


@pytest.mark.parametrize(("old", "new", "message"), MISSING)
def test_each_mandatory_part_that_is_missing_is_named(mapped: Map, old: str, new: str, message: str) -> None:
    assert old in RECORD

    findings = validate(mapped(RECORD.replace(old, new)).triples)

    assert [message] == [message for finding in findings if message in finding.message]
    assert "violation" not in {finding.severity for finding in findings}


@pytest.mark.skipif(not EUROPEANA_SHAPES.exists(), reason="Europeana's shapes are in ../shared, which is absent")
@pytest.mark.parametrize(("old", "new"), [change[:2] for change in MISSING])
def test_what_europeana_refuses_we_warn_of_and_what_it_warns_of_we_mention(mapped: Map, old: str, new: str) -> None:
    changed = RECORD.replace(old, new)

    theirs = {severity for severity, _ in europeana_findings(changed)}
    ours = {finding.severity for finding in validate(mapped(changed).triples)}

    assert [] == europeana_findings(RECORD)
    assert {"Violation": "warning", "Warning": "info"}[min(theirs)] == max(ours)


def test_an_image_without_a_picture_is_a_warning_for_us_as_for_europeana(mapped: Map) -> None:
    record = RECORD.replace(">TEXT<", ">IMAGE<").replace("edm:isShownBy", "edm:isShownAt")

    assert [("warning", True)] == [
        (finding.severity, "is an IMAGE with neither" in finding.message)
        for finding in validate(mapped(record).triples)
    ]


def test_a_record_without_its_proxy_is_a_violation(xml: Map) -> None:
    triples = [
        triple for triple in xml("<dc:title>Bowl</dc:title>").triples if "proxyFor" not in triple.predicate.value
    ]
    findings = [finding for finding in validate(triples) if finding.severity == "violation"]

    assert "http://data.europeana.eu/item/1/x" in {finding.focus for finding in findings}


def test_a_finding_says_where_and_by_which_shape_and_constraint_it_was_made(mapped: Map) -> None:
    record = RECORD.replace('edm:rights rdf:resource="http://museum.', 'edm:rights rdf:resource="http://unknown.')

    (finding,) = validate(mapped(record).triples)

    assert "http://museum.example.org/1#aggregation" == finding.focus
    assert str(EDM["rights"]) == finding.path
    assert "<http://unknown.example.org/licence>" == finding.value
    assert "https://w3id.org/rubricator/shapes#KnownRights" == finding.shape
    assert "http://www.w3.org/ns/shacl#OrConstraintComponent" == finding.component


def test_paths_that_are_no_predicate_are_turtle(mapped: Map) -> None:
    record = RECORD.replace("edm:isShownBy", "dcterms:relation")

    (finding,) = validate(mapped(record).triples)

    assert f"[ <{SH.alternativePath}> ( {EDM['isShownAt']} {EDM['isShownBy']} ) ]" == finding.path


def told(value: Literal) -> str:
    """How a finding about a value tells it."""
    aggregation = NamedNode("http://museum.example.org/1#aggregation")
    found = validate([Triple(aggregation, TYPE, ORE["Aggregation"]), Triple(aggregation, EDM["object"], value)])
    return next(finding.value for finding in found if finding.shape.endswith("#Pictures"))


@given(
    text=st.text(st.characters(exclude_categories=["Cs"])),
    kind=st.sampled_from(["string", "date", "integer", "decimal", "boolean", "hexBinary"]),
)
def test_any_value_is_told_as_it_is(text: str, kind: str) -> None:
    value = Literal(text, datatype=XSD[kind])

    (quad,) = parse(f"<http://e.org/s> <http://e.org/p> {told(value)} .", RdfFormat.TURTLE)

    assert value == quad.object


def test_a_value_that_is_not_of_its_datatype_is_no_fault_of_the_check(caplog: pytest.LogCaptureFixture) -> None:
    assert told(Literal("yesterday", datatype=XSD["date"])).startswith('"yesterday"')
    assert [] == caplog.records


def test_the_writing_direction_of_a_text_is_no_hindrance() -> None:
    title = Literal("Bowl", language="en", direction=BaseDirection.LTR)

    assert [] == validate([Triple(NamedNode("http://museum.example.org/1"), DC["title"], title)])


def test_every_shape_that_finds_something_says_what_to_do() -> None:
    rules = Graph().parse(shapes_file("edm"))
    telling = {str(shape) for shape in rules.subjects(SH.message)}

    assert telling == remedies(shapes_file("edm")).keys()
    assert all(shape.startswith("https://w3id.org/rubricator/shapes#") for shape in telling)


def test_only_what_the_shapes_look_at_has_to_be_fetched(mapped: Map) -> None:
    record = mapped(RECORD.replace('<dc:title xml:lang="nl">Brief over een kom</dc:title>', "<dc:date>1700</dc:date>"))
    needed = needed_predicates(shapes_file("edm"))

    assert DC["date"] not in needed
    assert validate(record.triples) == validate(triple for triple in record.triples if triple.predicate in needed)
