"""Holds what is stored against the shapes: every record, every run and every claim, a bounded number at a time."""

from collections.abc import Iterator
from itertools import islice

from pyoxigraph import NamedNode, Triple

from rubricator.edm.validate import Finding, validate
from rubricator.iris import Iris
from rubricator.progress import Progress, silent
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.resources import resource
from rubricator.store.client import StoreClient

RECORDS_AT_ONCE = 100
TARGETS_AT_ONCE = 2000


def check_store(client: StoreClient, iris: Iris, progress: Progress = silent) -> Iterator[Finding]:
    """Everything in the store that does not conform, records first, then runs with what they claim."""
    for done, (part, shapes) in enumerate(_parts(client, iris), 1):
        yield from validate(part, resource("ontology", "shapes", f"{shapes}.ttl"))
        progress(done)


def _parts(client: StoreClient, iris: Iris) -> Iterator[tuple[list[Triple], str]]:
    records = f"""{SPARQL_PREFIXES}SELECT DISTINCT ?graph WHERE {{
      GRAPH ?graph {{ ?aggregation edm:aggregatedCHO ?item }} }}"""
    for graphs in _groups(client, records, RECORDS_AT_ONCE):
        yield (
            client.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }}"),
            "edm",
        )
    ledger = client.construct(
        f"""{SPARQL_PREFIXES}CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {iris.ledger} {{
          ?s ?p ?o FILTER NOT EXISTS {{ ?s a enr:ImageCapture }} FILTER NOT EXISTS {{ ?s a enr:Rejection }} }} }}"""
    )
    yield ledger, "enrichment"
    targets = f"{SPARQL_PREFIXES}SELECT ?target WHERE {{ GRAPH ?run {{ ?target oa:hasScope ?item }} }}"
    for group in _groups(client, targets, TARGETS_AT_ONCE):
        claims = client.construct(
            f"""{SPARQL_PREFIXES}CONSTRUCT {{ ?s ?p ?o }} WHERE {{
              VALUES ?target {{ {group} }}
              {{ GRAPH ?run {{ ?target ?p ?o }} BIND(?target AS ?s) }}
              UNION {{ GRAPH ?run {{ ?s oa:hasTarget ?target ; ?p ?o }} }}
              UNION {{ GRAPH ?run {{ ?a oa:hasTarget ?target ; prov:wasDerivedFrom ?s }}
                       GRAPH {iris.ledger} {{ ?s ?p ?o }} }}
            }}"""
        )
        yield [*ledger, *claims], "enrichment"


def _groups(client: StoreClient, query: str, size: int) -> Iterator[str]:
    """The IRIs that a query yields, some at a time, as they go into VALUES."""
    found = (str(row[0]) for row in client.select_stream(query) if isinstance(row[0], NamedNode))
    while group := list(islice(found, size)):
        yield " ".join(group)
