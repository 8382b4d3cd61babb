"""Holds what is stored against the shapes: records, harvests, runs and claims, a bounded number at a time."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from rubricator.edm.validate import Finding, needed_predicates, shapes_file, validate
from rubricator.iris import Iris
from rubricator.progress import Progress, silent
from rubricator.rdf import DCTERMS, OA, SPARQL_PREFIXES
from rubricator.store.client import StoreClient

RECORDS_AT_ONCE = 200
TARGETS_AT_ONCE = 2000
_PART_OF, _SCOPE, _TARGET = DCTERMS["isPartOf"], OA["hasScope"], OA["hasTarget"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A record, or what was seen in an item, and all that is wrong with it.

    ``datasets`` are the names of those that a record belongs to, empty for runs and their claims; ``item`` is empty for
    what the ledger says of runs.
    """

    item: str
    datasets: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Record:
    item: NamedNode
    datasets: dict[str, None] = field(default_factory=dict)
    statements: dict[NamedNode, set[Triple]] = field(default_factory=lambda: defaultdict(set))


def check_records(
    client: StoreClient,
    iris: Iris,
    dataset: str | None = None,
    limit: int | None = None,
    progress: Progress = silent,
) -> Iterator[Checked]:
    """Every stored record, or ``limit`` of a data set, with what the EDM shapes find wrong; nothing if it conforms."""
    part = f"; dcterms:isPartOf {iris.thing('dataset', dataset)}" if dataset is not None else ""
    where = f"WHERE {{ GRAPH ?graph {{ ?graph foaf:primaryTopic ?item {part} }} }}"
    (row,) = client.select(f"{SPARQL_PREFIXES}SELECT (COUNT(*) AS ?n) {where}")
    total = min(int(str(getattr(row["n"], "value", 0))), sys.maxsize if limit is None else limit)
    graphs = client.select_stream(f"{SPARQL_PREFIXES}SELECT ?graph ?item {where} LIMIT {total}")
    named = ((graph, item) for graph, item in graphs if isinstance(graph, NamedNode) and isinstance(item, NamedNode))
    done = 0
    while group := dict(islice(named, RECORDS_AT_ONCE)):
        for records in _apart(_fetch(client, iris, group)):
            yield from _validated(records)
        done += len(group)
        progress(done, total)


def check_ledger(client: StoreClient, iris: Iris) -> Iterator[Checked]:
    """What the ledger says of harvests, runs and imports, and of what decides, how it was made and how good it is."""
    for shapes in map(shapes_file, ("harvest", "enrichment", "classifier", "import")):
        yield Checked("", (), tuple(validate(_ledger(client, iris, shapes), shapes)))


def check_claims(client: StoreClient, iris: Iris, progress: Progress = silent) -> Iterator[Checked]:
    """Every claim, near miss and failure of every run, by item."""
    shapes = shapes_file("enrichment")
    ledger = _ledger(client, iris, shapes)
    known = {triple.subject.value for triple in ledger if isinstance(triple.subject, NamedNode)}
    targets = f"{SPARQL_PREFIXES}SELECT ?target WHERE {{ GRAPH ?run {{ ?target oa:hasScope ?item }} }}"
    found = (target for (target,) in client.select_stream(targets) if isinstance(target, NamedNode))
    done = 0
    while group := list(islice(found, TARGETS_AT_ONCE)):
        claims = _claims(client, iris, group)
        findings = [finding for finding in validate([*ledger, *claims], shapes) if finding.focus not in known]
        yield from _by_item(claims, findings)
        done += len(group)
        progress(done)


def check_reviews(client: StoreClient, iris: Iris, progress: Progress = silent) -> Iterator[Checked]:
    """Every decision of a person, with what it puts in the place of a claim."""
    shapes, done = shapes_file("review"), 0
    query = f"{SPARQL_PREFIXES}SELECT ?review WHERE {{ GRAPH {iris.reviews} {{ ?review a enr:Review }} }}"
    found = (review for (review,) in client.select_stream(query) if isinstance(review, NamedNode))
    while group := list(islice(found, TARGETS_AT_ONCE)):
        yield Checked("", (), tuple(validate(_reviews(client, iris, group), shapes)))
        done += len(group)
        progress(done)


def check_explanations(client: StoreClient) -> Iterator[Checked]:
    """Every explanation of a claim; the graph of each is held against the shapes by itself."""
    shapes = shapes_file("explanation")
    query = f"{SPARQL_PREFIXES}SELECT ?graph WHERE {{ GRAPH ?graph {{ ?explanation a enr:Explanation }} }}"
    for (graph,) in client.select_stream(query):
        if isinstance(graph, NamedNode):
            yield Checked("", (), tuple(validate(client.get_graph(graph), shapes)))


def _ledger(client: StoreClient, iris: Iris, shapes: Path) -> list[Triple]:
    """What these shapes look at in the ledger, but for pictures and refusals, which are many."""
    return client.construct(
        f"""{SPARQL_PREFIXES}CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {iris.ledger} {{ ?s ?p ?o
          FILTER(?p IN ({_listed(needed_predicates(shapes))}))
          FILTER NOT EXISTS {{ VALUES ?many {{ enr:ImageCapture enr:Rejection }} ?s a ?many }} }} }}"""
    )


def _fetch(client: StoreClient, iris: Iris, items: dict[NamedNode, NamedNode]) -> list[_Record]:
    records = {graph: _Record(item) for graph, item in items.items()}
    needed = needed_predicates(shapes_file("edm")) | {_PART_OF}
    rows = client.select_stream(
        f"""SELECT ?graph ?s ?p ?o WHERE {{ VALUES ?graph {{ {" ".join(map(str, records))} }}
          GRAPH ?graph {{ ?s ?p ?o FILTER(?p IN ({_listed(needed)})) }} }}"""
    )
    for graph, subject, predicate, value in rows:
        record = records[graph]  # type: ignore[index]
        if subject != graph:
            record.statements[subject].add(Triple(subject, predicate, value))  # type: ignore[index,arg-type]
        elif predicate == _PART_OF and isinstance(value, NamedNode):
            record.datasets[iris.dataset_name(value.value)] = None
    return list(records.values())


def _apart(records: Sequence[_Record]) -> Iterator[list[_Record]]:
    """Groups in which no two records say different things of one node: each is valid or not by what itself says."""
    while records:
        said: dict[NamedNode, set[Triple]] = {}
        together: list[_Record] = []
        left: list[_Record] = []
        for record in records:
            if record.item in said or any(said.get(node, same) != same for node, same in record.statements.items()):
                left.append(record)
            else:
                said |= record.statements
                together.append(record)
        yield together
        records = left


def _validated(records: Sequence[_Record]) -> Iterator[Checked]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in validate({triple for record in records for said in record.statements.values() for triple in said}):
        found[finding.focus].append(finding)
    for record in records:
        nodes = sorted(node.value for node in record.statements if node.value in found)
        wrong = tuple(finding for node in nodes for finding in found[node])
        yield Checked(record.item.value, tuple(record.datasets), wrong)


def _claims(client: StoreClient, iris: Iris, targets: Sequence[NamedNode]) -> list[Triple]:
    return client.construct(
        f"""{SPARQL_PREFIXES}CONSTRUCT {{ ?s ?p ?o }} WHERE {{
          VALUES ?target {{ {" ".join(map(str, targets))} }}
          {{ GRAPH ?run {{ ?target ?p ?o }} BIND(?target AS ?s) }}
          UNION {{ GRAPH ?run {{ ?s oa:hasTarget ?target ; ?p ?o }} FILTER(?run != {iris.reviews}) }}
          UNION {{ GRAPH ?run {{ ?a oa:hasTarget ?target ; prov:wasDerivedFrom ?s }}
                   GRAPH {iris.ledger} {{ ?s ?p ?o }} }}
        }}"""
    )


def _reviews(client: StoreClient, iris: Iris, reviews: Sequence[NamedNode]) -> list[Triple]:
    named = " ".join(map(str, reviews))
    return client.construct(
        f"""{SPARQL_PREFIXES}CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {iris.reviews} {{
          {{ VALUES ?s {{ {named} }} ?s ?p ?o }}
          UNION {{ VALUES ?review {{ {named} }} ?review enr:replacement|dcterms:creator ?s . ?s ?p ?o }}
        }} }}"""
    )


def _by_item(claims: Sequence[Triple], findings: Sequence[Finding]) -> Iterator[Checked]:
    scopes = {str(triple.subject): triple.object for triple in claims if triple.predicate == _SCOPE}
    items = {node: getattr(item, "value", "") for node, item in scopes.items()}
    for triple in claims:
        if triple.predicate == _TARGET:
            items[str(triple.subject)] = items.get(str(triple.object), "")
    found: dict[str, list[Finding]] = {item: [] for item in items.values()}
    for finding in findings:
        found.setdefault(items.get(f"<{finding.focus}>", ""), []).append(finding)
    for item, wrong in found.items():
        yield Checked(item, (), tuple(wrong))


def _listed(terms: Iterable[NamedNode]) -> str:
    return ", ".join(sorted(map(str, terms)))
