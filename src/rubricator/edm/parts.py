"""What a record is made of: its item, proxies and aggregations, and the statements that have to be looked at again."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from operator import attrgetter

from pyoxigraph import NamedNode, Quad

from rubricator.edm.codes import CODES
from rubricator.edm.record import RecordRejected
from rubricator.rdf import EDM, ENR, OA, ORE, PROV, TYPE

_SUBJECT, _PREDICATE = attrgetter("subject"), attrgetter("predicate")
CHO, PROXY, AGGREGATION = EDM["ProvidedCHO"], ORE["Proxy"], ORE["Aggregation"]
AGGREGATED, PROXY_FOR = EDM["aggregatedCHO"], ORE["proxyFor"]
CLASSES = frozenset((CHO, PROXY, AGGREGATION, EDM["EuropeanaAggregation"]))
CLAIMING = (ENR.iri, OA.iri, PROV.iri)
"""How the terms begin that say that something is an enrichment, or where one comes from."""
_OF_STATEMENTS = frozenset((EDM["confidenceLevel"], EDM["wasGeneratedBy"]))
_BUILDING = frozenset((TYPE, AGGREGATED, PROXY_FOR, *CODES))


@dataclass(slots=True)
class Parts:
    """The nodes of a record by their part in it, the classes that it names, and the properties that claim something.

    ``subjects`` are those of all its statements, in their order.
    """

    subjects: list[NamedNode]
    items: dict[NamedNode, None]
    proxies: dict[NamedNode, None]
    aggregations: dict[NamedNode, None]
    aggregated: list[Quad]
    proxied: list[Quad]
    coded: list[Quad]
    kinds: set[object]
    claiming: set[NamedNode]

    @property
    def edm(self) -> bool:
        return not self.kinds.isdisjoint(CLASSES)


def parts_of(quads: list[Quad]) -> Parts:
    """One look at every property; the rest of the room only touches the few statements that are found by it."""
    subjects = list(map(_SUBJECT, quads))
    parts = Parts(subjects, {}, {}, {}, [], [], [], set(), set())
    by_class = {CHO: parts.items, PROXY: parts.proxies, AGGREGATION: parts.aggregations}
    for quad in compress(quads, map(_matters, map(_PREDICATE, quads))):
        predicate = quad.predicate
        if predicate == TYPE:
            kind = quad.object
            parts.kinds.add(kind)
            if (nodes := by_class.get(kind)) is not None:  # type: ignore[arg-type]
                nodes[quad.subject] = None  # type: ignore[index]
        elif predicate == AGGREGATED:
            parts.aggregated.append(quad)
        elif predicate == PROXY_FOR:
            parts.proxied.append(quad)
        elif predicate in CODES:
            parts.coded.append(quad)
        else:
            parts.claiming.add(predicate)
    return parts


@lru_cache(maxsize=4096)
def _matters(predicate: NamedNode) -> bool:
    """Remembered, as records are many and their terms are few."""
    return predicate in _BUILDING or claims(predicate)


@lru_cache(maxsize=4096)
def claims(term: NamedNode) -> bool:
    """Whether this property or class says that something is an enrichment, or where one comes from."""
    return term in _OF_STATEMENTS or term.value.startswith(CLAIMING)


def item_of(parts: Parts) -> NamedNode:
    """The one item that a record is about. Raises RecordRejected if there is none, or several."""
    pointed = dict.fromkeys(quad.object for quad in (*parts.aggregated, *parts.proxied))
    if not parts.items:
        candidates = [node for node in pointed if isinstance(node, NamedNode)]
        if len(candidates) != 1:
            if not parts.edm and not pointed:
                raise RecordRejected("not-a-record", "The RDF describes no cultural object; it is no EDM record.")
            raise RecordRejected(
                "no-provided-cho", "The record has no edm:ProvidedCHO, and no single item in its place."
            )
        return candidates[0]
    items = list(parts.items)
    if len(items) > 1:
        items = [item for item in items if item in pointed] or items
    if len(items) > 1:
        raise RecordRejected("several-items", f"The record describes {len(items)} items at once; split it.")
    return items[0]
