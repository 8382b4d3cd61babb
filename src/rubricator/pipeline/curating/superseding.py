"""Puts one run in the place of another: what the old one claimed leaves the published view, and stays in its graph."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.enrichment.earlier import Examined, examined_graphs
from rubricator.enrichment.events import EventKind, LedgerEvent, read_events
from rubricator.enrichment.ledger import RunState, RunSummary, find_run, list_runs
from rubricator.enrichment.lifecycle import Event, supersession_quads
from rubricator.enrichment.run import RunInputs
from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.pipeline.curating.change import change, next_moment, settle, view_turn
from rubricator.pipeline.curating.retracting import JOB, given
from rubricator.pipeline.sole import busy_with
from rubricator.progress import Progress, silent
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

_SCHEMA = """
    PRAGMA journal_mode = OFF;
    CREATE TABLE seen (item TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE old (item TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE claims (item TEXT);
"""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Items that an old run looked at and its successors did not, and the old run's claims on them."""

    items: int
    claims: int


def supersede(
    client: StoreClient, settings: Settings, old: str, new: str, reason: str, progress: Progress = silent
) -> Event | None:
    """Put the run ``new`` in the place of ``old``, by their ULIDs; None where it is there already.

    Raises UsageError where that makes no sense: a run for itself, runs that have not ended or are retracted, an old run
    that another has replaced, a circle.
    """
    iris, reason = settings.iris, given(reason)
    with view_turn(settings):
        settle(client, iris)
        busy = busy_with(settings, JOB)
        before, after = find_run(client, iris, old, busy), find_run(client, iris, new, busy)
        if before.successor == after.ulid:
            return None
        refuse(before, after, read_events(client, iris), iris)
        event = Event.at(next_moment(client, iris), settings.operator, reason)
        graph = iris.run_graph(before.ulid)
        facts = supersession_quads(event, graph, iris.run_graph(after.ulid), iris)
        change(client, iris, facts, [graph], progress)
        return event


def refuse(old: RunSummary, new: RunSummary, events: Iterable[LedgerEvent], iris: Iris) -> None:
    """Raise UsageError, with what to do, where ``new`` cannot take the place of ``old``."""
    if old.ulid == new.ulid:
        raise UsageError(f"Run {old.ulid} cannot supersede itself; name two runs.")
    for run in (old, new):
        if run.ended is None:
            raise UsageError(f"Run {run.ulid} is {run.state} and has not ended: let it end, or retract it.")
        if run.state is RunState.retracted:
            raise UsageError(f"Run {run.ulid} is retracted: what is retracted neither supersedes nor is superseded.")
    if old.successor is not None:
        raise UsageError(
            f"Run {old.ulid} is superseded by {old.successor} already; `rubricator runs unretract {old.ulid}` first."
        )
    if iris.run_graph(old.ulid) in successors(iris.run_graph(new.ulid), events):
        raise UsageError(f"Run {new.ulid} was itself superseded by {old.ulid}; in a circle neither would be published.")


def successors(graph: NamedNode, events: Iterable[LedgerEvent]) -> set[NamedNode]:
    """All graphs that took the place of this one, directly or one after the other."""
    following: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
    for event in events:
        if event.holds and event.kind is EventKind.supersession and event.successor:
            for old in event.graphs:
                following[old].add(event.successor)
    found: set[NamedNode] = set()
    ahead = set(following[graph])
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead |= following[one]
    return found


def uncovered(client: StoreClient, old: NamedNode, new: Sequence[NamedNode]) -> Uncovered:
    """What the graph ``old`` has of items that none of the graphs ``new`` looked at; failures are no look.

    Told apart here, in a temporary file: as one query its time would grow with the square of the items.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as database, closing(client.clone()) as asking:
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        for graph in new:
            database.executemany("INSERT OR IGNORE INTO seen VALUES (?)", _looked_at(asking, graph))
        database.executemany("INSERT OR IGNORE INTO old VALUES (?)", _looked_at(asking, old))
        database.executemany("INSERT INTO claims VALUES (?)", _looked_at(asking, old, "; a oa:Annotation"))
        (items,) = database.execute("SELECT COUNT(*) FROM old WHERE item NOT IN (SELECT item FROM seen)").fetchone()
        (claims,) = database.execute("SELECT COUNT(*) FROM claims WHERE item NOT IN (SELECT item FROM seen)").fetchone()
        return Uncovered(items, claims)


def _looked_at(client: StoreClient, graph: NamedNode, kind: str = "") -> Iterator[tuple[str]]:
    """The item of each claim and near miss in a graph. A failure points to no target."""
    rows = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT ?item WHERE {{
          GRAPH {graph} {{ ?said oa:hasTarget ?target {kind} . ?target oa:hasScope ?item }}
        }}"""
    )
    return ((getattr(item, "value", ""),) for (item,) in rows)


@dataclass(frozen=True, slots=True)
class Succession:
    """Which runs gave way to one that decided again, by ULID, and which did not, with the reason."""

    superseded: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """Nothing where there was no other run."""
        gone = f" It supersedes {', '.join(self.superseded)}." if self.superseded else ""
        left = (f" Run {ulid} was not superseded: {why}." for ulid, why in self.kept)
        return gone + "".join(left)


def supersede_covered(
    client: StoreClient, settings: Settings, inputs: RunInputs, progress: Progress = silent
) -> Succession:
    """Supersede the runs with other policies all of whose pictures the runs with exactly these inputs have decided.

    The newest of the latter takes their place; pictures that failed are not decided.
    """
    iris, states = settings.iris, {run.ulid: run for run in list_runs(client, settings.iris)}
    same = examined_graphs(client, inputs, iris, same_policy=True)
    decided = [run.graph for run in same if run.pictures == settings.pictures]
    ended = [graph for graph in decided if states[_ulid(graph)].ended]
    if not ended:
        return Succession()
    superseded, kept = [], []
    for other in examined_graphs(client, inputs, iris):
        ulid = _ulid(other.graph)
        if other.graph in (run.graph for run in same):
            continue
        why = _hindrance(client, states[ulid], other, decided, settings)
        if why:
            kept.append((ulid, why))
            continue
        reason = f"decided again with {inputs.policy.told} (policy {inputs.policy.sha256[:12]})"
        supersede(client, settings, ulid, _ulid(ended[-1]), reason, progress)
        superseded.append(ulid)
    return Succession(tuple(superseded), tuple(kept))


def _hindrance(
    client: StoreClient, run: RunSummary, looked: Examined, decided: Sequence[NamedNode], settings: Settings
) -> str:
    """Why a run does not give way; empty where it does."""
    if looked.pictures != settings.pictures:
        return f"it looked at {looked.pictures}s"
    if run.ended is None:
        return "it has not ended"
    left = uncovered(client, looked.graph, decided).items
    return f"{left:,} of the items that it looked at {'was' if left == 1 else 'were'} not decided again" if left else ""


def _ulid(graph: NamedNode) -> str:
    return graph.value.rpartition("/")[2]
