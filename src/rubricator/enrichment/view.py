"""The lines of the published view that follow from what stands: what aggregators read without GRAPH."""

import hashlib
from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.enrichment.reviews import Decision, Replacement
from rubricator.enrichment.standing import Facts, Standing, State, replacements
from rubricator.iris import Iris
from rubricator.rdf import EDM, ENR, EUROPEANA, OA, ORE, TYPE

_SHOWN = (Decision.accepted, Decision.needs_discussion)
"""Decisions that the view tells of the claims that they leave standing."""


def view_triples(found: Sequence[Standing], iris: Iris) -> set[Triple]:
    """Everything that the view says of these items: ``found`` are all claims on them."""
    lines: set[Triple] = set()
    for one in found:
        claim, judgement = one.claim, one.judgement
        if one.state is State.current:
            lines.update(
                claim_triples(claim.annotation, claim.item, claim.body, claim.property, claim.confidence, iris)
            )
            if judgement and judgement.decision in _SHOWN:
                lines.add(Triple(claim.annotation, ENR["reviewStatus"], ENR[judgement.decision]))
    for one, _, instead in replacements(found):
        lines.update(_replacement_triples(instead, one.claim.item, iris))
    return lines


def possible_triples(facts: Facts, iris: Iris) -> set[Triple]:
    """Everything that the view may have said of these items at any moment, as these facts came about."""
    lines: set[Triple] = set()
    judged = {(claim.item, claim.body) for claim in facts.claims if claim.annotation in facts.judgements}
    for claim in facts.claims:
        lines.update(claim_triples(claim.annotation, claim.item, claim.body, claim.property, claim.confidence, iris))
        if (claim.item, claim.body) in judged:
            lines.update(Triple(claim.annotation, ENR["reviewStatus"], ENR[decision]) for decision in _SHOWN)
        for judgement in facts.judgements.get(claim.annotation, ()):
            if judgement.replacement is not None:
                lines.update(_replacement_triples(judgement.replacement, claim.item, iris))
    return lines


def claim_triples(
    annotation: NamedNode,
    item: NamedNode,
    body: NamedNode,
    property_: NamedNode,
    confidence: Literal,
    iris: Iris,
) -> Iterator[Triple]:
    """What the view says of one current claim: 6 triples, 3 of which other claims on the item share."""
    yield Triple(annotation, EDM["confidenceLevel"], confidence)
    yield from _said(annotation, item, body, property_, iris)


def _replacement_triples(replacement: Replacement, item: NamedNode, iris: Iris) -> Iterator[Triple]:
    """As of a claim, without confidence, which people do not state, and accepted."""
    yield Triple(replacement.annotation, ENR["reviewStatus"], ENR[Decision.accepted])
    yield from _said(replacement.annotation, item, replacement.body, replacement.property, iris)


def _said(
    annotation: NamedNode, item: NamedNode, body: NamedNode, property_: NamedNode, iris: Iris
) -> Iterator[Triple]:
    proxy = proxy_iri(item, iris)
    yield Triple(item, ENR["hasEnrichment"], annotation)
    yield Triple(annotation, OA["hasBody"], body)
    yield Triple(proxy, TYPE, ORE["Proxy"])
    yield Triple(proxy, ORE["proxyFor"], item)
    yield Triple(proxy, property_, body)


def proxy_iri(item: NamedNode, iris: Iris) -> NamedNode:
    """Our own proxy for an item, beside the provider's and Europeana's.

    ``…/item/{dataset}/{id}`` gives ``BASE/id/proxy/{dataset}/{id}``; any other item IRI is named by its hash.
    """
    for start in (f"{EUROPEANA}item/", f"{iris.base}/id/item/"):
        if item.value.startswith(start) and item.value.count("/", len(start)) == 1:
            return NamedNode(f"{iris.base}/id/proxy/{item.value.removeprefix(start)}")
    return iris.thing("proxy", hashlib.sha256(item.value.encode()).hexdigest()[:26])
