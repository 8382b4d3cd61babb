"""Counts what the store holds, by one small query each."""

from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient

_COUNTS = {
    "concepts": "?x a skos:Concept ; skos:inScheme ?scheme",
    "records": "?x a edm:ProvidedCHO",
    "items with a picture": "?x edm:isShownBy ?image",
    "enrichments": "?item enr:hasEnrichment ?x",
    "picture files seen": "GRAPH {ledger} {{ ?x a enr:ImageCapture }}",
    "runs": "GRAPH {ledger} {{ ?x a enr:Run }}",
    "open runs": "GRAPH {ledger} {{ ?x a enr:Run FILTER NOT EXISTS {{ ?x prov:endedAtTime ?ended }} }}",
    "refused records": "GRAPH {ledger} {{ ?x a enr:Rejection }}",
}


def count_store(client: StoreClient, iris: Iris) -> dict[str, int]:
    """How many of each; the view's figures count what is published, the ledger's everything that ever was."""
    counts = {}
    for name, pattern in _COUNTS.items():
        where = pattern.format(ledger=iris.ledger)
        rows = client.select(f"{SPARQL_PREFIXES}SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {where} }}")
        counts[name] = int(str(getattr(rows[0]["n"], "value", 0)))
    return counts
