"""A named graph as a page for people: what it is, how large, and what it describes. The data is one link away."""

from collections.abc import Sequence

from flask import render_template
from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.events import holding, read_events
from rubricator.rdf import FOAF, PROV
from rubricator_service.context import Service, languages
from rubricator_service.reading.descriptions import Description, describe, is_known
from rubricator_service.reading.items import read_fields

_SHOWN_THINGS = 50
_COUNTED = 100_000
"""Most statements that are counted for somebody who looks: a run of a million claims has ten million."""


def is_there(service: Service, graph: NamedNode) -> bool:
    """Whether there is such a graph, be it an empty one of a run."""
    held = f"SELECT (COUNT(*) AS ?count) WHERE {{ {{ SELECT ?s WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }} LIMIT 1 }} }}"
    return service.reading.count(held) > 0 or is_known(service.reading, service.iris, graph)


def graph_page(service: Service, graph: NamedNode) -> str | None:
    """None where there is no such graph."""
    reading, iris = service.reading, service.iris
    some = f"SELECT ?s WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }} LIMIT {_COUNTED + 1:d}"
    size = reading.count(f"SELECT (COUNT(*) AS ?count) WHERE {{ {{ {some} }} }}")
    if not size and not is_known(reading, iris, graph):
        return None
    is_record = graph.value.startswith(f"{iris.base}/graph/edm/")
    said = Description(describe(reading, graph, [graph if is_record else iris.ledger]))
    item = said.node(graph, FOAF["primaryTopic"]) if is_record else None
    gone = is_record and bool(said.objects(graph, PROV["invalidatedAtTime"]))
    ulid = graph.value.removeprefix(f"{iris.base}/graph/harvest/")
    return render_template(
        "graph.html",
        graph=graph,
        size=min(size, _COUNTED),
        more=size > _COUNTED,
        item=item,
        run=None if is_record else said.node(graph, PROV["wasGeneratedBy"]),
        harvest=None if ulid == graph.value else iris.harvest(ulid),
        fixed={iris.concepts_graph: "concepts", iris.ledger: "ledger", iris.reviews: "reviews"}.get(graph),
        gone=gone,
        withdrawn=not is_record and bool(holding(read_events(reading, iris), graph)),
        fields=read_fields(said, [graph], languages()),
        things=[] if item else _read_things(service, graph),
    )


def _read_things(service: Service, graph: NamedNode) -> Sequence[NamedNode]:
    """Some of our own things that the graph describes; parts of things are on the pages of these."""
    rows = service.reading.select(
        f"""SELECT DISTINCT ?thing WHERE {{
          GRAPH {graph} {{ ?thing a ?type }}
          FILTER(STRSTARTS(STR(?thing), {Literal(service.iris.base + "/")}) && !CONTAINS(STR(?thing), "#"))
        }} LIMIT {_SHOWN_THINGS:d}"""
    )
    return [NamedNode(row["thing"].value) for row in rows]
