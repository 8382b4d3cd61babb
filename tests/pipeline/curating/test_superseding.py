"""One run takes the place of another."""

import pytest

from rubricator.enrichment.events import EventKind, read_events
from rubricator.enrichment.ledger import list_runs
from rubricator.errors import UsageError
from rubricator.pipeline.curating.reinstating import reinstate
from rubricator.pipeline.curating.retracting import retract_runs, still_in_place
from rubricator.pipeline.curating.superseding import Uncovered, supersede, supersede_covered, uncovered
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from tests.pipeline.curating.runs import ITEMS, body, inputs, published, written

OLD = {ITEMS[0]: {"map": 0.9}, ITEMS[1]: {"map": 0.8}, ITEMS[2]: {}}
NEW = {ITEMS[0]: {"toy": 0.9}, ITEMS[1]: {}, ITEMS[2]: {}}


def test_the_claims_of_the_successor_are_published_alone(client: StoreClient, settings: Settings) -> None:
    old, new = written(client, settings, OLD), written(client, settings, NEW, minute=1)

    event = supersede(client, settings, old.ulid, new.ulid, "better prompts")

    assert event is not None
    assert {("0", body(settings, "toy"))} == published(client)
    assert [("superseded", new.ulid), ("ended", None)] == [
        (run.state, run.successor) for run in list_runs(client, settings.iris)
    ]
    assert supersede(client, settings, old.ulid, new.ulid, "once more") is None


def test_what_makes_no_sense_is_refused(client: StoreClient, settings: Settings) -> None:
    old, new = written(client, settings, OLD), written(client, settings, NEW, minute=1)
    third = written(client, settings, NEW, minute=2)
    interrupted = written(client, settings, NEW, minute=3, ended=False)

    def refused(before: str, after: str, words: str) -> None:
        with pytest.raises(UsageError, match=words):
            supersede(client, settings, before, after, "why not")

    refused(old.ulid, old.ulid, "itself")
    refused(old.ulid, interrupted.ulid, "has not ended")
    supersede(client, settings, old.ulid, new.ulid, "better")
    refused(old.ulid, third.ulid, "superseded by")
    supersede(client, settings, new.ulid, third.ulid, "better still")
    refused(third.ulid, old.ulid, "circle")
    retract_runs(client, settings, list_runs(client, settings.iris)[2:3], "wrong")
    refused(third.ulid, new.ulid, "is retracted")


def test_a_supersession_is_revoked_and_may_follow_by_another(client: StoreClient, settings: Settings) -> None:
    old, new = written(client, settings, OLD), written(client, settings, NEW, minute=1)
    third = written(client, settings, NEW, minute=2)
    supersede(client, settings, old.ulid, new.ulid, "better")

    reinstate(client, settings, old.ulid, "it was not")
    assert ("1", body(settings, "map")) in published(client)
    supersede(client, settings, old.ulid, third.ulid, "this one is")

    assert third.ulid == list_runs(client, settings.iris)[0].successor


def test_a_retraction_is_revoked_before_what_superseded_the_run(client: StoreClient, settings: Settings) -> None:
    old = written(client, settings, {ITEMS[0]: {"map": 0.9}})
    new = written(client, settings, {ITEMS[0]: {"toy": 0.9}}, minute=5)
    supersede(client, settings, old.ulid, new.ulid, "better")
    (known,) = (run for run in list_runs(client, settings.iris) if run.ulid == old.ulid)
    retract_runs(client, settings, [known], "by mistake")
    before = published(client)

    _, first = reinstate(client, settings, old.ulid, "not retracted")
    assert [EventKind.retraction] == [one.kind for one in first.events]
    assert [EventKind.supersession] == [one.kind for one in first.left]
    assert before == published(client)

    _, second = reinstate(client, settings, old.ulid, "nor superseded")
    assert [EventKind.supersession] == [one.kind for one in second.events]
    assert len(before) < len(published(client))


def test_items_that_only_the_old_run_looked_at_are_counted(client: StoreClient, settings: Settings) -> None:
    old = settings.iris.run_graph(written(client, settings, OLD).ulid)
    part = settings.iris.run_graph(written(client, settings, {ITEMS[0]: {"toy": 0.9}}, minute=1).ulid)
    rest = settings.iris.run_graph(written(client, settings, {ITEMS[1]: {}, ITEMS[2]: {}}, minute=2).ulid)

    assert Uncovered(2, 1) == uncovered(client, old, [part])
    assert Uncovered(0, 0) == uncovered(client, old, [part, rest])


def test_a_run_that_was_replaced_stays_so_when_its_successor_is_retracted(
    client: StoreClient, settings: Settings
) -> None:
    old, new = written(client, settings, OLD), written(client, settings, NEW, minute=1)
    supersede(client, settings, old.ulid, new.ulid, "better")

    retract_runs(client, settings, list_runs(client, settings.iris)[1:], "it was not")

    assert [old.ulid] == still_in_place(client, settings.iris, [settings.iris.run_graph(new.ulid)])
    assert set() == published(client)


def test_runs_that_decided_all_again_together_take_the_place_of_the_old(
    client: StoreClient, settings: Settings
) -> None:
    old = written(client, settings, OLD, threshold=0.5)
    part = written(client, settings, {ITEMS[0]: {"toy": 0.9}}, minute=1, threshold=0.9)
    again = inputs(settings, threshold=0.9)

    first = supersede_covered(client, settings, again)
    rest = written(client, settings, {ITEMS[1]: {}, ITEMS[2]: {}}, minute=2, threshold=0.9)
    second = supersede_covered(client, settings, again)

    assert ((), ((old.ulid, "2 of the items that it looked at were not decided again"),)) == (
        first.superseded,
        first.kept,
    )
    assert (old.ulid,) == second.superseded
    (event,) = read_events(client, settings.iris)
    assert event.reason.startswith("decided again with one threshold of 0.9 for all concepts (policy ")
    assert [rest.ulid, None, None] == [run.successor for run in list_runs(client, settings.iris)]
    assert part.ulid == list_runs(client, settings.iris)[1].ulid
