"""Counts what the store holds, by one small query each."""

from rubricator.holding import standing
from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient

_LEDGER = "GRAPH ledger:"
_COUNTS = {
    "concepts": "?x a skos:Concept ; skos:inScheme ?scheme",
    "records": "?x a edm:ProvidedCHO",
    "items with a picture": "?x edm:isShownBy ?image",
    "enrichments": "?item enr:hasEnrichment ?x",
    "picture files seen": f"{_LEDGER} {{ ?x a enr:ImageCapture }}",
    "runs": f"{_LEDGER} {{ ?x a enr:Run }}",
    "open runs": f"""{_LEDGER} {{
      ?x a enr:Run . ?graph prov:wasGeneratedBy ?x .
      FILTER NOT EXISTS {{ ?x prov:endedAtTime ?ended }} {standing("?graph")}
    }}""",
    "refused records": f"{_LEDGER} {{ ?x a enr:Rejection }}",
}


def count_store(client: StoreClient, iris: Iris) -> dict[str, int]:
    """How many of each; the view's figures count what is published, the ledger's everything that ever was."""
    counts, prefixes = {}, f"{SPARQL_PREFIXES}PREFIX ledger: {iris.ledger}\n"
    for name, pattern in _COUNTS.items():
        rows = client.select(f"{prefixes}SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")
        counts[name] = int(str(getattr(rows[0]["n"], "value", 0)))
    return counts
