"""Shape files accept small graphs of ours, and name what is wrong with each spoilt copy of them."""

import pytest
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH

from rubricator.rdf import PREFIXES
from rubricator.resources import resource

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
SHA256 = "0123456789abcdef" * 4

RECORD = """
<item> a edm:ProvidedCHO .
<item#proxy> a ore:Proxy ; ore:proxyFor <item> ; ore:proxyIn <item#aggregation> ; edm:europeanaProxy "false" ;
  edm:type "TEXT" ; dc:title "Brief"@de ; dc:language "de" ; dc:type "Brief"@de .
<item#aggregation> a ore:Aggregation ; edm:aggregatedCHO <item> ; edm:dataProvider "Museum" ; edm:provider "Verbund" ;
  edm:rights <http://creativecommons.org/publicdomain/mark/1.0/> ; edm:isShownBy <picture> .
<picture> a edm:WebResource .
<europeana> a ore:Proxy ; ore:proxyFor <item> ; ore:proxyIn <other> ; edm:europeanaProxy "true" ;
  dc:type <http://data.europeana.eu/concept/47> .
<other> a edm:EuropeanaAggregation ; edm:aggregatedCHO <item> .
"""

RUN = f"""
<annotation> a oa:Annotation ; oa:hasBody <http://data.europeana.eu/concept/47> ; oa:hasTarget <annotation#target> ;
  edm:confidenceLevel "0.9134"^^xsd:decimal ; enr:rawScore "0.3127"^^xsd:decimal ; enr:property dc:type ;
  prov:wasDerivedFrom <capture> .
<annotation#target> oa:hasSource <picture> ; oa:hasScope <item> .
<near> a enr:NearMiss ; oa:hasBody <http://data.europeana.eu/concept/35> ; oa:hasTarget <annotation#target> ;
  edm:confidenceLevel "0.0700"^^xsd:decimal ; enr:rawScore "-0.0500"^^xsd:decimal ; prov:wasDerivedFrom <capture> .
<run#failure> a enr:Failure ; enr:code "image-truncated" ; dcterms:description "The picture ends too early." ;
  oa:hasSource <broken> ; oa:hasScope <item> .

<graph> a prov:Bundle ; prov:wasGeneratedBy <run> ;
  dcterms:license <http://creativecommons.org/publicdomain/zero/1.0/> ;
  prov:invalidatedAtTime "2026-12-02T15:31:00Z"^^xsd:dateTime ; prov:wasInvalidatedBy <event> .
<event> a enr:Retraction ; prov:wasAssociatedWith <person> ; enr:reason "wrong threshold" ;
  prov:endedAtTime "2026-12-02T15:31:00Z"^^xsd:dateTime .
<later> a enr:Reinstatement ; prov:wasAssociatedWith <person> ; enr:reason "it was right" ; enr:revokes <event> ;
  prov:endedAtTime "2026-12-03T15:31:00Z"^^xsd:dateTime .
<run> a prov:Activity , enr:Run ; prov:startedAtTime "2026-11-21T10:00:00Z"^^xsd:dateTime ;
  prov:endedAtTime "2026-11-21T10:14:40Z"^^xsd:dateTime ; prov:used <model> , <prompts> , <policy> , <vocabulary> ;
  prov:wasAssociatedWith <software> ; prov:qualifiedAssociation <run#operator> .
<run#operator> a prov:Association ; prov:agent <person> ; prov:hadRole enr:operator .
<software> a prov:SoftwareAgent .
<model> a enr:Model . <prompts> a enr:PromptSet . <policy> a enr:DecisionPolicy .
<vocabulary> a enr:VocabularyVersion ; schema:version "1" ; enr:sha256 "{SHA256}" .
<capture> a enr:ImageCapture ; prov:specializationOf <picture> ; schema:encodingFormat "image/jpeg" ;
  prov:generatedAtTime "2026-11-21T09:58:02Z"^^xsd:dateTime ; enr:sha256 "{SHA256}" .
"""

REVIEW = """
<review> a oa:Annotation , enr:Review ; oa:motivatedBy oa:assessing ; oa:hasTarget <annotation> ;
  enr:role enr:reviewer ;
  oa:hasBody enr:accepted ; dcterms:creator <person> ; dcterms:created "2026-11-23T08:12:00Z"^^xsd:dateTime .
<person> a prov:Agent ; enr:pseudonym "reviewer-3" .
"""

HARVEST = """
<harvest> a prov:Activity , enr:Harvest ; prov:startedAtTime "2026-11-21T10:00:00Z"^^xsd:dateTime ;
  prov:endedAtTime "2026-11-21T10:14:40Z"^^xsd:dateTime ; prov:used <source> ; prov:wasAssociatedWith <software> ;
  enr:request "limit=100" ; enr:newCount 98 ; enr:changedCount 0 ; enr:unchangedCount 0 ; enr:repeatedCount 0 ;
  enr:refusedCount 2 ; enr:goneCount 0 ; enr:heldCount 98 ; enr:refusedFor <harvest#rejected-source-missing> .
<harvest#rejected-source-missing> enr:code "source-missing" ; enr:count 2 .
<source> a prov:Entity , enr:Source ; enr:kind "oai" ; enr:address "https://museum.example.org/oai" ;
  enr:selection "set=paintings" , "metadataPrefix=edm" .
<software> a prov:SoftwareAgent .
"""

IMPORT = f"""
<import> a prov:Activity , enr:Import ; prov:startedAtTime "2026-11-21T10:00:00Z"^^xsd:dateTime ;
  prov:endedAtTime "2026-11-21T10:14:40Z"^^xsd:dateTime ; prov:used <file> ; prov:wasAssociatedWith <software> ;
  enr:annotationCount 1 ; enr:refusedCount 0 .
<file> a prov:Entity ; enr:sha256 "{SHA256}" ; prov:wasAttributedTo <tool> .
<software> a prov:SoftwareAgent . <tool> a prov:SoftwareAgent .
<claim> a oa:Annotation ; oa:motivatedBy oa:tagging ; oa:hasBody <http://data.europeana.eu/concept/47> ;
  oa:hasTarget <item> , <picture> ; enr:property dc:type ; edm:confidenceLevel "0.7"^^xsd:decimal ;
  prov:wasAttributedTo <tool> .
"""

GRAPHS = {"edm": RECORD, "enrichment": RUN, "harvest": HARVEST, "import": IMPORT, "review": REVIEW}
SHAPES = {name: Graph().parse(resource("ontology", "shapes", f"{name}.ttl"), format="turtle") for name in GRAPHS}


def findings(name: str, text: str) -> list[tuple[str, str]]:
    """Severity and message of everything that the shapes find wrong."""
    data = Graph().parse(data=HEADER + text, format="turtle", publicID="http://test.example/")
    _, report, _ = validate(data, shacl_graph=SHAPES[name], allow_warnings=True)
    assert isinstance(report, Graph)
    return sorted(
        (str(report.value(result, SH.resultSeverity)).rpartition("#")[2], str(report.value(result, SH.resultMessage)))
        for result in report.objects(None, SH.result)
    )


@pytest.mark.parametrize("name", GRAPHS)
def test_what_we_write_conforms(name: str) -> None:
    assert [] == findings(name, GRAPHS[name])


# Which text is replaced by which, the severity of what is found then, and words of its message.
SPOILT = {
    "edm": [
        ("<item> a edm:ProvidedCHO .", "", "Violation", "stands for exactly one edm:ProvidedCHO"),
        ("ore:proxyFor <item> ; ore:proxyIn <item#aggregation> ;", "", "Violation", "stands for exactly one"),
        ('"false"', '"no"', "Violation", "plain text true or false"),
        ("edm:aggregatedCHO <item> ; edm:dataProvider", "edm:dataProvider", "Violation", "one edm:aggregatedCHO"),
        ("isShownBy <picture>", "isShownBy <picture> , <other>", "Violation", "isShownBy is one IRI at most"),
        ("isShownBy <picture>", "isShownBy 'picture.jpg'", "Violation", "isShownBy is one IRI at most"),
        ("concept/47", "concept/base/47", "Violation", "legacy IRI"),
        ('dc:title "Brief"@de ;', "", "Warning", "neither dc:title nor dc:description"),
        ('edm:type "TEXT"', 'edm:type "PAPER"', "Warning", "not TEXT, VIDEO"),
        ('; dc:type "Brief"@de', "", "Warning", "none of dc:subject, dc:type"),
        ('dc:language "de" ;', "", "Warning", "no dc:language for a text"),
        ('edm:dataProvider "Museum" ;', "", "Warning", "no edm:dataProvider"),
        ("creativecommons.org", "licences.example", "Warning", "neither Creative Commons nor"),
        ("; edm:isShownBy <picture>", "", "Warning", "neither edm:isShownAt nor edm:isShownBy"),
    ],
    "enrichment": [
        ("<http://data.europeana.eu/concept/47>", "'x'", "Violation", "exactly one concept"),
        ("a enr:Reinstatement", "a enr:Supersession", "Violation", "names the one graph that takes the place"),
        ("enr:revokes <event> ;", "enr:revokes <run> ;", "Violation", "retractions and supersessions that it revokes"),
        ("concept/47", "concept/base/47", "Violation", "legacy IRI"),
        ("oa:hasScope <item> .\n<near>", "oa:hasScope 'item' .\n<near>", "Violation", "exactly one picture"),
        ('"0.9134"^^xsd:decimal', '"1.4"^^xsd:decimal', "Violation", "xsd:decimal from 0 to 1"),
        ('"0.9134"^^xsd:decimal', "0.9e0", "Violation", "xsd:decimal from 0 to 1"),
        ("enr:property dc:type ;", "", "Violation", "which one EDM property"),
        (
            "enr:property dc:type ;",
            "enr:property dc:type ; oa:motivatedBy oa:tagging ;",
            "Violation",
            "motivated by oa:tagging",
        ),
        (
            "enr:property dc:type ;",
            "enr:property dc:type ; prov:wasGeneratedBy <run> ;",
            "Violation",
            "run follows from the graph",
        ),
        (
            "<near> a enr:NearMiss ;",
            "<near> a enr:NearMiss ; enr:property dc:type ;",
            "Violation",
            "near miss is no claim",
        ),
        ("<capture> a enr:ImageCapture ;", "<capture>", "Violation", "exactly one image capture"),
        ('"image-truncated"', '"Image truncated!"', "Violation", "exactly one code"),
        (f'schema:version "1" ; enr:sha256 "{SHA256}"', 'schema:version "1"', "Violation", "64 lower-case"),
        ("prov:used <model> ,", "prov:used", "Violation", "exactly one model"),
        ("2026-11-21T10:14:40Z", "2026-11-21T09:00:00Z", "Violation", "not after its end"),
        ("prov:hadRole enr:operator", "prov:hadRole <cook>", "Violation", "names its operator"),
        ("dcterms:license <http", "dcterms:rights <http", "Violation", "has a licence"),
        ('enr:reason "wrong threshold"', "a prov:Activity", "Violation", "gives its reason"),
    ],
    "harvest": [
        ("prov:used <source> ;", "", "Violation", "exactly one source"),
        ("2026-11-21T10:14:40Z", "2026-11-21T09:00:00Z", "Violation", "not after its end"),
        ('prov:endedAtTime "2026-11-21T10:14:40Z"^^xsd:dateTime ;', "", "Violation", "when it ends"),
        ("prov:wasAssociatedWith <software> ;", "", "Violation", "names the software"),
        ('"limit=100"', '"100"', "Violation", "limited to is said as name=value"),
        ('"set=paintings"', '"paintings"', "Violation", "wanted of a source is said as name=value"),
        ('enr:kind "oai" ;', "", "Violation", "exactly one kind"),
        ("heldCount 98", "heldCount -1", "Violation", "one number"),
        ("newCount 98", "newCount 98 , 99", "Violation", "one number"),
        ('"source-missing"', '"Source missing!"', "Violation", "exactly one code"),
        ("enr:count 2", "enr:count 'two'", "Violation", "one number"),
    ],
    "import": [
        ("prov:used <file> ;", "", "Violation", "exactly one file"),
        ('"0.7"^^xsd:decimal', '"7"^^xsd:decimal', "Violation", "xsd:decimal from 0 to 1"),
        ("<item> , <picture>", "'picture.jpg'", "Violation", "about an item"),
        ("enr:property dc:type", "enr:property dc:title", "Violation", "one EDM property at most"),
        ("<http://data.europeana.eu/concept/47>", "'painting'", "Violation", "exactly one concept"),
    ],
    "review": [
        ("enr:accepted", "enr:operator", "Violation", "says exactly one of"),
        ("oa:assessing", "oa:tagging", "Violation", "motivated by oa:assessing"),
        ("oa:hasTarget <annotation> ;", "", "Violation", "exactly one enrichment"),
        (
            'enr:pseudonym "reviewer-3"',
            'enr:pseudonym "r3" ; foaf:name "Real Name"',
            "Violation",
            "by a pseudonym and no more",
        ),
        ('"2026-11-23T08:12:00Z"^^xsd:dateTime', '"yesterday"', "Violation", "one date and time"),
    ],
}
CASES = [(name, *case) for name, cases in SPOILT.items() for case in cases]


@pytest.mark.parametrize(("name", "old", "new", "severity", "message"), CASES)
def test_what_is_spoilt_is_named(name: str, old: str, new: str, severity: str, message: str) -> None:
    assert old in GRAPHS[name]

    found = findings(name, GRAPHS[name].replace(old, new, 1))

    assert {severity} == {kind for kind, _ in found}
    assert any(message in text for _, text in found)


def test_an_item_without_proxy_and_aggregation_is_named() -> None:
    found = findings("edm", "<item> a edm:ProvidedCHO .")

    assert 2 == len(found)
    assert {"Violation"} == {severity for severity, _ in found}
