"""Which claims of a run do not add up: where a manifest says that a part of its graph was changed, these are named."""

from collections.abc import Collection, Iterator

from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.manifest import part_of
from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient

_FEW = 24
_NAMES = ("concept", "picture's bytes", "confidence", "raw score", "target")


def suspects(
    client: StoreClient, ulid: str, parts: Collection[str], iris: Iris, limit: int
) -> Iterator[tuple[str, str]]:
    """Claims (IRIs) in changed parts of a run's graph, and why: at most so many.

    The IRI of a claim is a hash of run, bytes, item and concept, and the published view repeats concept and confidence:
    a claim that contradicts one of these was changed. Else, where a part has few statements, all of them are named.
    """
    named = 0
    for claim, told in _contradictions(client, ulid, iris):
        if part_of(claim) in parts or part_of(f"{claim}#target") in parts:
            yield claim, told
            named += 1
            if named == limit:
                return
    if not named:
        yield from _few(client, iris.run_graph(ulid), parts)


def _contradictions(client: StoreClient, ulid: str, iris: Iris) -> Iterator[tuple[str, str]]:
    rows = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT ?claim ?body ?capture ?confidence ?score ?target ?item ?own ?said WHERE {{
          GRAPH {iris.run_graph(ulid)} {{
            {{ ?claim a oa:Annotation }} UNION {{ ?claim a enr:NearMiss }}
            OPTIONAL {{ ?claim oa:hasBody ?body }}
            OPTIONAL {{ ?claim prov:wasDerivedFrom ?capture }}
            OPTIONAL {{ ?claim edm:confidenceLevel ?confidence }}
            OPTIONAL {{ ?claim enr:rawScore ?score }}
            OPTIONAL {{ ?claim oa:hasTarget ?target OPTIONAL {{ ?target oa:hasScope ?item }} }}
          }}
          OPTIONAL {{ ?claim oa:hasBody ?own ; edm:confidenceLevel ?said }}
        }}"""
    )
    seen = ""
    for claim, body, capture, confidence, score, target, item, own, said in rows:
        if not isinstance(claim, NamedNode):
            continue
        missing = [
            name for name, term in zip(_NAMES, (body, capture, confidence, score, target), strict=True) if term is None
        ]
        if missing:
            yield claim.value, f"It has no {' and no '.join(missing)}."
        elif claim.value == seen:
            yield claim.value, "It says two things where claims say one."
        elif item is None:
            yield claim.value, "Its target is of no item."
        elif own is not None and own != body:
            yield claim.value, f"The published view says the concept {own}, the run's graph {body}."
        elif said is not None and said != confidence:
            yield (
                claim.value,
                f"The published view says the confidence {_value(said)}, the run's graph {_value(confidence)}.",
            )
        else:
            sha256 = _value(capture).removeprefix(iris.image("").value)
            if iris.annotation(ulid, sha256, _value(item), _value(body)) != claim:
                yield claim.value, "Its IRI is not the hash of its run, bytes, item and concept."
        seen = claim.value


def _few(client: StoreClient, graph: NamedNode, parts: Collection[str]) -> Iterator[tuple[str, str]]:
    found: dict[str, list[tuple[str, str]]] = {part: [] for part in parts}
    for subject, predicate, value in client.select_stream(f"SELECT ?s ?p ?o WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"):
        if not isinstance(subject, NamedNode):
            continue
        lines = found.get(part_of(subject.value))
        if lines is not None and len(lines) <= _FEW:
            lines.append((subject.value, f"It says {predicate} {value}; so does one of few in the changed part."))
    for lines in found.values():
        if len(lines) <= _FEW:
            yield from lines


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
