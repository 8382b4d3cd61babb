"""Revokes retractions and supersessions: one more fact, from whose moment on they do not hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.enrichment.account import single_claims
from rubricator.enrichment.answers import tail
from rubricator.enrichment.events import EventKind, LedgerEvent, holding, read_events
from rubricator.enrichment.ledger import list_runs
from rubricator.enrichment.lifecycle import Event, reinstatement_quads
from rubricator.errors import NotFound
from rubricator.iris import Iris
from rubricator.pipeline.curating.change import change, next_moment, settle, view_turn
from rubricator.pipeline.curating.retracting import given
from rubricator.progress import Progress, silent
from rubricator.settings import Settings
from rubricator.store.client import StoreClient


@dataclass(frozen=True, slots=True)
class Revocable:
    """What somebody named: a run or an event, by its ULID, the events to revoke, and those that hold on about a run.

    ``partial`` are the retractions in force of single claims of the run, which are revoked one by one.
    """

    what: str
    is_event: bool
    events: tuple[LedgerEvent, ...]
    left: tuple[LedgerEvent, ...] = ()
    partial: tuple[LedgerEvent, ...] = ()


def revocable(client: StoreClient, iris: Iris, name: str) -> Revocable:
    """What is in force about a run or of an event that somebody names by its IRI, its ULID or the beginning of one.

    Raises NotFound where there is no such thing, or several.
    """
    events = read_events(client, iris)
    wanted = name.rpartition("/")[2]
    runs = [run.ulid for run in list_runs(client, iris) if wanted and run.ulid.startswith(wanted)]
    named = [one for one in events if wanted and tail(one.iri).startswith(wanted)]
    if len(runs) + len(named) != 1:
        problem = f"Several runs or events begin with {name!r}" if runs or named else f"Nothing is called {name!r}"
        raise NotFound(f"{problem}; `rubricator runs list` names runs, and `runs show RUN` the events about one.")
    if runs:
        holds = tuple(holding(events, iris.run_graph(runs[0])))
        # Whoever takes a retraction back did not say that what superseded the run no longer does.
        retractions = tuple(one for one in holds if one.kind is EventKind.retraction)
        left = tuple(one for one in holds if one not in retractions) if retractions else ()
        single = single_claims(client, iris, iris.run_graph(runs[0]))
        partial = tuple(one for one in events if one.holds and one.iri in single)
        return Revocable(runs[0], False, retractions or holds, left, partial)
    return Revocable(tail(named[0].iri), True, tuple(one for one in named if one.holds))


def reinstate(
    client: StoreClient, settings: Settings, name: str, reason: str, progress: Progress = silent
) -> tuple[Event | None, Revocable]:
    """Revoke the retractions of a run, or else what superseded it; or one event. No event where nothing is in force."""
    iris, reason = settings.iris, given(reason)
    with view_turn(settings):
        settle(client, iris)
        found = revocable(client, iris, name)
        if not found.events:
            return None, found
        event = Event.at(next_moment(client, iris), settings.operator, reason)
        facts = reinstatement_quads(event, [one.iri for one in found.events], iris)
        change(client, iris, facts, _graphs(found.events, iris), progress)
        return event, found


def _graphs(events: Sequence[LedgerEvent], iris: Iris) -> list[NamedNode]:
    """The graphs whose claims stand or fall by these events."""
    single = [
        iris.retraction_graph(tail(one.iri))
        for one in events
        if one.kind is EventKind.retraction and one.claims is not None
    ]
    return [*dict.fromkeys(graph for one in events for graph in one.graphs), *single]
