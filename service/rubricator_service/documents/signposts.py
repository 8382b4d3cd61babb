"""Where the document about a thing is, and what a redirect there says of it: found without making the document."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator_service.context import Service
from rubricator_service.documents.kinds import graphs_about, licences, successors
from rubricator_service.reading.descriptions import record_naming
from rubricator_service.reading.kinds import item_in, kinds_of, kinds_of_dataset


@dataclass(frozen=True, slots=True)
class Signpost:
    """``path`` is that of the document; all else is as the document has it."""

    thing: NamedNode
    path: str
    types: Sequence[NamedNode]
    licences: Sequence[NamedNode] = ()
    successors: Sequence[NamedNode] = ()


def find_signpost(service: Service, path: str) -> Signpost | None:
    """To the document about the thing at ``path`` (``/id/…`` or ``/concept/…``, decoded once)."""
    if path.startswith("/id/item/"):
        dataset, _, identifier = path.removeprefix("/id/item/").partition("/")
        return _to_record(service, service.iris.record_graph(dataset, identifier))
    for thing in service.iris.meant(path):
        types = _types(service, path, thing)
        if types is not None:
            where = service.links.document(thing)
            return Signpost(thing, where, types, licences(service, path, thing), successors(service, path))
    return None


def find_unnamed(service: Service, path: str) -> Signpost | None:
    """To the record that speaks of something that has no name but one of ours (``/.well-known/genid/…``)."""
    graph = record_naming(service.reading, service.iris, service.iris.at(path))
    return None if graph is None else _to_record(service, graph)


def _to_record(service: Service, graph: NamedNode) -> Signpost | None:
    found = item_in(service.reading, graph)
    if found is None:
        return None
    item, types = found
    return Signpost(item, service.links.item_document(item, graph), types)


def _types(service: Service, path: str, thing: NamedNode) -> Sequence[NamedNode] | None:
    if path.startswith("/id/dataset/"):
        return kinds_of_dataset(service.reading, thing)
    return kinds_of(service.reading, thing, graphs_about(service, path))
