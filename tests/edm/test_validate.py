from collections.abc import Callable

from rubricator.edm import EdmRecord
from rubricator.edm.validate import validate

Map = Callable[..., EdmRecord]


def test_a_full_record_conforms(xml: Map) -> None:
    aggregation = """<ore:Aggregation rdf:about="http://e.org/a">
      <edm:aggregatedCHO rdf:resource="http://data.europeana.eu/item/1/x"/><edm:provider>Aggregator</edm:provider>
      <edm:dataProvider>Museum</edm:dataProvider><edm:isShownBy rdf:resource="http://e.org/1.jpg"/>
      <edm:rights rdf:resource="http://creativecommons.org/publicdomain/mark/1.0/"/></ore:Aggregation>"""
    record = xml("<dc:title>Bowl</dc:title><dc:type>bowl</dc:type><edm:type>IMAGE</edm:type>", aggregation)

    assert [] == validate(record.triples)


def test_what_a_provider_owes_is_a_warning(xml: Map) -> None:
    findings = validate(xml("<edm:type>IMAGE</edm:type>").triples)

    assert {"warning"} == {finding.severity for finding in findings}
    assert any("dc:title" in finding.message for finding in findings)


def test_a_record_without_its_proxy_is_a_violation(xml: Map) -> None:
    triples = [
        triple for triple in xml("<dc:title>Bowl</dc:title>").triples if "proxyFor" not in triple.predicate.value
    ]
    findings = [finding for finding in validate(triples) if finding.severity == "violation"]

    assert "http://data.europeana.eu/item/1/x" in {finding.focus for finding in findings}
