"""The internal form of EDM: a bare ProvidedCHO, what the provider said on a proxy, and an aggregation."""

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.edm.clean import Cleaner
from rubricator.edm.codes import EUROPEANA_PROXY
from rubricator.edm.identity import Identity
from rubricator.edm.parts import AGGREGATED, AGGREGATION, CHO, CLASSES, PROXY, PROXY_FOR, Parts
from rubricator.rdf import EDM, ORE, OWL, TYPE

_PROXY_IN, _LINEAGE = ORE["proxyIn"], ORE["lineage"]
_STRUCTURE = frozenset((AGGREGATED, PROXY_FOR, _PROXY_IN))
_SAME = OWL["sameAs"]
_OF_PROXY = frozenset((TYPE, EUROPEANA_PROXY, _LINEAGE, EDM["type"]))
"""What every proxy has, whoever speaks on it."""
_AGGREGATION_NAMES = """dataProvider provider intermediateProvider rights isShownAt isShownBy object hasView ugc
    country language datasetName preview landingPage completeness"""
OF_AGGREGATION = frozenset(map(EDM.__getitem__, _AGGREGATION_NAMES.split()))
"""Properties that belong to an aggregation, whoever states them."""


@dataclass(frozen=True, slots=True)
class Internal:
    """A record in the internal form. ``proxy`` is the provider's; there is none where nothing was said on one."""

    triples: list[Triple]
    item: NamedNode
    proxy: NamedNode | None
    aggregation: NamedNode

    def holder(self, subject: object, predicate: NamedNode) -> object:
        """On which node a statement about ``subject`` lies in this form."""
        if subject != self.item or predicate == _SAME:
            return subject
        return self.aggregation if predicate in OF_AGGREGATION else self.proxy

    def describes(self, triple: Triple) -> bool:
        """Whether this is what the provider says of the item, and not how the record is built."""
        structural = triple.predicate in _STRUCTURE or triple.predicate in _OF_PROXY
        return triple.subject == self.proxy and not structural


def internal(triples: list[Triple], parts: Parts, item: NamedNode, identity: Identity, cleaner: Cleaner) -> Internal:
    """The record with a bare item, a provider proxy and an aggregation. What is in this form already stays as it is."""
    own_proxy, own_aggregation = NamedNode(identity.own + "#proxy"), NamedNode(identity.own + "#aggregation")
    aggregation = next((node for node in parts.aggregations if node != item), None)
    added: list[Triple] = []
    if aggregation is None:
        aggregation = own_aggregation
        cleaner.note("aggregation-added", "", aggregation.value)
        added += [Triple(aggregation, TYPE, AGGREGATION), Triple(aggregation, AGGREGATED, item)]
    elif all(triple.subject != aggregation or triple.object != item for triple in parts.aggregated):
        triples = _point_to_item(triples, aggregation, item, cleaner)
    statements = [triple for triple in triples if triple.subject == item]
    proxies = [node for node in parts.proxies if node != item]
    descriptive = [triple for triple in statements if not _stays(triple)]
    proxy = _provider_proxy(parts.coded, proxies) if proxies else None
    if proxy is None and (descriptive or not proxies):
        proxy = own_proxy
        added += proxy_of(item, proxy, aggregation)
    if item in parts.proxies:
        cleaner.note("item-is-proxy", item.value, own_proxy.value)
    if item not in parts.items:
        cleaner.note("item-added", "", item.value)
        added.append(Triple(item, TYPE, CHO))
    if not descriptive:
        return Internal(triples + added, item, proxy, aggregation)
    assert proxy is not None  # noqa: S101 - descriptive statements made one above
    moved = [
        Triple(aggregation if triple.predicate in OF_AGGREGATION else proxy, triple.predicate, triple.object)
        for triple in descriptive
        if triple.predicate not in _STRUCTURE and not (triple.predicate == TYPE and triple.object in CLASSES)
    ]
    rest = [triple for triple in triples if triple.subject != item or _stays(triple)]
    return Internal(rest + moved + added, item, proxy, aggregation)


def proxy_of(item: NamedNode, proxy: NamedNode, aggregation: NamedNode) -> list[Triple]:
    """A proxy that is not Europeana's, with nothing said on it yet."""
    return [
        Triple(proxy, TYPE, PROXY),
        Triple(proxy, PROXY_FOR, item),
        Triple(proxy, _PROXY_IN, aggregation),
        Triple(proxy, EUROPEANA_PROXY, Literal("false")),
    ]


def _stays(triple: Triple) -> bool:
    """A bare item has its class, and other IRIs of itself."""
    return triple.predicate == _SAME or (triple.predicate == TYPE and triple.object == CHO)


def _provider_proxy(coded: list[Triple], proxies: list[NamedNode]) -> NamedNode | None:
    """The proxy of the provider: neither Europeana's nor an aggregator's."""
    theirs = {
        triple.subject for triple in coded if triple.predicate == EUROPEANA_PROXY and triple.object == Literal("true")
    }
    candidates = [proxy for proxy in proxies if proxy not in theirs and "/proxy/aggregator/" not in proxy.value]
    return next(
        (proxy for proxy in candidates if "/proxy/provider/" in proxy.value), candidates[0] if candidates else None
    )


def _point_to_item(triples: list[Triple], aggregation: NamedNode, item: NamedNode, cleaner: Cleaner) -> list[Triple]:
    """The only aggregation of the record is of its only item, whatever it says."""
    result = []
    for triple in triples:
        if triple.subject == aggregation and triple.predicate == AGGREGATED:
            cleaner.note("aggregates-another", str(triple.object), item.value)
        else:
            result.append(triple)
    return [*result, Triple(aggregation, AGGREGATED, item)]
