"""Runs as an auditor wants to see them: what they used, what they claimed, what failed and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from rubricator.iris import Iris
from rubricator_service.labels import Heading, read_headings
from rubricator_service.reading import Reading, text


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list. A run that has not ended has no counts yet."""

    run: NamedNode
    started: str
    ended: str | None
    invalidated: str | None
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
        f"""SELECT ?run ?started ?ended ?invalidated (SAMPLE(?title) AS ?model) ?images ?enrichments ?failures WHERE {{
          GRAPH {iris.ledger} {{
            ?run a enr:Run ; prov:startedAtTime ?started .
            OPTIONAL {{ ?run prov:endedAtTime ?ended }}
            OPTIONAL {{ ?graph prov:wasGeneratedBy ?run ; a prov:Bundle ; prov:invalidatedAtTime ?invalidated }}
            OPTIONAL {{ ?run prov:used ?used . ?used a enr:Model ; dcterms:title ?title }}
            OPTIONAL {{ ?run enr:imageCount ?images }}
            OPTIONAL {{ ?run enr:annotationCount ?enrichments }}
            OPTIONAL {{ ?run enr:failureCount ?failures }}
          }}
        }}
        GROUP BY ?run ?started ?ended ?invalidated ?images ?enrichments ?failures
        ORDER BY DESC(?started) LIMIT {limit:d} OFFSET {offset:d}"""
    )
    return [
        RunLine(
            run=NamedNode(row["run"].value),
            started=row["started"].value,
            ended=text(row, "ended"),
            invalidated=text(row, "invalidated"),
            model=text(row, "model"),
            images=text(row, "images"),
            enrichments=text(row, "enrichments"),
            failures=text(row, "failures"),
        )
        for row in rows
    ]


def read_concept_counts(
    reading: Reading, iris: Iris, graph: NamedNode, languages: tuple[str, ...]
) -> Sequence[ConceptCount]:
    """Claims and near misses of a run by concept, the most claimed first."""
    rows = reading.select(
        f"""SELECT ?body ?near (COUNT(?annotation) AS ?count) WHERE {{
          GRAPH {graph} {{
            {{ ?annotation a oa:Annotation ; oa:hasBody ?body . BIND(false AS ?near) }}
            UNION {{ ?annotation a enr:NearMiss ; oa:hasBody ?body . BIND(true AS ?near) }}
          }}
        }} GROUP BY ?body ?near"""
    )
    headings = read_headings(reading, iris, (NamedNode(row["body"].value) for row in rows), languages)
    counts = {(row["body"].value, row["near"].value): int(row["count"].value) for row in rows}
    lines = [
        ConceptCount(heading, counts.get((body.value, "false"), 0), counts.get((body.value, "true"), 0))
        for body, heading in headings.items()
    ]
    return sorted(lines, key=lambda line: (-line.claimed, -line.near, line.heading.label))


def read_failure_counts(reading: Reading, graph: NamedNode) -> Sequence[tuple[str, int]]:
    """Failures of a run by reason code, the commonest first."""
    rows = reading.select(
        f"""SELECT ?code (COUNT(?failure) AS ?count) WHERE {{
          GRAPH {graph} {{ ?failure a enr:Failure ; enr:code ?code }}
        }} GROUP BY ?code ORDER BY DESC(?count) ?code"""
    )
    return [(row["code"].value, int(row["count"].value)) for row in rows]


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
