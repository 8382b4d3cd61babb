"""What a list says of its members: as much as tells one from another, and where the rest is told."""

from collections.abc import Sequence

from pyoxigraph import NamedNode, Triple

from rubricator.enrichment.events import holding, read_events
from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, FOAF, PROV
from rubricator_service.links import Links
from rubricator_service.reading.labels import tail
from rubricator_service.reading.store import Reading, values


def describe_items(reading: Reading, links: Links, items: Sequence[NamedNode]) -> list[Triple]:
    """Titles, published enrichments, and the documents about these items, which may live elsewhere themselves."""
    if not items:
        return []
    block = values("item", items)
    triples = reading.construct(
        f"""CONSTRUCT {{
          ?item a edm:ProvidedCHO ; rdfs:label ?title ; enr:hasEnrichment ?annotation .
          ?annotation oa:hasBody ?body ; edm:confidenceLevel ?confidence .
          ?record foaf:primaryTopic ?item .
        }} WHERE {{
          {{ {block} ?item a edm:ProvidedCHO }}
          UNION {{ {block} ?proxy ore:proxyFor ?item ; dc:title ?title FILTER(isLiteral(?title)) }}
          UNION {{ {block} ?item enr:hasEnrichment ?annotation . ?annotation oa:hasBody ?body
                   OPTIONAL {{ ?annotation edm:confidenceLevel ?confidence }} }}
          UNION {{ GRAPH ?record {{ {block} ?record foaf:primaryTopic ?item }} }}
        }}"""
    )
    records = [triple for triple in triples if triple.predicate == FOAF["primaryTopic"]]
    documents = (
        Triple(NamedNode(links.absolute(links.item_document(said.object, said.subject))), said.predicate, said.object)
        for said in records
        if isinstance(said.subject, NamedNode) and isinstance(said.object, NamedNode)
    )
    return sorted({*triples, *documents}, key=str)


def describe_runs(reading: Reading, iris: Iris, runs: Sequence[NamedNode]) -> list[Triple]:
    """When each was, with which model, what came of it, and what holds that took its claims back or its place."""
    if not runs:
        return []
    block = values("run", runs)
    triples = reading.construct(
        f"""CONSTRUCT {{ ?run ?p ?o . ?model a enr:Model ; dcterms:title ?title }} WHERE {{ GRAPH {iris.ledger} {{
          {{ {block} VALUES ?p {{
               rdf:type prov:startedAtTime prov:endedAtTime enr:imageCount enr:annotationCount enr:failureCount
             }} ?run ?p ?o }}
          UNION {{ {block} VALUES ?p {{ prov:used }} ?run ?p ?o . ?o a enr:Model ; dcterms:title ?title
                   BIND(?o AS ?model) }}
        }} }}"""
    )
    events = read_events(reading, iris)
    for run in runs:
        graph = iris.run_graph(tail(run.value))
        for event in holding(events, graph):
            triples.append(Triple(graph, PROV["wasGeneratedBy"], run))
            triples.append(Triple(graph, PROV["wasInvalidatedBy"], event.iri))
            if event.successor:
                triples.append(Triple(event.successor, DCTERMS["replaces"], graph))
    return triples
