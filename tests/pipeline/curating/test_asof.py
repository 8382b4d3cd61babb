"""What readers see: the view soon after a change, and as it was before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from rubricator.enrichment.ledger import find_run
from rubricator.errors import UsageError
from rubricator.pipeline.curating.asof import store_as_of
from rubricator.pipeline.curating.retracting import retract_runs
from rubricator.rdf import ENR, now
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.readers import QueryRequest, Readers, open_readers
from tests.pipeline.curating.runs import BEGUN, ITEMS, written
from tests.store.running import eventually

CLAIMED = f"SELECT ?item WHERE {{ ?item {ENR['hasEnrichment']} ?claim }}"
EVENTS = f"SELECT ?event WHERE {{ GRAPH ?ledger {{ ?event {ENR['reason']} ?reason }} }}"


@pytest.fixture
def client(settings: Settings) -> Iterator[StoreClient]:
    """Of a store of the test's own: in a shared one readers find what other tests left, until the next snapshot."""
    with connect(settings) as client:
        yield client


@contextmanager
def readers(settings: Settings) -> Iterator[Readers]:
    opened = open_readers(settings)
    try:
        yield opened
    finally:
        opened.close()


def rows(asked: Readers, query: str) -> list[str]:
    answer = asked.run(QueryRequest(query, "http://rubricator.test/", solutions="text/csv"))
    return b"".join(answer.chunks).decode().splitlines()[1:]


def retract(client: StoreClient, settings: Settings, ulid: str) -> None:
    retract_runs(client, settings, [find_run(client, settings.iris, ulid)], "wrong")


def test_readers_see_a_change_soon_after_it(client: StoreClient, settings: Settings) -> None:
    with readers(settings) as asked:
        run = written(client, settings, {item: {"map": 0.9} for item in ITEMS})
        eventually(lambda: list(ITEMS) == sorted(rows(asked, CLAIMED)))
        retract(client, settings, run.ulid)
        eventually(lambda: not rows(asked, CLAIMED))


def test_the_store_of_an_earlier_moment_has_what_was_claimed_then_and_not_what_was_said_later(
    client: StoreClient, settings: Settings
) -> None:
    run = written(client, settings, {item: {"map": 0.9} for item in ITEMS})
    before = now()
    retract(client, settings, run.ulid)
    with readers(settings) as asked:
        eventually(lambda: not rows(asked, CLAIMED) and rows(asked, EVENTS))
    told = {}
    for moment in (before, BEGUN - timedelta(hours=1)):
        with store_as_of(settings, moment) as then, readers(then) as asked:
            told[moment] = len(rows(asked, CLAIMED)), len(rows(asked, EVENTS))

    assert {before: (len(ITEMS), 0), BEGUN - timedelta(hours=1): (0, 0)} == told
    assert [] == list((settings.data_dir / "as-of").iterdir())
    assert client.ask(f"ASK {{ GRAPH ?ledger {{ ?event {ENR['reason']} ?reason }} }}")


def test_what_a_killed_process_left_of_an_earlier_moment_is_cleared_away(
    client: StoreClient, settings: Settings
) -> None:
    written(client, settings, {ITEMS[0]: {"map": 0.9}})
    left = settings.data_dir / "as-of" / "left"
    left.mkdir(parents=True)
    (left / "lock").touch()
    with store_as_of(settings, now()) as then:
        assert [then.data_dir] == list((settings.data_dir / "as-of").iterdir())


def test_another_store_has_no_earlier_moments(tmp_path: Path) -> None:
    foreign = load_settings(data_dir=tmp_path, store_url="http://127.0.0.1:9/")
    with pytest.raises(UsageError, match="--as-of needs the embedded store"), store_as_of(foreign, now()):
        pass
