"""Replaces one named graph and what the published view says because of it, in one transaction."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.iris import Iris
from rubricator.rdf import ENR
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary


def publish_vocabulary(client: StoreClient, vocabulary: Vocabulary, iris: Iris, triples: Iterable[Triple]) -> bool:
    """Put the concepts into their graph and the view. False, and nothing written, where this version is there."""
    stamp = Triple(vocabulary.iri, ENR["sha256"], Literal(vocabulary.sha256))
    if client.ask(f"ASK {{ GRAPH {iris.concepts_graph} {{ {_statement(stamp)} }} }}"):
        return False
    client.update(replacement(iris.concepts_graph, [*triples, stamp]))
    return True


def replacement(graph: NamedNode, triples: Iterable[Triple]) -> str:
    """The SPARQL update that gives ``graph`` this content and takes out of the view what no other graph says."""
    statements = "\n".join(map(_statement, triples))
    return f"""
DELETE {{ ?s ?p ?o }} WHERE {{
  GRAPH {graph} {{ ?s ?p ?o }}
  FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other != {graph}) }}
}} ;
DROP SILENT GRAPH {graph} ;
INSERT DATA {{ GRAPH {graph} {{ {statements} }} {statements} }}
"""


def _statement(triple: Triple) -> str:
    return f"{triple.subject} {triple.predicate} {triple.object} ."
