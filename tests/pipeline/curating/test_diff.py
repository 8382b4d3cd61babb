"""What one run claims and another does not, as lines and as RDF."""

from decimal import Decimal

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from rubricator.enrichment.changes import CS, Change, Kind, change_triples
from rubricator.enrichment.view import proxy_iri
from rubricator.pipeline.curating.diff import Comparison, Summary
from rubricator.rdf import EDM, PROV, RDF
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.pipeline.curating.runs import ITEMS, body, written

BEFORE = {ITEMS[0]: {"map": 0.9}, ITEMS[1]: {"map": 0.8}, ITEMS[2]: {"toy": 0.7}}
AFTER = {ITEMS[0]: {"map": 0.6}, ITEMS[1]: {"toy": 0.9}, ITEMS[3]: {"drawing": 0.5}}


@pytest.fixture
def graphs(client: StoreClient, settings: Settings) -> tuple[NamedNode, NamedNode]:
    before, after = written(client, settings, BEFORE), written(client, settings, AFTER, minute=1)
    return settings.iris.run_graph(before.ulid), settings.iris.run_graph(after.ulid)


def told(change: Change) -> tuple[str, str, str, bool]:
    return change.item.value[-1], change.kind, change.body.value.rpartition("/")[2], change.both_looked


def test_lost_gained_and_moved_concepts_are_told_item_by_item(
    client: StoreClient, settings: Settings, graphs: tuple[NamedNode, NamedNode]
) -> None:
    names = {name: body(settings, name) for name in ("map", "toy", "drawing")}
    with Comparison(client, *graphs, moved=0.3) as comparison:
        changes = list(comparison.changes())
        summary = comparison.summary()

    assert [
        ("0", "moved", names["map"], True),
        ("1", "lost", names["map"], True),
        ("1", "gained", names["toy"], True),
        ("2", "lost", names["toy"], False),
        ("3", "gained", names["drawing"], False),
    ] == [told(change) for change in changes]
    assert changes[0].before is not None
    assert changes[0].after is not None
    assert (Decimal("0.9"), Decimal("0.6")) == (changes[0].before.confidence, changes[0].after.confidence)
    assert Summary(items=4, both=2, alone=2, gained=2, lost=2, moved=1) == summary


def test_a_confidence_that_moved_is_no_change_unless_it_is_asked_for(
    client: StoreClient, graphs: tuple[NamedNode, NamedNode]
) -> None:
    with Comparison(client, *graphs) as silent, Comparison(client, *graphs, moved=0.31) as coarse:
        assert Kind.moved not in {change.kind for change in (*silent.changes(), *coarse.changes())}


def test_a_run_and_itself_are_the_same(client: StoreClient, graphs: tuple[NamedNode, NamedNode]) -> None:
    with Comparison(client, graphs[0], graphs[0], moved=0.0001) as comparison:
        assert [] == list(comparison.changes())
        assert "0 items changed" in comparison.summary().sentence


def test_as_rdf_each_item_is_a_change_set_that_asserts_nothing(
    client: StoreClient, settings: Settings, graphs: tuple[NamedNode, NamedNode]
) -> None:
    with Comparison(client, *graphs, moved=0.3) as comparison:
        triples = list(change_triples(comparison.changes(), *graphs, settings.iris))
    store = Store()
    store.bulk_load("".join(f"{triple} .\n" for triple in triples).encode(), RdfFormat.N_TRIPLES)

    changed = {quad.object for quad in store.quads_for_pattern(None, CS["subjectOfChange"], None)}
    added = list(store.quads_for_pattern(None, CS["addition"], None))
    removed = list(store.quads_for_pattern(None, CS["removal"], None))
    told_of = {quad.object for quad in store.quads_for_pattern(None, RDF["subject"], None)}

    assert {proxy_iri(NamedNode(item), settings.iris) for item in ITEMS} == changed == told_of
    assert (3, 3) == (len(added), len(removed))
    for quad in (*added, *removed):
        assert list(store.quads_for_pattern(quad.object, EDM["confidenceLevel"], None))  # type: ignore[arg-type]
        assert list(store.quads_for_pattern(quad.object, PROV["wasDerivedFrom"], None))  # type: ignore[arg-type]
