"""Puts the vocabulary into the store."""

from collections.abc import Iterable

from pyoxigraph import Literal, Triple

from rubricator.iris import Iris
from rubricator.pipeline.harvesting.replacement import replacement
from rubricator.rdf import ENR
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary


def publish_vocabulary(client: StoreClient, vocabulary: Vocabulary, iris: Iris, triples: Iterable[Triple]) -> bool:
    """Put the concepts into their graph and the view. False, and nothing written, where this version is there."""
    stamp = Triple(vocabulary.iri, ENR["sha256"], Literal(vocabulary.sha256))
    if client.ask(f"ASK {{ GRAPH {iris.concepts_graph} {{ {stamp} }} }}"):
        return False
    client.update(replacement(iris.concepts_graph, [*triples, stamp]))
    return True
