"""Writes the records of all items of which something is published, each as a file of its own."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter

from pyoxigraph import NamedNode, Triple

from rubricator.edm.identity import slug
from rubricator.iris import Iris
from rubricator.pipeline.exporting.external.record import Claimed, external
from rubricator.pipeline.exporting.outcome import Outcome
from rubricator.pipeline.exporting.parcel import Parcel
from rubricator.pipeline.exporting.published import Published
from rubricator.rdf import PROV, SPARQL_PREFIXES
from rubricator.reasons import REASONS
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri

_PORTION = 100
Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the graph of a record says of anything but where it came from."""

    graph: NamedNode
    triples: Sequence[Triple]
    gone: bool


def write_records(
    client: StoreClient, iris: Iris, claims: Iterable[Published], labels: Labels, parcel: Parcel
) -> Outcome:
    """Write ``{dataset}/{identifier}.xml`` for each record. ``claims`` come item by item.

    ``labels`` are those of concepts, by body and language. An item of several records is in each of them.
    """
    written, lacking, left_out = Counter[str](), Counter[str](), Counter[str]()
    with closing(client.clone()) as asking:
        for portion in _portions(claims):
            records = _records(asking, portion)
            for item, told in portion.items():
                lacking["record-missing"] += item not in records
                for record in records.get(item, ()):
                    if record.gone:
                        lacking["record-gone"] += 1
                        continue
                    made = external(item, record.triples, [_claimed(one) for one in told], labels)
                    lacking.update(made.lacking[:1])
                    left_out.update(made.left_out)
                    if made.xml is not None:
                        with parcel.file(_name(record.graph, iris)) as file:
                            file.write(made.xml)
                        written.update(records=1, claims=len(told))
    return Outcome(
        {"records": written["records"], "claims": written["claims"]},
        {f"records ({code}: {_told(code)})": number for code, number in lacking.items()}
        | {"statements that EDM external has no place for": left_out.total()},
    )


def _portions(claims: Iterable[Published]) -> Iterator[dict[NamedNode, list[Published]]]:
    by_item = ((item, list(told)) for item, told in groupby(claims, key=attrgetter("item")))
    while portion := dict(islice(by_item, _PORTION)):
        yield portion


def _told(code: str) -> str:
    meaning = REASONS[code].meaning.removesuffix(".")
    return meaning[:1].lower() + meaning[1:]


def _claimed(one: Published) -> Claimed:
    sure = one.confidence.value if one.confidence and not one.person else None
    return Claimed(one.field, one.body, sure)


def _name(graph: NamedNode, iris: Iris) -> str:
    """A path without anything that a file system takes for something else."""
    return "/".join(slug(name) for name in iris.record_names(graph.value)) + ".xml"


def _records(client: StoreClient, items: Iterable[NamedNode]) -> dict[NamedNode, list[_Stored]]:
    """The records of each item, in the order of their graphs."""
    rows = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT ?item ?graph ?s ?p ?o WHERE {{ GRAPH ?graph {{
          VALUES ?item {{ {" ".join(map(str, items))} }} ?graph foaf:primaryTopic ?item . ?s ?p ?o
        }} }}"""
    )
    found: defaultdict[NamedNode, dict[NamedNode, list[Triple]]] = defaultdict(dict)
    gone = set()
    for item, graph, subject, predicate, value in rows:
        triples = found[as_iri(item)].setdefault(as_iri(graph), [])
        if subject != graph:
            triples.append(Triple(subject, predicate, value))  # type: ignore[arg-type]
        elif predicate == PROV["invalidatedAtTime"]:
            gone.add(graph)
    return {
        item: [_Stored(graph, graphs[graph], graph in gone) for graph in sorted(graphs, key=attrgetter("value"))]
        for item, graphs in found.items()
    }
