"""What earlier runs mean for a new one: which is to be resumed, and what they have looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.answers import Selecting, optional_moment, tail
from rubricator.enrichment.run import Run, RunInputs, RunScope
from rubricator.holding import standing
from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Pictures


@dataclass(frozen=True, slots=True)
class Examined:
    """The graph of a run, and what it looked at. Runs from before there were thumbnails looked at originals."""

    graph: NamedNode
    pictures: Pictures


def open_run(client: Selecting, inputs: RunInputs, scope: RunScope, iris: Iris, moment: datetime) -> Run | None:
    """The run of this operator with exactly these inputs that is planned or was interrupted, to be gone on with.

    None where there is none, or where it was retracted or superseded meanwhile. One that was planned starts at
    ``moment``.
    """
    asked = f"?run enr:dataset {iris.thing('dataset', scope.dataset)} ." if scope.dataset is not None else ""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?run ?started WHERE {{ GRAPH {iris.ledger} {{
          ?run a enr:Run ; prov:used {" , ".join(map(str, inputs.used(iris)))} ;
            prov:wasAssociatedWith {inputs.software_iri(iris)} ;
            prov:qualifiedAssociation/prov:agent {inputs.operator_iri(iris)} .
          {_head(inputs, iris)}
          {asked or "FILTER NOT EXISTS { ?run enr:dataset ?any }"}
          FILTER {"" if scope.again else "NOT "}EXISTS {{ ?run enr:decidesAgain true }}
          OPTIONAL {{ ?run prov:startedAtTime ?started }}
          FILTER NOT EXISTS {{ ?run prov:endedAtTime ?ended }}
          ?graph prov:wasGeneratedBy ?run . {standing("?graph")}
        }} }} ORDER BY DESC(?run) LIMIT 1"""
    )
    return Run(tail(rows[0]["run"]), optional_moment(rows[0].get("started")) or moment, scope) if rows else None


def examined_graphs(client: Selecting, inputs: RunInputs, iris: Iris, same_policy: bool = False) -> list[Examined]:
    """The graphs of all runs in force that used this model, head, prompt set and version of the vocabulary.

    With ``same_policy`` only of those that decided as these inputs do.
    """
    policy = f", {inputs.policy_iri(iris)}" if same_policy else ""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?graph ?pictures WHERE {{ GRAPH {iris.ledger} {{
          ?graph a prov:Bundle ; prov:wasGeneratedBy ?run .
          ?run prov:used {inputs.model_iri(iris)} , {inputs.prompts_iri(iris)} , {inputs.vocabulary.iri} {policy} .
          {_head(inputs, iris)}
          OPTIONAL {{ ?run prov:used ?policy . ?policy enr:pictures ?pictures }}
          {standing("?graph")}
        }} }} ORDER BY ?graph"""
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
