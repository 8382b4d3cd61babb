"""Processes that are killed between any two of their writes, that work at once, or whose disk is full."""

import os
import resource
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import sleep

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from rubricator.enrichment.account import count_run
from rubricator.enrichment.claims import ClaimWriter, Depiction
from rubricator.enrichment.events import read_events
from rubricator.enrichment.ledger import find_run, list_runs
from rubricator.enrichment.policy import Decision
from rubricator.enrichment.reviews import Decision as Verdicts
from rubricator.enrichment.reviews import Role
from rubricator.enrichment.run import Run, plan_quads, start_quads
from rubricator.errors import StoreError
from rubricator.pipeline.curating.change import rebuild, settle_what_is_left, view_turn
from rubricator.pipeline.curating.correct import Difference
from rubricator.pipeline.curating.rebuild import check_view
from rubricator.pipeline.curating.retracting import retract_claims, retract_runs
from rubricator.pipeline.curating.reviewing import Verdict, review
from rubricator.pipeline.curating.selection import SelectedClaims, selection_of
from rubricator.pipeline.curating.superseding import supersede
from rubricator.pipeline.enriching.publishing import Batch, write_batch
from rubricator.pipeline.proving.taking import proven_end
from rubricator.rdf import ENR, PROV
from rubricator.settings import Settings, load_settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.endpoint import running
from rubricator.store.results import as_iri
from rubricator.store.snapshots import hold_current
from rubricator.vocabulary import load_vocabulary
from tests.enrichment.classified import Capture, Score
from tests.pipeline.curating.runs import BEGUN, ITEMS, inputs, published, written
from tests.store.running import eventually

WRITES = ("update", "load", "load_nquads", "put_graph", "delete_graph")
NEW = Run.begin(BEGUN.replace(hour=12))
View = frozenset[Triple]


@dataclass(frozen=True)
class Deed:
    """What somebody does to the store that ``prepared`` filled, and how many decisions that leaves there."""

    do: Callable[[StoreClient, Settings], object]
    decisions: int
    damage: str = ""


def retracting(client: StoreClient, settings: Settings) -> None:
    retract_runs(client, settings, [find_run(client, settings.iris, first(client, settings))], "wrong")


def retracting_the_other(client: StoreClient, settings: Settings) -> None:
    retract_runs(client, settings, [find_run(client, settings.iris, second(client, settings))], "wrong")


def retracting_maps(client: StoreClient, settings: Settings) -> None:
    selection = selection_of(("concept=map",), load_vocabulary(settings.iris))
    graphs = [settings.iris.run_graph(run.ulid) for run in list_runs(client, settings.iris)]
    with SelectedClaims(client, settings.iris, graphs, selection, read_events(client, settings.iris)) as selected:
        if len(selected):
            retract_claims(client, settings, selected, selection, "wrong")


def superseding(client: StoreClient, settings: Settings) -> None:
    supersede(client, settings, first(client, settings), second(client, settings), "better")


def rejecting(client: StoreClient, settings: Settings) -> None:
    claim = settings.iris.annotation(first(client, settings), "0" * 64, ITEMS[0], map_iri(settings).value)
    review(client, settings, [Verdict(claim, Verdicts.rejected, "r-2", Role.curator)])


def rebuilding(client: StoreClient, settings: Settings) -> None:
    with view_turn(settings):
        rebuild(client, settings.iris)


def running_anew(client: StoreClient, settings: Settings) -> None:
    """The writes of a run: its plan, its start, a batch, its end. It says again what was rejected."""
    used, quads = inputs(settings), list[Quad]()
    client.load(plan_quads(NEW, used, settings.iris))
    client.load(start_quads(NEW, settings.iris))
    writer = ClaimWriter(NEW, used.vocabulary, settings.iris)
    for item, slug in ((ITEMS[2], "drawing"), (ITEMS[1], "toy")):
        depiction = Depiction(NamedNode(item), NamedNode(f"https://museum.example.org/{item[-1]}.jpg"))
        capture = Capture(depiction.image.value, item[-1] * 64)
        quads += writer.decision_quads(depiction, capture, Decision((Score(slug, 0.9),), ()))
    write_batch(client, Batch.of(quads), NEW, settings)
    counts = count_run(client, NEW, settings.iris)
    if find_run(client, settings.iris, NEW.ulid).ended is None:
        client.load(proven_end(client, NEW, counts, used.software_iri(settings.iris), settings))


DEEDS = {
    "a retraction": Deed(retracting, 2),
    "a retraction of single claims": Deed(retracting_maps, 2),
    "a supersession": Deed(superseding, 2),
    "a review": Deed(rejecting, 2),
    "a rebuilding of what was lost": Deed(rebuilding, 1, "DROP DEFAULT"),
    "a run": Deed(running_anew, 1),
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(
        data_dir=tmp_path_factory.mktemp("faults"), base="http://rubricator.test", snapshot_interval=0.01
    )


@pytest.fixture(scope="module")
def client(installation: Settings) -> Iterator[StoreClient]:
    with connect(installation) as client:
        yield client


def prepared(client: StoreClient, settings: Settings) -> None:
    """Two runs, and one decision: that an item shows no toy."""
    client.update("DROP ALL")
    written(client, settings, {ITEMS[0]: {"map": 0.9}, ITEMS[1]: {"toy": 0.8, "map": 0.6}})
    run = written(client, settings, {ITEMS[0]: {"map": 0.7}, ITEMS[2]: {"painting": 0.8}}, minute=1, threshold=0.4)
    assert run.ulid == second(client, settings)
    toy = load_vocabulary(settings.iris).by_slug("toy").body
    claim = settings.iris.annotation(first(client, settings), "1" * 64, ITEMS[1], toy.value)
    review(client, settings, [Verdict(claim, Verdicts.rejected, "r-1", Role.reviewer)])


def first(client: StoreClient, settings: Settings) -> str:
    return list_runs(client, settings.iris)[0].ulid


def second(client: StoreClient, settings: Settings) -> str:
    return list_runs(client, settings.iris)[1].ulid


def map_iri(settings: Settings) -> NamedNode:
    return load_vocabulary(settings.iris).by_slug("map").body


def decisions(client: StoreClient, settings: Settings) -> int:
    """How many events and reviews there are."""
    [row] = client.select(
        f"""SELECT (COUNT(*) AS ?n) WHERE {{
          {{ GRAPH {settings.iris.ledger} {{ ?one {ENR["reason"]} ?any }} }} UNION
          {{ GRAPH {settings.iris.reviews} {{ ?one a {ENR["Review"]} }} }}
        }}"""
    )
    return int(str(row["n"]).split('"')[1])


def said_in_lists(client: StoreClient, settings: Settings) -> set[NamedNode]:
    """The events for which single claims are listed."""
    rows = client.select(
        f"""SELECT DISTINCT ?event WHERE {{
          GRAPH ?list {{ ?claim {PROV["wasInvalidatedBy"]} ?event }} FILTER(?list != {settings.iris.ledger})
        }}"""
    )
    return {as_iri(row["event"]) for row in rows}


def view(client: StoreClient) -> View:
    return frozenset(client.get_graph(None))


def served(settings: Settings) -> View:
    """What readers get."""
    held = hold_current(settings.store_dir / "snapshots")
    assert held is not None
    try:
        snapshot = Store.read_only(str(held.database))
        return frozenset(quad.triple for quad in snapshot.quads_for_pattern(None, None, None, DefaultGraph()))
    finally:
        held.close()


def process(deed: Deed, settings: Settings, writes: int | None = None) -> int:
    """A process that does it, and is killed when it is about to write for the (``writes`` + 1)th time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which the child does not need
        child = os.fork()
    if child:
        return child
    try:
        left = count(writes, -1) if writes is not None else count(1)
        for name in WRITES:
            setattr(StoreClient, name, mortal(getattr(StoreClient, name), left))
        with connect(settings) as client:
            deed.do(client, settings)
    except BaseException:  # noqa: BLE001 - the child must not go on as a second pytest
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def mortal(method: Callable[..., object], left: Iterator[int]) -> Callable[..., object]:
    def write(*arguments: object) -> object:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(*arguments)

    return write


def fate(child: int) -> int:
    """0, or the negative number of the signal that ended it."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@pytest.mark.parametrize("name", DEEDS)
def test_whoever_is_killed_between_two_writes_leaves_nothing_half_done(
    client: StoreClient, installation: Settings, name: str
) -> None:
    deed = DEEDS[name]
    for writes in count():
        prepared(client, installation)
        intact = view(client)
        if deed.damage:
            client.update(deed.damage)
        before = view(client)
        eventually(lambda before=before: before == served(installation))  # type: ignore[misc]
        ended = fate(process(deed, installation, writes))
        sleep(0.05)  # the store may publish now whatever it would
        shown = served(installation)
        assert ended in (0, -signal.SIGKILL)
        assert 1 <= decisions(client, installation) <= deed.decisions

        settle_what_is_left(client, installation)
        assert said_in_lists(client, installation) <= {event.iri for event in read_events(client, installation.iris)}
        halfway = view(client)
        assert Difference() == check_view(client, installation.iris) or halfway == before
        deed.do(client, installation)

        assert deed.decisions == decisions(client, installation)
        assert Difference() == check_view(client, installation.iris)
        assert deed.damage == "" or intact == view(client)
        # Readers saw what was there before, or what follows from all that had been said: never something in between.
        assert shown in (before, halfway)
        if ended == 0:
            break
    assert writes > 1


@pytest.mark.parametrize(
    ("one", "other", "left"),
    [
        (retracting, retracting, 2),
        (retracting, retracting_the_other, 3),
        (superseding, rejecting, 3),
        (running_anew, retracting, 2),
        (rebuilding, rejecting, 2),
    ],
)
def test_two_at_once_do_what_they_would_one_after_the_other(
    client: StoreClient,
    installation: Settings,
    one: Callable[[StoreClient, Settings], object],
    other: Callable[[StoreClient, Settings], object],
    left: int,
) -> None:
    prepared(client, installation)
    children = [process(Deed(do, left), installation) for do in (one, other)]

    assert [0, 0] == [fate(child) for child in children]
    assert left == decisions(client, installation)
    assert Difference() == check_view(client, installation.iris)
    eventually(lambda: served(installation) == view(client))


def test_a_full_disk_ends_with_a_sentence_and_an_intact_store(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base="http://rubricator.test", snapshot_interval=60)
    with connect(settings) as client:
        prepared(client, settings)
        before, endpoint = view(client), running(settings)
        assert endpoint is not None
        largest = max(path.stat().st_size for path in (settings.store_dir / "db").glob("*.log"))
        resource.prlimit(endpoint.pid, resource.RLIMIT_FSIZE, (largest + 100, resource.RLIM_INFINITY))
        with pytest.raises(StoreError, match="The store refused the update"):
            retracting(client, settings)
        assert before == view(client)
    with connect(settings) as client:
        assert before == view(client)
        retracting(client, settings)

        assert 2 == decisions(client, settings)
        assert Difference() == check_view(client, settings.iris)
        assert ("0", map_iri(settings).value.rpartition("/")[2]) in published(client)
