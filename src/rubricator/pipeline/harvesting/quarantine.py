"""Refused records in the ledger: each once, with its reason, where it was, and the hash of its bytes."""

import hashlib
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode, Quad

from rubricator.harvest.record import Rejection
from rubricator.iris import Iris
from rubricator.pipeline.harvesting.recordgraph import source_term
from rubricator.rdf import DCTERMS, ENR, SPARQL_PREFIXES, TYPE, timestamp
from rubricator.store.client import StoreClient


def rejection_iri(rejection: Rejection, iris: Iris) -> NamedNode:
    """The same refusal of the same bytes always has the same IRI."""
    parts = (rejection.dataset, rejection.source, rejection.identifier or "", rejection.code, _sha256(rejection))
    return iris.thing("rejection", hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:26])


def rejection_quads(rejection: Rejection, iris: Iris) -> list[Quad]:
    node = rejection_iri(rejection, iris)
    said: list[tuple[NamedNode, NamedNode | Literal]] = [
        (TYPE, ENR["Rejection"]),
        (ENR["code"], Literal(rejection.code)),
        (DCTERMS["description"], Literal(rejection.message.encode("utf-8", "replace").decode(), language="en")),
        (DCTERMS["source"], source_term(rejection.source)),
        (DCTERMS["created"], timestamp(rejection.retrieved)),
        (DCTERMS["isPartOf"], iris.thing("dataset", rejection.dataset)),
    ]
    if rejection.identifier:
        said.append((DCTERMS["identifier"], Literal(rejection.identifier)))
    if rejection.content is not None:
        said.append((ENR["sha256"], Literal(_sha256(rejection))))
    return [Quad(node, predicate, value, iris.ledger) for predicate, value in said]


def new_rejections(rejections: Sequence[Rejection], client: StoreClient, iris: Iris) -> list[Rejection]:
    """Those that the ledger does not have yet."""
    by_iri = {rejection_iri(rejection, iris): rejection for rejection in rejections}
    if not by_iri:
        return []
    values = " ".join(map(str, by_iri))
    rows = client.select(
        f"{SPARQL_PREFIXES}SELECT ?x WHERE {{ VALUES ?x {{ {values} }} GRAPH {iris.ledger} {{ ?x a enr:Rejection }} }}"
    )
    known = {row["x"] for row in rows}
    return [rejection for iri, rejection in by_iri.items() if iri not in known]


def _sha256(rejection: Rejection) -> str:
    return hashlib.sha256(rejection.content).hexdigest() if rejection.content is not None else ""
