"""What the ledger says of runs, read back by SPARQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.run import Run, RunCounts, RunInputs
from rubricator.errors import NotFound
from rubricator.iris import Iris
from rubricator.rdf import ENR, OA, SPARQL_PREFIXES
from rubricator.settings import Pictures

FAILURES_SHOWN = 20
_KINDS = {OA["Annotation"]: "enrichments", ENR["NearMiss"]: "near_misses", ENR["Failure"]: "failures"}


class Selecting(Protocol):
    """Anything that answers a SELECT with a list of bindings."""

    def select(self, query: str) -> Sequence[Mapping[str, object]]: ...


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One line of ``runs list``. ``ended`` and the counts are None while a run is open (running or interrupted)."""

    ulid: str
    started: datetime
    ended: datetime | None
    model: str
    prompts: str
    threshold: float
    dataset: str | None
    images: int | None
    enrichments: int | None
    failures: int | None

    @property
    def state(self) -> str:
        return "ended" if self.ended else "open"


@dataclass(frozen=True, slots=True)
class Examined:
    """The graph of a run, and what it looked at. Runs from before there were thumbnails looked at originals."""

    graph: NamedNode
    pictures: Pictures


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of ``runs show``: what, its value, and the IRI that says more, if there is one."""

    name: str
    value: str | datetime
    iri: str | None = None


_RUNS = """
SELECT ?run ?started (SAMPLE(?ending) AS ?ended) (SAMPLE(?m_title) AS ?model) (SAMPLE(?p_title) AS ?prompts)
  (SAMPLE(?least) AS ?threshold) (SAMPLE(?set) AS ?dataset) (SAMPLE(?looked) AS ?images)
  (SAMPLE(?claimed) AS ?enrichments) (SAMPLE(?failed) AS ?failures) WHERE {{
  GRAPH {ledger} {{
    ?run a enr:Run ; prov:startedAtTime ?started ; prov:used ?m , ?p , ?d .
    ?m a enr:Model ; dcterms:title ?m_title .
    ?p a enr:PromptSet ; dcterms:title ?p_title .
    ?d a enr:DecisionPolicy ; enr:minimumConfidence ?least .
    OPTIONAL {{ ?run prov:endedAtTime ?ending }}
    OPTIONAL {{ ?run enr:dataset ?set }}
    OPTIONAL {{ ?run enr:imageCount ?looked }}
    OPTIONAL {{ ?run enr:annotationCount ?claimed }}
    OPTIONAL {{ ?run enr:failureCount ?failed }}
  }}
}} GROUP BY ?run ?started ORDER BY ?started ?run
"""


def list_runs(client: Selecting, iris: Iris) -> list[RunSummary]:
    """All runs, the newest last; one of the titles of what was renamed meanwhile."""
    return [_summary(row) for row in client.select(SPARQL_PREFIXES + _RUNS.format(ledger=iris.ledger))]


def find_run(client: Selecting, iris: Iris, ulid: str) -> RunSummary:
    """One run, by its id or by a beginning of it that no other shares; raises NotFound with what to do."""
    found = [run for run in list_runs(client, iris) if run.ulid.startswith(ulid)]
    if len(found) != 1:
        problem = f"{len(found)} runs begin with" if found else "There is no run"
        raise NotFound(f"{problem} {ulid!r}; `rubricator runs list` names them.")
    return found[0]


def open_run(client: Selecting, inputs: RunInputs, dataset: str | None, iris: Iris) -> Run | None:
    """The run of this operator with exactly these inputs, neither ended nor retracted, to be resumed; None if none."""
    operands = {
        "used": " , ".join(map(str, inputs.used(iris))),
        "head": _head(inputs, iris),
        "software": inputs.software_iri(iris),
        "operator": inputs.operator_iri(iris),
        "dataset": f"?run enr:dataset {iris.thing('dataset', dataset)} ."
        if dataset is not None
        else "FILTER NOT EXISTS { ?run enr:dataset ?any }",
        "ledger": iris.ledger,
    }
    rows = client.select(
        SPARQL_PREFIXES
        + """SELECT ?run ?started WHERE {{ GRAPH {ledger} {{
          ?run a enr:Run ; prov:startedAtTime ?started ; prov:used {used} ; prov:wasAssociatedWith {software} ;
            prov:qualifiedAssociation/prov:agent {operator} .
          {head}
          {dataset}
          FILTER NOT EXISTS {{ ?run prov:endedAtTime ?ended }}
          FILTER NOT EXISTS {{ ?graph prov:wasGeneratedBy ?run ; prov:invalidatedAtTime ?moment }}
        }} }} ORDER BY DESC(?started) LIMIT 1""".format(**operands)
    )
    return Run(_tail(rows[0]["run"]), _moment(rows[0]["started"]), dataset) if rows else None


def examined_graphs(client: Selecting, inputs: RunInputs, iris: Iris) -> list[Examined]:
    """The graphs of all runs, not retracted, that used this model, head, prompt set and version of the vocabulary."""
    rows = client.select(
        SPARQL_PREFIXES
        + f"""SELECT ?graph ?pictures WHERE {{ GRAPH {iris.ledger} {{
          ?graph a prov:Bundle ; prov:wasGeneratedBy ?run .
          ?run prov:used {inputs.model_iri(iris)} , {inputs.prompts_iri(iris)} , {inputs.vocabulary.iri} .
          {_head(inputs, iris)}
          OPTIONAL {{ ?run prov:used ?policy . ?policy enr:pictures ?pictures }}
          FILTER NOT EXISTS {{ ?graph prov:invalidatedAtTime ?moment }}
        }} }}"""
    )
    thumbnail = Literal("thumbnail")
    return [
        Examined(graph, "thumbnail" if row.get("pictures") == thumbnail else "original")
        for row in rows
        if isinstance(graph := row["graph"], NamedNode)
    ]


def decided_otherwise(client: Selecting, inputs: RunInputs, examined: Sequence[Examined], iris: Iris) -> bool:
    """Whether any of these runs decided by another policy."""
    graphs = " ".join(str(one.graph) for one in examined)
    rows = client.select(
        SPARQL_PREFIXES
        + f"""SELECT ?policy WHERE {{
          VALUES ?graph {{ {graphs} }}
          GRAPH {iris.ledger} {{
            ?graph prov:wasGeneratedBy/prov:used ?policy . ?policy a enr:DecisionPolicy .
            FILTER(?policy != {inputs.policy_iri(iris)})
          }}
        }} LIMIT 1"""
    )
    return bool(rows)


def _head(inputs: RunInputs, iris: Iris) -> str:
    """The pattern of a ?run that used this head, or none where prompts decide."""
    if inputs.head:
        return f"?run prov:used {inputs.head.iri(iris)} ."
    return "FILTER NOT EXISTS { ?run prov:used ?head . ?head a enr:Head }"


def count_run(client: Selecting, run: Run, iris: Iris) -> RunCounts:
    """Count what lies in a run's graph, so that the figures of a resumed run are those of the whole run."""
    graph = iris.run_graph(run.ulid)
    kinds = client.select(f"SELECT ?kind (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?x a ?kind }} }} GROUP BY ?kind")
    counts = dict.fromkeys(_KINDS.values(), 0)
    for row in kinds:
        if isinstance(kind := row["kind"], NamedNode) and kind in _KINDS:
            counts[_KINDS[kind]] = _number(row["n"])
    targets = client.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?x {OA['hasScope']} ?item }} }}")
    return RunCounts(images=_number(targets[0]["n"]), **counts)


_FACTS = (
    ("model", "prov:used ?iri . ?iri a enr:Model ; dcterms:title ?value"),
    ("weights sha-256", "prov:used ?iri . ?iri a enr:Model ; enr:sha256 ?value"),
    ("prompt set", "prov:used ?iri . ?iri a enr:PromptSet ; dcterms:title ?value"),
    ("prompts sha-256", "prov:used ?iri . ?iri a enr:PromptSet ; enr:sha256 ?value"),
    ("head", "prov:used ?iri . ?iri a enr:Head ; dcterms:title ?value"),
    ("labels", "prov:used ?iri . ?iri a enr:DecisionPolicy ; enr:labels ?value"),
    ("promised precision", "prov:used ?iri . ?iri a enr:DecisionPolicy ; enr:promisedPrecision ?value"),
    ("threshold", "prov:used ?iri . ?iri a enr:DecisionPolicy ; enr:minimumConfidence ?value"),
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


def run_facts(client: Selecting, iris: Iris, ulid: str) -> list[Fact]:
    """Everything that an auditor asks of a run: its inputs by content hash, then what it claimed and what failed."""
    run = find_run(client, iris, ulid)
    graph = iris.run_graph(run.ulid)
    facts = [
        Fact("run", iris.run(run.ulid).value, iris.run(run.ulid).value),
        Fact("graph", graph.value, graph.value),
        Fact("state", run.state),
        Fact("started", run.started),
    ]
    if run.ended:
        facts.append(Fact("ended", run.ended))
    if run.dataset:
        facts.append(Fact("dataset", run.dataset))
    rows = client.select(SPARQL_PREFIXES + _facts_query(iris.run(run.ulid), iris.ledger))
    order = [name for name, _ in _FACTS]
    rows = sorted(rows, key=lambda row: (order.index(_text(row["name"])), _text(row["value"])))
    facts += [Fact(_text(row["name"]), _text(row["value"]), _optional_iri(row.get("iri"))) for row in rows]
    if run.ended:
        facts.append(Fact("pictures", str(run.images)))
        facts.append(Fact("enrichments", str(run.enrichments)))
    facts += [Fact("claimed", f"{n} × {body}", body) for body, n in _tally(client, graph, OA["hasBody"])]
    facts += [Fact("failed", f"{n} × {code}") for code, n in failure_codes(client, run.ulid, iris)]
    return facts + [Fact("failure", f"{code}: {message}", image) for code, message, image in _failures(client, graph)]


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
    return [(_text(row["code"]), _text(row["message"]), _text(row["image"])) for row in rows]


def _tally(client: Selecting, graph: NamedNode, predicate: NamedNode) -> list[tuple[str, str]]:
    """The values of a predicate on claims and failures of one run, the most frequent first."""
    rows = client.select(
        f"""SELECT ?value (COUNT(*) AS ?n) WHERE {{
          GRAPH {graph} {{ ?x {predicate} ?value . FILTER NOT EXISTS {{ ?x a {ENR["NearMiss"]} }} }}
        }} GROUP BY ?value ORDER BY DESC(?n) ?value"""
    )
    return [(_text(row["value"]), _text(row["n"])) for row in rows]


def _summary(row: Mapping[str, object]) -> RunSummary:
    ended, dataset = row.get("ended"), row.get("dataset")
    return RunSummary(
        ulid=_tail(row["run"]),
        started=_moment(row["started"]),
        ended=_moment(ended) if ended is not None else None,
        model=_text(row["model"]),
        prompts=_text(row["prompts"]),
        threshold=float(_text(row["threshold"])),
        dataset=_tail(dataset) if dataset is not None else None,
        images=_optional_number(row.get("images")),
        enrichments=_optional_number(row.get("enrichments")),
        failures=_optional_number(row.get("failures")),
    )


def _text(term: object) -> str:
    if isinstance(term, Literal | NamedNode):
        return term.value
    raise TypeError(f"{term!r} is neither an IRI nor a literal")


def _tail(term: object) -> str:
    return unquote(_text(term).rsplit("/", 1)[-1])


def _moment(term: object) -> datetime:
    return datetime.fromisoformat(_text(term))


def _number(term: object) -> int:
    return int(_text(term))


def _optional_number(term: object) -> int | None:
    return None if term is None else _number(term)


def _optional_iri(term: object) -> str | None:
    return None if term is None else _text(term)
