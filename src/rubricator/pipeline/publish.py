"""Puts the vocabulary into the store."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.iris import Iris
from rubricator.pipeline.harvesting.replacement import replacement
from rubricator.rdf import ENR, RDFS, TYPE, VOID
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary


def publish_vocabulary(client: StoreClient, vocabulary: Vocabulary, iris: Iris, triples: Iterable[Triple]) -> bool:
    """Put the concepts into their graph and the view. False, and nothing written, where this version is there.

    So is what the data set is: who has nothing but the endpoint can ask where its description lies.
    """
    about = [Triple(vocabulary.iri, ENR["sha256"], Literal(vocabulary.sha256)), *_dataset(iris)]
    if client.ask(f"ASK {{ GRAPH {iris.concepts_graph} {{ {' . '.join(map(str, about))} }} }}"):
        return False
    client.update(replacement(iris.concepts_graph, [*triples, *about]))
    return True


def _dataset(iris: Iris) -> Iterator[Triple]:
    yield Triple(iris.void_dataset, TYPE, VOID["Dataset"])
    yield Triple(iris.void_dataset, VOID["sparqlEndpoint"], NamedNode(f"{iris.base}/sparql"))
    yield Triple(iris.void_dataset, VOID["uriSpace"], Literal(f"{iris.base}/"))
    yield Triple(iris.void_dataset, RDFS["seeAlso"], NamedNode(f"{iris.base}/.well-known/void"))
