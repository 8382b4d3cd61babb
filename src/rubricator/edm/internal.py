"""The internal form of EDM: a bare ProvidedCHO, what the provider said on a proxy, and an aggregation."""

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

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

    quads: list[Quad]
    item: NamedNode
    proxy: NamedNode | None
    aggregation: NamedNode

    def holder(self, subject: object, predicate: NamedNode) -> object:
        """On which node a statement about ``subject`` lies in this form."""
        if subject != self.item or predicate == _SAME:
            return subject
        return self.aggregation if predicate in OF_AGGREGATION else self.proxy

    def describes(self, quad: Quad) -> bool:
        """Whether this is what the provider says of the item, and not how the record is built."""
        structural = quad.predicate in _STRUCTURE or quad.predicate in _OF_PROXY
        return quad.subject == self.proxy and not structural


def internal(quads: list[Quad], parts: Parts, item: NamedNode, identity: Identity, cleaner: Cleaner) -> Internal:
    """The record with a bare item, a provider proxy and an aggregation. What is in this form already stays as it is."""
    own_proxy = f"{identity.own}#proxy"
    aggregation = next((node for node in parts.aggregations if node != item), None)
    added: list[Quad] = []
    if aggregation is None:
        aggregation = NamedNode(f"{identity.own}#aggregation")
        cleaner.note("aggregation-added", "", aggregation.value)
        added += [Quad(aggregation, TYPE, AGGREGATION), Quad(aggregation, AGGREGATED, item)]
    elif all(quad.subject != aggregation or quad.object != item for quad in parts.aggregated):
        quads = _point_to_item(quads, aggregation, item, cleaner)
    proxies = [node for node in parts.proxies if node != item]
    bare = item in parts.items and parts.subjects.count(item) == 1
    descriptive = [] if bare else [quad for quad in quads if quad.subject == item and not _stays(quad)]
    proxy = _provider_proxy(parts.coded, proxies) if proxies else None
    if proxy is None and (descriptive or not proxies):
        proxy = NamedNode(own_proxy)
        added += proxy_of(item, proxy, aggregation)
    if item in parts.proxies:
        cleaner.note("item-is-proxy", item.value, own_proxy)
    if item not in parts.items:
        cleaner.note("item-added", "", item.value)
        added.append(Quad(item, TYPE, CHO))
    if not descriptive:
        return Internal(quads + added, item, proxy, aggregation)
    assert proxy is not None  # noqa: S101 - descriptive statements made one above
    moved = [
        Quad(aggregation if quad.predicate in OF_AGGREGATION else proxy, quad.predicate, quad.object)
        for quad in descriptive
        if quad.predicate not in _STRUCTURE and not (quad.predicate == TYPE and quad.object in CLASSES)
    ]
    rest = [quad for quad in quads if quad.subject != item or _stays(quad)]
    return Internal(rest + moved + added, item, proxy, aggregation)


def proxy_of(item: NamedNode, proxy: NamedNode, aggregation: NamedNode) -> list[Quad]:
    """A proxy that is not Europeana's, with nothing said on it yet."""
    return [
        Quad(proxy, TYPE, PROXY),
        Quad(proxy, PROXY_FOR, item),
        Quad(proxy, _PROXY_IN, aggregation),
        Quad(proxy, EUROPEANA_PROXY, Literal("false")),
    ]


def _stays(quad: Quad) -> bool:
    """A bare item has its class, and other IRIs of itself."""
    return quad.predicate == _SAME or (quad.predicate == TYPE and quad.object == CHO)


def _provider_proxy(coded: list[Quad], proxies: list[NamedNode]) -> NamedNode | None:
    """The proxy of the provider: neither Europeana's nor an aggregator's."""
    theirs = {quad.subject for quad in coded if quad.predicate == EUROPEANA_PROXY and quad.object == Literal("true")}
    candidates = [proxy for proxy in proxies if proxy not in theirs and "/proxy/aggregator/" not in proxy.value]
    return next(
        (proxy for proxy in candidates if "/proxy/provider/" in proxy.value), candidates[0] if candidates else None
    )


def _point_to_item(quads: list[Quad], aggregation: NamedNode, item: NamedNode, cleaner: Cleaner) -> list[Quad]:
    """The only aggregation of the record is of its only item, whatever it says."""
    result = []
    for quad in quads:
        if quad.subject == aggregation and quad.predicate == AGGREGATED:
            cleaner.note("aggregates-another", str(quad.object), item.value)
        else:
            result.append(quad)
    return [*result, Quad(aggregation, AGGREGATED, item)]
