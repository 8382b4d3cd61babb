"""Which runs there are, and what became of them, as the ledger tells it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pyoxigraph import NamedNode

from rubricator.enrichment.answers import (
    Selecting,
    number,
    optional_moment,
    optional_number,
    optional_tail,
    optional_text,
    tail,
    text,
)
from rubricator.enrichment.events import EventKind, LedgerEvent, holding, read_events
from rubricator.errors import NotFound
from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES

ONE_A_CONCEPT = "one a concept"
"""What is said in the place of a run's threshold where its concepts have their own."""


class RunState(StrEnum):
    """What became of a run. The last two hold whether it ended or not."""

    planned = "planned"
    running = "running"
    interrupted = "interrupted"
    ended = "ended"
    superseded = "superseded"
    retracted = "retracted"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One line of ``runs list``. ``ended`` and the counts are None of a run that has not ended.

    ``successor`` is the ULID of the run that took its place; ``head`` is None where prompts decided, and ``threshold``
    where each concept has one of its own.
    """

    ulid: str
    state: RunState
    started: datetime | None
    ended: datetime | None
    model: str
    prompts: str
    threshold: float | None
    operator: str
    dataset: str | None = None
    head: str | None = None
    images: int | None = None
    enrichments: int | None = None
    near_misses: int | None = None
    failures: int | None = None
    successor: str | None = None


_RUNS = """
SELECT ?run (SAMPLE(?starting) AS ?started) (SAMPLE(?ending) AS ?ended) (SAMPLE(?m_title) AS ?model)
  (SAMPLE(?p_title) AS ?prompts) (SAMPLE(?least) AS ?threshold) (COUNT(?own) AS ?thresholds)
  (SAMPLE(?who) AS ?operator) (SAMPLE(?set) AS ?dataset)
  (SAMPLE(?h_title) AS ?head) (SAMPLE(?looked) AS ?images) (SAMPLE(?claimed) AS ?enrichments)
  (SAMPLE(?near) AS ?near_misses) (SAMPLE(?failed) AS ?failures) WHERE {{
  GRAPH {ledger} {{
    ?run a enr:Run ; prov:used ?m , ?p , ?d ; prov:qualifiedAssociation/prov:agent ?agent .
    ?agent enr:pseudonym ?who .
    ?m a enr:Model ; dcterms:title ?m_title .
    ?p a enr:PromptSet ; dcterms:title ?p_title .
    ?d a enr:DecisionPolicy ; enr:minimumConfidence ?least .
    OPTIONAL {{ ?d enr:threshold ?own }}
    OPTIONAL {{ ?run prov:used ?h . ?h a enr:Head ; dcterms:title ?h_title }}
    OPTIONAL {{ ?run prov:startedAtTime ?starting }}
    OPTIONAL {{ ?run prov:endedAtTime ?ending }}
    OPTIONAL {{ ?run enr:dataset ?set }}
    OPTIONAL {{ ?run enr:imageCount ?looked }}
    OPTIONAL {{ ?run enr:annotationCount ?claimed }}
    OPTIONAL {{ ?run enr:nearMissCount ?near }}
    OPTIONAL {{ ?run enr:failureCount ?failed }}
  }}
}} GROUP BY ?run ORDER BY ?run
"""


def list_runs(client: Selecting, iris: Iris, at_work: str | None = None) -> list[RunSummary]:
    """All runs, the newest last; one of the titles of what was renamed meanwhile.

    ``at_work`` is the ULID of the run that a process is busy with now: the ledger alone cannot tell.
    """
    events = read_events(client, iris)
    return [
        _summary(row, iris, events, at_work)
        for row in client.select(SPARQL_PREFIXES + _RUNS.format(ledger=iris.ledger))
    ]


def singly_retracted(client: Selecting, iris: Iris) -> Counter[str]:
    """How many single claims of each run, by ULID, are retracted now; its own retraction is not counted."""
    found: Counter[str] = Counter()
    for event in read_events(client, iris):
        if event.holds and event.claims:
            rows = client.select(
                f"""{SPARQL_PREFIXES}SELECT ?graph (COUNT(?claim) AS ?n) WHERE {{
                  GRAPH {iris.retraction_graph(tail(event.iri))} {{ ?claim prov:wasInvalidatedBy {event.iri} }}
                  GRAPH ?graph {{ ?claim a oa:Annotation }}
                }} GROUP BY ?graph"""
            )
            found.update({tail(row["graph"]): number(row["n"]) for row in rows})
    return found


def find_run(client: Selecting, iris: Iris, name: str, at_work: str | None = None) -> RunSummary:
    """One run, by its IRI, its id or a beginning of it that no other shares; raises NotFound with what to do."""
    ulid = name.removeprefix(iris.run("").value).removeprefix(iris.run_graph("").value)
    found = [run for run in list_runs(client, iris, at_work) if run.ulid.startswith(ulid)]
    if len(found) != 1 or not ulid:
        problem = f"{len(found)} runs begin with" if found else "There is no run"
        raise NotFound(f"{problem} {name!r}; `rubricator runs list` names them.")
    return found[0]


def _summary(row: Mapping[str, object], iris: Iris, events: Sequence[LedgerEvent], at_work: str | None) -> RunSummary:
    ulid, started, ended = tail(row["run"]), optional_moment(row.get("started")), optional_moment(row.get("ended"))
    in_force = holding(events, iris.run_graph(ulid))
    successor = next((event.successor for event in in_force if event.successor), None)
    return RunSummary(
        ulid=ulid,
        state=_state(started, ended, in_force, busy=ulid == at_work),
        started=started,
        ended=ended,
        model=text(row["model"]),
        prompts=text(row["prompts"]),
        threshold=None if number(row["thresholds"]) else float(text(row["threshold"])),
        operator=text(row["operator"]),
        dataset=optional_tail(row.get("dataset")),
        head=optional_text(row.get("head")),
        images=optional_number(row.get("images")),
        enrichments=optional_number(row.get("enrichments")),
        near_misses=optional_number(row.get("near_misses")),
        failures=optional_number(row.get("failures")),
        successor=tail(successor) if isinstance(successor, NamedNode) else None,
    )


def _state(started: datetime | None, ended: datetime | None, in_force: Sequence[LedgerEvent], busy: bool) -> RunState:
    kinds = {event.kind for event in in_force}
    if EventKind.retraction in kinds:
        return RunState.retracted
    if kinds:
        return RunState.superseded
    if ended:
        return RunState.ended
    if busy:
        return RunState.running
    return RunState.interrupted if started else RunState.planned
