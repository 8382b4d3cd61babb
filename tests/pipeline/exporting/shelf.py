"""Records of three kinds: one as Europeana has them, one of a provider with machine statements of its own, one poor."""

from datetime import UTC, datetime

from pyoxigraph import NamedNode

from rubricator.harvest.record import RDF_XML, TURTLE, SourceRecord
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

RICH = NamedNode("http://data.europeana.eu/item/9990001/harbour")
MARKED = NamedNode("https://museum.example.org/object/7")
POOR = NamedNode("http://data.europeana.eu/item/9990001/nameless")
NOW = datetime(2026, 11, 1, tzinfo=UTC)

_RICH = b"""
@prefix dc: <http://purl.org/dc/elements/1.1/> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ebucore: <http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#> .
@prefix edm: <http://www.europeana.eu/schemas/edm/> . @prefix ore: <http://www.openarchives.org/ore/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix i: <http://data.europeana.eu/item/9990001/> . @prefix p: <http://data.europeana.eu/proxy/> .
i:harbour a edm:ProvidedCHO .
<http://data.europeana.eu/proxy/provider/9990001/harbour> a ore:Proxy ; ore:proxyFor i:harbour ;
  ore:proxyIn <http://data.europeana.eu/aggregation/provider/9990001/harbour> ; edm:europeanaProxy "false" ;
  edm:type "IMAGE" ; dc:title "View of a harbour & <ships>"@en ; dc:creator <https://example.org/agent/1> ;
  dc:type "schilderij"@nl ; edm:year "1873" ; edm:isNextInSequence <https://example.org/before> .
<http://data.europeana.eu/proxy/europeana/9990001/harbour> a ore:Proxy ; ore:proxyFor i:harbour ;
  ore:proxyIn <http://data.europeana.eu/aggregation/europeana/9990001/harbour> ; edm:europeanaProxy "true" ;
  dc:creator <http://data.europeana.eu/agent/60208> .
<http://data.europeana.eu/aggregation/provider/9990001/harbour> a ore:Aggregation ; edm:aggregatedCHO i:harbour ;
  edm:dataProvider "Museum" ; edm:provider "Aggregator" ; edm:isShownBy <https://museum.example.org/1.jpg> ;
  edm:rights <http://creativecommons.org/publicdomain/mark/1.0/> .
<https://museum.example.org/1.jpg> a edm:WebResource ; ebucore:width "1600" ; dc:rights "Museum" .
<https://example.org/agent/1> a edm:Agent ; skos:prefLabel "A. Painter"@en ; skos:note <https://example.org/no-text> .
<https://example.org/agent/2> a edm:Agent ; skos:prefLabel "Nobody refers to this one"@en .
"""
_MARKED = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:edm="http://www.europeana.eu/schemas/edm/"
  xmlns:ore="http://www.openarchives.org/ore/terms/">
  <edm:ProvidedCHO rdf:about="https://museum.example.org/object/7">
    <dc:title>Teapot</dc:title>
    <dc:subject edm:wasGeneratedBy="SoftwareAgent" edm:confidenceLevel="0.71" xml:lang="en">tea</dc:subject>
    <edm:type>IMAGE</edm:type>
  </edm:ProvidedCHO>
  <ore:Aggregation rdf:about="https://museum.example.org/object/7#aggregation">
    <edm:aggregatedCHO rdf:resource="https://museum.example.org/object/7"/>
    <edm:dataProvider>Museum</edm:dataProvider>
    <edm:isShownBy rdf:resource="https://museum.example.org/7.jpg"/>
    <edm:provider>Museum</edm:provider>
    <edm:rights rdf:resource="http://creativecommons.org/publicdomain/zero/1.0/"/>
  </ore:Aggregation></rdf:RDF>"""
_POOR = b"""
@prefix edm: <http://www.europeana.eu/schemas/edm/> .
<http://data.europeana.eu/item/9990001/nameless> a edm:ProvidedCHO ; edm:type "IMAGE" .
"""


def shelve(client: StoreClient, settings: Settings) -> None:
    """Harvest the records."""
    contents = ((TURTLE, _RICH, "rich.ttl"), (RDF_XML, _MARKED, "marked.xml"), (TURTLE, _POOR, "poor.ttl"))
    records = [SourceRecord("shelf", "", kind, content, name, NOW) for kind, content, name in contents]
    summary = ingest(records, client, settings)
    assert len(records) == summary.new
