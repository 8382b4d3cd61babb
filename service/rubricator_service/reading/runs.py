"""Runs as an auditor wants to see them: what they used, what they claimed, what failed and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.enrichment.events import EventKind, LedgerEvent, holding, read_events
from rubricator.iris import Iris
from rubricator_service.reading.labels import Heading, read_headings, tail
from rubricator_service.reading.store import Reading, text
from rubricator_service.reading.tallies import Tally


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list. A run that has not ended has no counts yet; ``successor`` is the run that took its place."""

    run: NamedNode
    state: str
    started: str | None
    successor: NamedNode | None
    model: str | None
    images: str | None
    enrichments: str | None
    failures: str | None


@dataclass(frozen=True, slots=True)
class ConceptCount:
    """How often a run claimed a concept, and how often it came close."""

    heading: Heading
    claimed: int
    near: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One picture that a run could not look at."""

    code: str
    image: NamedNode
    item: NamedNode
    message: str


def read_runs(reading: Reading, iris: Iris, limit: int, offset: int = 0) -> Sequence[RunLine]:
    """The newest runs first."""
    rows = reading.select(
        f"""SELECT ?run ?started ?ended (SAMPLE(?title) AS ?model) ?images ?enrichments ?failures WHERE {{
          GRAPH {iris.ledger} {{
            ?run a enr:Run .
            OPTIONAL {{ ?run prov:startedAtTime ?started }}
            OPTIONAL {{ ?run prov:endedAtTime ?ended }}
            OPTIONAL {{ ?run prov:used ?used . ?used a enr:Model ; dcterms:title ?title }}
            OPTIONAL {{ ?run enr:imageCount ?images }}
            OPTIONAL {{ ?run enr:annotationCount ?enrichments }}
            OPTIONAL {{ ?run enr:failureCount ?failures }}
          }}
        }}
        GROUP BY ?run ?started ?ended ?images ?enrichments ?failures
        ORDER BY DESC(?run) LIMIT {limit:d} OFFSET {offset:d}"""
    )
    events = read_events(reading, iris)
    lines = []
    for row in rows:
        in_force = holding(events, iris.run_graph(tail(row["run"].value)))
        successor = next((event.successor for event in in_force if event.successor), None)
        lines.append(
            RunLine(
                run=NamedNode(row["run"].value),
                state=state(text(row, "started"), text(row, "ended"), in_force),
                started=text(row, "started"),
                successor=iris.run(tail(successor.value)) if successor else None,
                model=text(row, "model"),
                images=text(row, "images"),
                enrichments=text(row, "enrichments"),
                failures=text(row, "failures"),
            )
        )
    return lines


def count_runs(reading: Reading, iris: Iris) -> int:
    return reading.count(f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {iris.ledger} {{ ?run a enr:Run }} }}")


def state(started: str | None, ended: str | None, in_force: Sequence[LedgerEvent]) -> str:
    """What became of a run. Whether one that has not ended is still at work is known where it runs, and not here."""
    kinds = {event.kind for event in in_force}
    if kinds:
        return "retracted" if EventKind.retraction in kinds else "superseded"
    if ended:
        return "ended"
    return "running or interrupted" if started else "planned"


def read_concept_counts(
    reading: Reading, iris: Iris, tally: Tally, languages: tuple[str, ...]
) -> Sequence[ConceptCount]:
    """Claims and near misses of a run by concept, the most claimed first."""
    headings = read_headings(reading, iris, tally.bodies, languages)
    lines = [
        ConceptCount(heading, tally.bodies[body] - tally.near.get(body, 0), tally.near.get(body, 0))
        for body, heading in headings.items()
    ]
    return sorted(lines, key=lambda line: (-line.claimed, -line.near, line.heading.label))


def read_failures(reading: Reading, graph: NamedNode, limit: int) -> Sequence[Failure]:
    """Some failures of a run, for a look at them; SPARQL gives all."""
    rows = reading.select(
        f"""SELECT ?code ?image ?item ?message WHERE {{
          GRAPH {graph} {{
            ?failure a enr:Failure ; enr:code ?code ; oa:hasSource ?image ; oa:hasScope ?item .
            OPTIONAL {{ ?failure dcterms:description ?message }}
          }}
        }} ORDER BY ?code ?image LIMIT {limit:d}"""
    )
    return [
        Failure(
            row["code"].value, NamedNode(row["image"].value), NamedNode(row["item"].value), text(row, "message") or ""
        )
        for row in rows
    ]


def read_failures_of(reading: Reading, iris: Iris, item: NamedNode) -> Sequence[tuple[str, str]]:
    """Why pictures of an item could not be looked at: reason code and message, each once."""
    rows = reading.select(
        f"""SELECT DISTINCT ?code ?message WHERE {{
          GRAPH ?graph {{
            ?failure a enr:Failure ; oa:hasScope {item} ; enr:code ?code .
            OPTIONAL {{ ?failure dcterms:description ?message }}
          }}
          GRAPH {iris.ledger} {{ ?graph a prov:Bundle }}
        }} ORDER BY ?code ?message"""
    )
    return [(row["code"].value, text(row, "message") or "") for row in rows]
