"""What a record is made of: its item, proxies and aggregations, and the statements that have to be looked at again."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import NamedNode, Triple

from rubricator.edm.codes import CODES
from rubricator.edm.record import RecordRejected
from rubricator.rdf import EDM, ENR, OA, ORE, PROV, TYPE

CHO, PROXY, AGGREGATION = EDM["ProvidedCHO"], ORE["Proxy"], ORE["Aggregation"]
AGGREGATED, PROXY_FOR = EDM["aggregatedCHO"], ORE["proxyFor"]
CLASSES = frozenset((CHO, PROXY, AGGREGATION, EDM["EuropeanaAggregation"]))
CLAIMING = (ENR.iri, OA.iri, PROV.iri)
"""How the terms begin that say that something is an enrichment, or where one comes from."""
_OF_STATEMENTS = frozenset((EDM["confidenceLevel"], EDM["wasGeneratedBy"]))
_BUILDING = frozenset((TYPE, AGGREGATED, PROXY_FOR, *CODES))


@dataclass(slots=True)
class Parts:
    """The nodes of a record by their part in it, the classes that it names, and the properties that claim something."""

    items: dict[NamedNode, None]
    proxies: dict[NamedNode, None]
    aggregations: dict[NamedNode, None]
    aggregated: list[Triple]
    proxied: list[Triple]
    coded: list[Triple]
    kinds: set[object]
    claiming: set[NamedNode]

    @property
    def edm(self) -> bool:
        return not self.kinds.isdisjoint(CLASSES)


def parts_of(triples: Iterable[Triple]) -> Parts:
    """One look at every property; the rest of the room only touches the few statements that are found by it."""
    parts = Parts({}, {}, {}, [], [], [], set(), set())
    by_class = {CHO: parts.items, PROXY: parts.proxies, AGGREGATION: parts.aggregations}
    for triple in [triple for triple in triples if _matters(triple.predicate)]:
        subject, predicate, value = triple
        if predicate == TYPE:
            parts.kinds.add(value)
            if value in by_class:
                by_class[value][subject] = None
        elif predicate == AGGREGATED:
            parts.aggregated.append(triple)
        elif predicate == PROXY_FOR:
            parts.proxied.append(triple)
        elif predicate in CODES:
            parts.coded.append(triple)
        else:
            parts.claiming.add(predicate)
    return parts


@lru_cache(maxsize=4096)
def _matters(predicate: NamedNode) -> bool:
    """Remembered, as records have few properties, and are many."""
    return predicate in _BUILDING or claims(predicate)


def claims(term: NamedNode) -> bool:
    """Whether this property or class says that something is an enrichment, or where one comes from."""
    return term in _OF_STATEMENTS or term.value.startswith(CLAIMING)


def item_of(parts: Parts) -> NamedNode:
    """The one item that a record is about. Raises RecordRejected if there is none, or several."""
    pointed = dict.fromkeys(triple.object for triple in (*parts.aggregated, *parts.proxied))
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
