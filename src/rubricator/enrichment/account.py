"""Everything that an auditor asks of one run, and what lies in its graph, counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import NamedNode

from rubricator.enrichment.answers import Selecting, iri, number, optional_text, tail, text
from rubricator.enrichment.events import LedgerEvent, read_events
from rubricator.enrichment.ledger import ONE_A_CONCEPT, find_run
from rubricator.enrichment.run import Run, RunCounts
from rubricator.iris import Iris
from rubricator.rdf import ENR, OA, SPARQL_PREFIXES

FAILURES_SHOWN = 20
_KINDS = {OA["Annotation"]: "enrichments", ENR["NearMiss"]: "near_misses", ENR["Failure"]: "failures"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of ``runs show``: what, its value, and the IRI that says more, if there is one."""

    name: str
    value: str | datetime
    iri: str | None = None


def count_run(client: Selecting, run: Run, iris: Iris) -> RunCounts:
    """Count what lies in a run's graph, so that the figures of a resumed run are those of the whole run."""
    graph = iris.run_graph(run.ulid)
    kinds = client.select(f"SELECT ?kind (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?x a ?kind }} }} GROUP BY ?kind")
    counts = dict.fromkeys(_KINDS.values(), 0)
    for row in kinds:
        if isinstance(kind := row["kind"], NamedNode) and kind in _KINDS:
            counts[_KINDS[kind]] = number(row["n"])
    targets = client.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?x {OA['hasScope']} ?item }} }}")
    return RunCounts(images=number(targets[0]["n"]), **counts)


_FACTS = (
    ("model", "prov:used ?iri . ?iri a enr:Model ; dcterms:title ?value"),
    ("weights sha-256", "prov:used ?iri . ?iri a enr:Model ; enr:sha256 ?value"),
    ("prompt set", "prov:used ?iri . ?iri a enr:PromptSet ; dcterms:title ?value"),
    ("prompts sha-256", "prov:used ?iri . ?iri a enr:PromptSet ; enr:sha256 ?value"),
    ("head", "prov:used ?iri . ?iri a enr:Head ; dcterms:title ?value"),
    ("labels", "prov:used ?iri . ?iri a enr:DecisionPolicy ; enr:labels ?value"),
    ("promised precision", "prov:used ?iri . ?iri a enr:DecisionPolicy ; enr:promisedPrecision ?value"),
    (
        "threshold",
        "prov:used ?iri . ?iri a enr:DecisionPolicy ; enr:minimumConfidence ?common "
        f'BIND(IF(EXISTS {{ ?iri enr:threshold ?own }}, "{ONE_A_CONCEPT}", STR(?common)) AS ?value)',
    ),
    (
        "looked at",
        "prov:used ?iri . ?iri a enr:PicturePolicy ; enr:pictures ?kind "
        'BIND(IF(?kind = "thumbnail", "thumbnail, 400 px", ?kind) AS ?value)',
    ),
    ("rights allowed", "prov:used ?iri . ?iri a enr:PicturePolicy ; enr:reusability ?value"),
    ("calibrated", "prov:used ?iri . ?iri a enr:DecisionPolicy ; enr:calibrated ?value"),
    ("vocabulary", "prov:used ?iri . ?iri a enr:VocabularyVersion ; schema:version ?value"),
    ("software", "prov:wasAssociatedWith ?iri . ?iri schema:softwareVersion ?value"),
    ("commit", "prov:wasAssociatedWith ?iri . ?iri enr:commit ?value"),
    ("operator", "prov:qualifiedAssociation/prov:agent ?iri . ?iri enr:pseudonym ?value"),
    ("near misses", "enr:nearMissCount ?value"),
)


def _facts_query(run: NamedNode, ledger: NamedNode) -> str:
    branches = (f'{{ {run} {pattern} BIND("{name}" AS ?name) }}' for name, pattern in _FACTS)
    return f"SELECT ?name ?value ?iri WHERE {{ GRAPH {ledger} {{ {' UNION '.join(branches)} }} }}"


def run_facts(client: Selecting, iris: Iris, name: str, at_work: str | None = None) -> list[Fact]:
    """Everything that an auditor asks of a run: its inputs by content hash, what became of it, what it claimed, what
    failed. ``at_work`` is as for ``list_runs``."""
    run = find_run(client, iris, name, at_work)
    graph = iris.run_graph(run.ulid)
    facts = [
        Fact("run", iris.run(run.ulid).value, iris.run(run.ulid).value),
        Fact("graph", graph.value, graph.value),
        Fact("state", run.state),
    ]
    facts += [Fact(name, moment) for name, moment in (("started", run.started), ("ended", run.ended)) if moment]
    if run.dataset:
        facts.append(Fact("dataset", run.dataset))
    facts += _events(client, iris, graph)
    rows = client.select(SPARQL_PREFIXES + _facts_query(iris.run(run.ulid), iris.ledger))
    order = [name for name, _ in _FACTS]
    rows = sorted(rows, key=lambda row: (order.index(text(row["name"])), text(row["value"])))
    facts += [Fact(text(row["name"]), text(row["value"]), optional_text(row.get("iri"))) for row in rows]
    if run.ended:
        facts.append(Fact("pictures", str(run.images)))
        facts.append(Fact("enrichments", str(run.enrichments)))
    facts += [Fact("claimed", f"{n} × {body}", body) for body, n in _tally(client, graph, OA["hasBody"])]
    facts += [Fact("failed", f"{n} × {code}") for code, n in failure_codes(client, run.ulid, iris)]
    return facts + [Fact("failure", f"{code}: {message}", image) for code, message, image in _failures(client, graph)]


def _events(client: Selecting, iris: Iris, graph: NamedNode) -> Iterator[Fact]:
    """What was done about the run or some of its claims: who, when, why, and who took it back."""
    events = read_events(client, iris)
    known = {event.iri: event for event in events}
    single = single_claims(client, iris, graph) if any(event.claims for event in events) else {}
    for event in events:
        revoked = f"; {_told(known[event.revoked], 'revoked')}" if event.revoked else ""
        if graph in event.graphs:
            name = "superseded" if event.successor else "retracted"
            by = f"by run {tail(event.successor)}, " if event.successor else ""
            yield Fact(name, f"{_told(event, by)}{revoked}", event.iri.value)
        elif event.successor == graph:
            yield Fact("supersedes", f"run {tail(event.graphs[0])}, {_told(event)}{revoked}", event.iri.value)
        elif event.iri in single:
            asked = ", ".join(event.selection)
            claims = f"{single[event.iri]} of its claims ({asked}), "
            yield Fact("retracted in part", f"{claims}{_told(event)}{revoked}", event.iri.value)


def _told(event: LedgerEvent, how: str = "") -> str:
    when = event.moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    return f"{how}{' ' if how and not how.endswith(' ') else ''}{when} by {event.operator}: {event.reason}"


def single_claims(client: Selecting, iris: Iris, graph: NamedNode) -> dict[NamedNode, int]:
    """How many claims of this graph each event retracted one by one."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?event (COUNT(?claim) AS ?n) WHERE {{
          GRAPH {iris.ledger} {{ ?retraction prov:wasGeneratedBy ?event . ?event a enr:Retraction }}
          GRAPH ?retraction {{ ?claim prov:wasInvalidatedBy ?event }}
          GRAPH {graph} {{ ?claim a oa:Annotation }}
        }} GROUP BY ?event"""
    )
    return {iri(row["event"]): number(row["n"]) for row in rows}


def failure_codes(client: Selecting, ulid: str, iris: Iris) -> list[tuple[str, int]]:
    """Why pictures of a run could not be looked at, and how many, the most frequent reason first."""
    return [(code, int(n)) for code, n in _tally(client, iris.run_graph(ulid), ENR["code"])]


def _failures(client: Selecting, graph: NamedNode) -> list[tuple[str, str, str]]:
    """The first failures of a run: code, message and picture."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?code ?message ?image WHERE {{
          GRAPH {graph} {{ ?f a enr:Failure ; enr:code ?code ; dcterms:description ?message ; oa:hasSource ?image }}
        }} ORDER BY ?code ?image LIMIT {FAILURES_SHOWN}"""
    )
    return [(text(row["code"]), text(row["message"]), text(row["image"])) for row in rows]


def _tally(client: Selecting, graph: NamedNode, predicate: NamedNode) -> list[tuple[str, str]]:
    """The values of a predicate on claims and failures of one run, the most frequent first."""
    rows = client.select(
        f"""SELECT ?value (COUNT(*) AS ?n) WHERE {{
          GRAPH {graph} {{ ?x {predicate} ?value . FILTER NOT EXISTS {{ ?x a {ENR["NearMiss"]} }} }}
        }} GROUP BY ?value ORDER BY DESC(?n) ?value"""
    )
    return [(text(row["value"]), text(row["n"])) for row in rows]
