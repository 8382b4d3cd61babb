"""Retracts runs as a whole, or single claims of runs: new facts, which the published view follows. Nothing goes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice

from pyoxigraph import NamedNode

from rubricator.enrichment.answers import number
from rubricator.enrichment.events import read_events
from rubricator.enrichment.ledger import RunState, RunSummary, list_runs
from rubricator.enrichment.lifecycle import Event, retraction_quads, selected_quads, selection_quads
from rubricator.errors import UsageError
from rubricator.iris import Iris
from rubricator.pipeline.curating.change import change, mark, next_moment, settle, view_turn
from rubricator.pipeline.curating.selection import SelectedClaims, Selection, accepted
from rubricator.pipeline.sole import busy_with
from rubricator.plural import plural
from rubricator.progress import Progress, silent
from rubricator.rdf import OA, SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

JOB = "enrich"
_QUADS_A_LOAD = 50_000
_ASKED = 1000


@dataclass(frozen=True, slots=True)
class Affected:
    """What a retraction is about: claims, the items that they are about, and how many of them people accepted.

    ``published`` are the claims that the view holds now: others were retracted, rejected, or said again by a later run.
    """

    claims: int
    items: int
    accepted: int
    published: int

    @property
    def sentence(self) -> str:
        claims, items = plural(self.claims, "claim"), plural(self.items, "item")
        return f"{claims} on {items}, {self.published:,} of them published now, {self.accepted:,} accepted by people"


def affected_by_runs(client: StoreClient, iris: Iris, runs: Sequence[RunSummary]) -> Affected:
    """What the retraction of these runs is about. An item of several runs counts for each."""
    counts = [_counted(client, iris.run_graph(run.ulid)) for run in runs]
    return Affected(*(sum(column) for column in zip(*counts, strict=True))) if counts else Affected(0, 0, 0, 0)


def _counted(client: StoreClient, graph: NamedNode) -> tuple[int, int, int, int]:
    claims = client.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?a a {OA['Annotation']} }} }}")
    items = client.select(
        f"""{SPARQL_PREFIXES}SELECT (COUNT(DISTINCT ?item) AS ?n) WHERE {{
          GRAPH {graph} {{ ?a a oa:Annotation ; oa:hasTarget ?target . ?target oa:hasScope ?item }}
        }}"""
    )
    published = _published(client, _claims_of(client, graph))
    return number(claims[0]["n"]), number(items[0]["n"]), _accepted_in(client, graph), published


def _claims_of(client: StoreClient, graph: NamedNode) -> Iterator[NamedNode]:
    with closing(client.clone()) as asking:
        for (claim,) in asking.select_stream(f"SELECT ?a WHERE {{ GRAPH {graph} {{ ?a a {OA['Annotation']} }} }}"):
            if isinstance(claim, NamedNode):
                yield claim


def _published(client: StoreClient, claims: Iterable[NamedNode]) -> int:
    """How many of these claims the view holds, asked some at a time for the same reason as the accepted ones."""
    known, total = iter(claims), 0
    while portion := tuple(islice(known, _ASKED)):
        values = " ".join(map(str, portion))
        rows = client.select(
            f"""{SPARQL_PREFIXES}SELECT (COUNT(DISTINCT ?claim) AS ?n) WHERE {{
              VALUES ?claim {{ {values} }} ?item enr:hasEnrichment ?claim
            }}"""
        )
        total += number(rows[0]["n"])
    return total


def _accepted_in(client: StoreClient, graph: NamedNode) -> int:
    """How many accepted claims are of this graph, asked some at a time: the store would join all with all."""
    known, total = accepted(client), 0
    while portion := tuple(islice(known, _ASKED)):
        values = " ".join(f"<{one}>" for one in portion)
        rows = client.select(
            f"""{SPARQL_PREFIXES}SELECT (COUNT(*) AS ?n) WHERE {{
              GRAPH {graph} {{ VALUES ?claim {{ {values} }} ?claim a oa:Annotation }}
            }}"""
        )
        total += number(rows[0]["n"])
    return total


def affected_by_selection(client: StoreClient, selected: SelectedClaims) -> Affected:
    """What the retraction of these claims is about."""
    published = _published(client, selected.annotations())
    return Affected(len(selected), selected.count_items(), selected.count_among(accepted(client)), published)


def retract_runs(
    client: StoreClient, settings: Settings, runs: Sequence[RunSummary], reason: str, progress: Progress = silent
) -> dict[str, Event]:
    """Retract whole runs: one event and two quads about the graph of each, whatever the number of its claims.

    Runs that are retracted already are left as they are. Returns the events that were written, by run. Raises
    UsageError for a run that is being written, which would go on.
    """
    iris, reason = settings.iris, given(reason)
    with view_turn(settings):
        settle(client, iris)
        busy = busy_with(settings, JOB)
        known = {run.ulid: run.state for run in list_runs(client, iris, busy)}
        wanted = [run for run in runs if known[run.ulid] is not RunState.retracted]
        for run in wanted:
            if run.ulid == busy:
                raise UsageError(f"Run {run.ulid} is running: stop it first (Ctrl-C), then retract it.")
        moment, graphs = next_moment(client, iris), [iris.run_graph(run.ulid) for run in wanted]
        # One event a run, so that each can be revoked by itself.
        events = [Event.at(moment, settings.operator, reason) for _ in graphs]
        if events:
            pairs = zip(events, graphs, strict=True)
            facts = chain.from_iterable(retraction_quads(event, [graph], iris) for event, graph in pairs)
            change(client, iris, facts, graphs, progress)
        return {run.ulid: event for run, event in zip(wanted, events, strict=True)}


def retract_claims(
    client: StoreClient,
    settings: Settings,
    selected: SelectedClaims,
    selection: Selection,
    reason: str,
    progress: Progress = silent,
) -> Event | None:
    """Retract single claims, each named in a graph of the event. None where others retracted all of them meanwhile.

    They are listed first, which says nothing yet; that they are retracted is said in one transaction at the end. The
    list is marked from its first claim on, so that nobody is served half of it: what a process that is killed in
    between has listed is deleted by whoever settles the view.
    """
    iris, reason = settings.iris, given(reason)
    with view_turn(settings):
        settle(client, iris)
        selected.drop_retracted(client, iris, read_events(client, iris))
        if not len(selected):
            return None
        event = Event.at(next_moment(client, iris), settings.operator, reason)
        graph = iris.retraction_graph(event.ulid)
        listed = chain((mark(graph, iris),), selected_quads(event, selected.annotations(), iris))
        while quads := tuple(islice(listed, _QUADS_A_LOAD)):
            client.load(quads)
        facts = selection_quads(event, len(selected), selection.asked, iris)
        change(client, iris, facts, [graph], progress)
        return event


def still_in_place(client: StoreClient, iris: Iris, graphs: Sequence[NamedNode]) -> list[str]:
    """The ULIDs of the runs that one of these graphs took the place of: retracting it does not bring them back."""
    return [
        graph.value.rpartition("/")[2]
        for event in read_events(client, iris)
        if event.holds and event.successor in graphs
        for graph in event.graphs
    ]


def given(reason: str) -> str:
    """Raises UsageError where a reason says nothing."""
    if not reason.strip():
        raise UsageError("--reason is empty; say in a few words why, for whoever asks later.")
    return " ".join(reason.split())
