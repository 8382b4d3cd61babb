"""The documents about our things: which triples each gives away, and which page shows it to people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from rubricator_service.context import Service, languages
from rubricator_service.documents import renderings
from rubricator_service.reading.descriptions import (
    Description,
    describe,
    describe_annotation,
    describe_dataset,
    describe_substitute,
    is_retracted,
    read_graph,
)
from rubricator_service.reading.items import record_of


@dataclass(frozen=True, slots=True)
class Document:
    """What is said of ``thing``; ``page`` renders it for people, in the languages they asked for.

    ``retracted`` documents answer 410.
    """

    thing: NamedNode
    triples: Sequence[Triple]
    page: Callable[[], str]
    retracted: bool = False


def find_thing(service: Service, path: str) -> Document | None:
    """The document about the thing at ``path`` (``/id/…`` or ``/concept/…``, decoded once); None for what never was."""
    if path.startswith("/id/item/"):
        dataset, _, identifier = path.removeprefix("/id/item/").partition("/")
        return find_record(service, dataset, identifier)
    thing = service.iris.at(path)
    if path.startswith("/id/dataset/"):
        triples = describe_dataset(service.reading, thing)
    else:
        triples = describe(service.reading, thing, _graphs(service, path))
        if triples and path.startswith("/id/run/"):
            graph = service.iris.run_graph(path.removeprefix("/id/run/"))
            triples = sorted({*triples, *describe(service.reading, graph, [service.iris.ledger])}, key=str)
    if not triples:
        return None
    return Document(thing, triples, lambda: _renderer(service, path)(service, thing, Description(triples)))


def _graphs(service: Service, path: str) -> Sequence[NamedNode]:
    """Where a thing is described. Our proxies are in the published view alone."""
    iris = service.iris
    return () if path.startswith("/id/proxy/") else (iris.ledger, iris.reviews, iris.concepts_graph)


def _renderer(service: Service, path: str) -> Callable[[Service, NamedNode, Description], str]:
    if path.startswith("/id/run/"):
        return renderings.run_page
    if path.startswith("/id/dataset/"):
        return renderings.dataset_page
    if path.startswith("/concept/"):
        return renderings.scheme_page if service.iris.at(path) == service.iris.scheme() else renderings.concept_page
    return renderings.thing_page


def find_record(service: Service, dataset: str, identifier: str) -> Document | None:
    """The document about an item: its record as harvested, and what the published view adds."""
    graph = service.iris.record_graph(dataset, identifier)
    harvested = [quad.triple for quad in read_graph(service.reading, graph)]
    record = record_of(harvested, graph, languages())
    if record is None:
        return None
    proxies = Literal(f"{service.iris.base}/id/proxy/")
    ours = service.reading.construct(
        f"""CONSTRUCT {{ {record.item} enr:hasEnrichment ?annotation . ?annotation ?p ?o . ?proxy ?pp ?po }} WHERE {{
          {{ {record.item} enr:hasEnrichment ?annotation . ?annotation ?p ?o }}
          UNION {{ ?proxy ore:proxyFor {record.item} ; ?pp ?po FILTER(STRSTARTS(STR(?proxy), {proxies})) }}
        }}"""
    )
    triples = sorted({*harvested, *ours}, key=str)
    return Document(record.item, triples, lambda: renderings.item_page(service, record, triples))


def find_annotation(service: Service, path: str) -> Document | None:
    """The document that an enrichment or near miss is, or what a person has put in the place of one."""
    annotation = service.iris.at(path)
    triples = describe_annotation(service.reading, service.iris, annotation)
    if not triples:
        triples = describe_substitute(service.reading, service.iris, annotation)
    if not triples:
        return None
    description = Description(triples)
    return Document(
        annotation,
        triples,
        lambda: renderings.annotation_page(service, annotation, description),
        retracted=is_retracted(description, annotation),
    )
