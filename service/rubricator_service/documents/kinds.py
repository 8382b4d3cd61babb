"""The documents about our things: which triples each gives away, and which page shows it to people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.enrichment.events import holding, read_events
from rubricator.enrichment.run import CC0
from rubricator.rdf import DCTERMS, PROV, TYPE
from rubricator_service.context import Service, languages
from rubricator_service.documents import renderings
from rubricator_service.documents.events import event_page
from rubricator_service.documents.graphs import is_there
from rubricator_service.documents.things import thing_page
from rubricator_service.reading.decided import describe_decision, describe_substitute, instead_of, standing
from rubricator_service.reading.descriptions import (
    Description,
    describe,
    describe_annotation,
    describe_dataset,
    describe_parts,
    describe_revocation,
    is_gone,
    read_graph,
)
from rubricator_service.reading.items import record_of
from rubricator_service.reading.kinds import licences_of


@dataclass(frozen=True, slots=True)
class Document:
    """What is said of ``thing``; ``page`` renders it for people, in the languages they asked for.

    ``path`` is its own, without a suffix; ``successors`` took its place, and stand themselves. ``gone`` documents
    answer 410. ``licences`` are of the description itself; what a provider says of its item has none that we know of.
    """

    thing: NamedNode
    path: str
    triples: Sequence[Triple]
    page: Callable[[], str]
    licences: Sequence[NamedNode] = ()
    successors: Sequence[NamedNode] = ()
    gone: bool = False

    @property
    def types(self) -> list[NamedNode]:
        """The classes of the thing."""
        return Description(self.triples).nodes(self.thing, TYPE)


def find_thing(service: Service, path: str) -> Document | None:
    """The document about the thing at ``path`` (``/id/…`` or ``/concept/…``, decoded once); None for what never was."""
    if path.startswith("/id/item/"):
        dataset, _, identifier = path.removeprefix("/id/item/").partition("/")
        return find_record(service, dataset, identifier)
    for thing in service.iris.meant(path):
        triples = _describe(service, path, thing)
        if triples:
            return _document(service, path, thing, triples)
    return None


def _document(service: Service, path: str, thing: NamedNode, triples: Sequence[Triple]) -> Document:
    said = Description(triples)
    return Document(
        thing,
        service.links.document(thing),
        triples,
        lambda: _renderer(service, path)(service, thing, said),
        licences=licences(service, path, thing),
        successors=successors(service, path),
    )


def _describe(service: Service, path: str, thing: NamedNode) -> Sequence[Triple]:
    reading, iris = service.reading, service.iris
    if path.startswith("/id/dataset/"):
        return describe_dataset(reading, thing)
    triples = describe(reading, thing, graphs_about(service, path))
    if not triples:
        return ()
    more: Sequence[Triple] = ()
    if path.startswith("/id/run/"):
        more = describe(reading, iris.run_graph(path.removeprefix("/id/run/")), [iris.ledger])
    elif path.startswith("/id/harvest/"):
        graph = iris.harvest_graph(path.removeprefix("/id/harvest/"))  # with its pages, until a later harvest has all
        more = [Triple(thing, PROV["generated"], graph)] if is_there(service, graph) else ()
    elif path.startswith("/id/event/"):
        more = describe_revocation(reading, iris, thing)
    elif thing == iris.scheme():
        more = describe_parts(reading, thing, iris.concepts_graph)
    return sorted({*triples, *more}, key=str)


def graphs_about(service: Service, path: str) -> Sequence[NamedNode]:
    """Where a thing is described. Our proxies are in the published view alone, claims of others in their import."""
    iris = service.iris
    if path.startswith("/id/proxy/"):
        return ()
    ulid, _, claim = path.removeprefix("/id/import/").partition("/")
    if claim and path.startswith("/id/import/"):
        return (iris.import_graph(ulid),)
    return (iris.ledger, iris.reviews, iris.concepts_graph)


def licences(service: Service, path: str, thing: NamedNode) -> Sequence[NamedNode]:
    """What is ours is CC0, as the graphs of runs are; concepts have what their scheme has, and others' claims none."""
    if path.startswith("/concept/"):
        return licences_of(service.reading, service.iris, thing)
    return () if path.startswith("/id/import/") else (CC0,)


def successors(service: Service, path: str) -> Sequence[NamedNode]:
    """The runs that took the place of a run, and stand; nothing else has any."""
    if not path.startswith("/id/run/"):
        return ()
    graph = service.iris.run_graph(path.removeprefix("/id/run/"))
    found = (event.successor for event in holding(read_events(service.reading, service.iris), graph) if event.successor)
    return standing(service.reading, service.iris, [service.iris.run(one.value.rpartition("/")[2]) for one in found])


def _renderer(service: Service, path: str) -> Callable[[Service, NamedNode, Description], str]:
    if path.startswith("/id/run/"):
        return renderings.run_page
    if path.startswith("/id/dataset/"):
        return renderings.dataset_page
    if path.startswith("/id/event/"):
        return event_page
    if path.startswith("/concept/"):
        return renderings.scheme_page if service.iris.at(path) == service.iris.scheme() else renderings.concept_page
    return thing_page


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
    path = service.links.item_document(record.item, graph)
    return Document(record.item, path, triples, lambda: renderings.item_page(service, record, triples))


def find_annotation(service: Service, path: str) -> Document | None:
    """The document that an enrichment or near miss is, or what a person has put in the place of one."""
    annotation = service.iris.at(path)
    reading, iris = service.reading, service.iris
    triples = describe_annotation(reading, iris, annotation)
    if triples:
        triples += describe_decision(reading, iris, annotation, Description(triples))
    else:
        triples = describe_substitute(reading, iris, annotation)
    if not triples:
        return None
    description = Description(triples)
    found = [
        *standing(reading, iris, description.nodes(annotation, DCTERMS["isReplacedBy"])),
        *instead_of(reading, iris, description, annotation),
    ]
    return Document(
        annotation,
        service.links.to(annotation),
        triples,
        lambda: renderings.annotation_page(service, annotation, description, found),
        licences=(CC0,),
        successors=found,
        gone=is_gone(description, annotation),
    )
