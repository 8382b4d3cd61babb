from pyoxigraph import Literal, NamedNode, Triple

from rubricator.pipeline.publish import publish_vocabulary
from rubricator.rdf import SKOS, SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import load_vocabulary, vocabulary_triples

LABELS = "?concept skos:prefLabel ?label"


def labels(client: StoreClient, pattern: str) -> int:
    rows = client.select(f"{SPARQL_PREFIXES}SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    return int(getattr(rows[0]["n"], "value", "0"))


def test_the_vocabulary_is_in_its_graph_and_in_the_view(client: StoreClient, settings: Settings) -> None:
    vocabulary, triples = load_vocabulary(settings.iris), vocabulary_triples(settings.iris)

    changed = publish_vocabulary(client, vocabulary, settings.iris, triples)

    assert changed
    expected = sum(triple.predicate == SKOS["prefLabel"] for triple in triples)
    assert expected == labels(client, LABELS)
    assert expected == labels(client, f"GRAPH {settings.iris.concepts_graph} {{ {LABELS} }}")


def test_publishing_the_same_version_again_writes_nothing(client: StoreClient, settings: Settings) -> None:
    vocabulary, triples = load_vocabulary(settings.iris), vocabulary_triples(settings.iris)
    publish_vocabulary(client, vocabulary, settings.iris, triples)

    assert not publish_vocabulary(client, vocabulary, settings.iris, triples)


def test_a_new_version_replaces_the_old_one_and_leaves_what_records_say(
    client: StoreClient, settings: Settings
) -> None:
    vocabulary, triples = load_vocabulary(settings.iris), vocabulary_triples(settings.iris)
    publish_vocabulary(client, vocabulary, settings.iris, triples)
    shared = next(triple for triple in triples if triple.predicate == SKOS["prefLabel"])
    client.put_graph(settings.iris.record_graph("museum", "1"), [shared])
    client.update(f"DELETE DATA {{ GRAPH {settings.iris.concepts_graph} {{ {_version(client, settings)} }} }}")
    label = Triple(NamedNode(f"{settings.base}/concept/painting"), SKOS["prefLabel"], Literal("picture", language="en"))

    assert publish_vocabulary(client, vocabulary, settings.iris, [label])

    assert 2 == labels(client, LABELS)
    assert 1 == labels(client, f"GRAPH {settings.iris.concepts_graph} {{ {LABELS} }}")


def _version(client: StoreClient, settings: Settings) -> str:
    vocabulary = load_vocabulary(settings.iris)
    graph = client.get_graph(settings.iris.concepts_graph)
    return next(str(triple) for triple in graph if triple.object == Literal(vocabulary.sha256))
