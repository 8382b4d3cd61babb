"""What the main job publishes while people retract, supersede and decide: real batches, a real store."""

from contextlib import closing
from datetime import timedelta

import pytest
from pyoxigraph import NamedNode, Quad

from rubricator.enrichment.claims import ClaimWriter, Depiction
from rubricator.enrichment.lifecycle import Event, reinstatement_quads, retraction_quads, supersession_quads
from rubricator.enrichment.policy import Decision
from rubricator.enrichment.reviews import Decision as Verdict
from rubricator.enrichment.reviews import Review, Role, new_ulid, review_quads
from rubricator.enrichment.run import Run, plan_quads, start_quads
from rubricator.pipeline.curating.change import change, is_settled, next_moment, settle_what_is_left, view_turn
from rubricator.pipeline.curating.correct import Difference
from rubricator.pipeline.curating.facts import FactReader
from rubricator.pipeline.curating.rebuild import check_view
from rubricator.pipeline.enriching.publishing import Batch, RunWithdrawn, write_batch
from rubricator.rdf import ENR, OA
from rubricator.settings import Settings
from rubricator.store.client import Endpoints, StoreClient
from rubricator.store.endpoint import running, store_token
from rubricator.store.results import as_iri
from tests.enrichment.classified import Capture, Score
from tests.pipeline.curating.runs import BEGUN, inputs, published

ITEMS = ("http://data.europeana.eu/item/1/0", "http://data.europeana.eu/item/1/1")


def begin(client: StoreClient, settings: Settings, minute: int = 0) -> Run:
    run = Run.begin(BEGUN + timedelta(minutes=minute))
    client.load([*plan_quads(run, inputs(settings), settings.iris), *start_quads(run, settings.iris)])
    return run


def batch(run: Run, settings: Settings, *items: str) -> Batch:
    """One painting each."""
    writer, quads = ClaimWriter(run, inputs(settings).vocabulary, settings.iris), list[Quad]()
    for item in items:
        depiction = Depiction(NamedNode(item), NamedNode(f"https://museum.example.org/{item[-1]}.jpg"))
        capture = Capture(depiction.image.value, f"{int(item.rpartition('/')[2]):064x}")
        quads += writer.decision_quads(depiction, capture, Decision((Score("painting", 0.9),), ()))
    return Batch.of(quads)


def items_of(client: StoreClient) -> set[str]:
    return {item for item, _ in published(client)}


def event(client: StoreClient, settings: Settings) -> Event:
    return Event.at(next_moment(client, settings.iris), "operator", "wrong prompts")


def reject_all_claims(client: StoreClient, settings: Settings) -> None:
    rows = client.select(f"SELECT ?claim WHERE {{ ?item {ENR['hasEnrichment']} ?claim }}")
    for row in rows:
        claim, moment = row["claim"], next_moment(client, settings.iris)
        assert isinstance(claim, NamedNode)
        decided = Review(new_ulid(moment), claim, Verdict.rejected, "r-1", Role.reviewer, moment)
        target = NamedNode(f"{claim.value}#target")
        change(client, settings.iris, review_quads(decided, target, settings.iris), [NamedNode(ITEMS[0])])


def test_what_was_rejected_once_is_not_published_by_the_next_run(client: StoreClient, settings: Settings) -> None:
    first, second = begin(client, settings), begin(client, settings, 1)
    write_batch(client, batch(first, settings, ITEMS[0]), first, settings)
    reject_all_claims(client, settings)
    write_batch(client, batch(second, settings, *ITEMS), second, settings)

    assert {"1"} == items_of(client)
    assert is_settled(client, settings.iris)
    assert Difference() == check_view(client, settings.iris)


@pytest.mark.parametrize("superseded", [False, True])
def test_a_run_that_is_withdrawn_while_it_runs_stops_and_publishes_nothing(
    client: StoreClient, settings: Settings, superseded: bool
) -> None:
    run, other = begin(client, settings), begin(client, settings, 1)
    write_batch(client, batch(run, settings, ITEMS[0]), run, settings)
    graph, withdrawn = settings.iris.run_graph(run.ulid), event(client, settings)
    facts = (
        supersession_quads(withdrawn, graph, settings.iris.run_graph(other.ulid), settings.iris)
        if superseded
        else retraction_quads(withdrawn, [graph], settings.iris)
    )
    change(client, settings.iris, facts, [graph])

    with pytest.raises(RunWithdrawn, match="retracted or superseded while it ran"):
        write_batch(client, batch(run, settings, ITEMS[1]), run, settings)
    assert set() == published(client)
    assert not client.ask(f"ASK {{ GRAPH {graph} {{ ?target {OA['hasScope']} <{ITEMS[1]}> }} }}")


def test_a_run_that_was_reinstated_goes_on(client: StoreClient, settings: Settings) -> None:
    run = begin(client, settings)
    graph, withdrawn = settings.iris.run_graph(run.ulid), event(client, settings)
    change(client, settings.iris, retraction_quads(withdrawn, [graph], settings.iris), [graph])
    revoked = reinstatement_quads(event(client, settings), [withdrawn.iri(settings.iris)], settings.iris)
    change(client, settings.iris, revoked, [graph])
    write_batch(client, batch(run, settings, *ITEMS), run, settings)

    assert {"0", "1"} == items_of(client)


def test_what_a_killed_retraction_left_is_finished_before_the_next_batch(
    client: StoreClient, settings: Settings
) -> None:
    old, run = begin(client, settings), begin(client, settings, 1)
    write_batch(client, batch(old, settings, ITEMS[0]), old, settings)
    graph = settings.iris.run_graph(old.ulid)
    mark = Quad(settings.iris.unsettled, ENR["affected"], graph, settings.iris.unsettled)
    client.load([*retraction_quads(event(client, settings), [graph], settings.iris), mark])
    write_batch(client, batch(run, settings, ITEMS[1]), run, settings)

    assert {"1"} == items_of(client)
    assert is_settled(client, settings.iris)


def test_a_batch_that_is_cut_on_a_server_that_takes_single_graphs_brings_nothing_back_and_loses_no_item(
    client: StoreClient, settings: Settings
) -> None:
    items = [f"http://data.europeana.eu/item/2/{number}" for number in range(90)]
    first, second = begin(client, settings), begin(client, settings, 1)
    write_batch(client, batch(first, settings, ITEMS[0]), first, settings)
    reject_all_claims(client, settings)
    whole = batch(second, settings, ITEMS[0], *items)
    with closing(CutShort(settings)) as foreign, pytest.raises(Cut):
        write_batch(foreign, whole, second, settings)
    settle_what_is_left(client, settings)

    graph = settings.iris.run_graph(second.ulid)
    seen = {row["item"] for row in client.select(f"SELECT ?item {{ GRAPH {graph} {{ ?t {OA['hasScope']} ?item }} }}")}
    assert 0 < len(seen) < len(items)
    assert seen == {claim.item for claim in FactReader(client, settings.iris).of(list(whole.items)).claims}
    assert ITEMS[0] not in published_items(client)

    write_batch(client, whole, second, settings)
    assert set(items) == published_items(client)
    assert Difference() == check_view(client, settings.iris)


class Cut(BaseException):
    """Somebody pulled the plug."""


class CutShort(StoreClient):
    """Takes our store for one that takes single graphs only, and is cut off after the first update."""

    def __init__(self, settings: Settings) -> None:
        found = running(settings)
        assert found is not None
        endpoints = Endpoints(f"{found.url}/query", f"{found.url}/update", f"{found.url}/store")
        super().__init__(endpoints, store_token(settings), loads_datasets=False)
        self._updates = 0

    def update(self, update: str) -> None:
        self._updates += 1
        if self._updates > 1:
            raise Cut
        super().update(update)


def published_items(client: StoreClient) -> set[str]:
    rows = client.select(f"SELECT DISTINCT ?item {{ ?item {ENR['hasEnrichment']} ?claim }}")
    return {as_iri(row["item"]).value for row in rows}


def test_a_batch_waits_for_whoever_corrects_the_view(client: StoreClient, settings: Settings) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from concurrent.futures import TimeoutError as StillWaiting

    run = begin(client, settings)
    with ThreadPoolExecutor(1) as threads:
        with view_turn(settings):
            writing = threads.submit(write_batch, client, batch(run, settings, ITEMS[0]), run, settings)
            with pytest.raises(StillWaiting):
                writing.result(0.2)
        writing.result(20)

    assert {"0"} == items_of(client)
