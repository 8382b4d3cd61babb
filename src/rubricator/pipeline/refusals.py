"""What harvests refused and repaired, by reason code."""

from collections.abc import Mapping

from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient


def harvest_report(client: StoreClient, iris: Iris) -> list[tuple[str, str, int, str]]:
    """What was refused, which pictures failed and what was repaired: what, code, how many, an example.

    A refusal is mended once its data set has a record from the same source.
    """
    refused = f"""SELECT ?code (COUNT(DISTINCT ?x) AS ?n) (MIN(STR(?source)) AS ?example) WHERE {{
      GRAPH {iris.ledger} {{
        ?x a enr:Rejection ; enr:code ?code ; dcterms:source ?source ; dcterms:isPartOf ?dataset }}
      FILTER NOT EXISTS {{ GRAPH ?record {{
        ?record dcterms:source ?source ; dcterms:isPartOf ?dataset ; enr:fingerprint ?print }} }}
    }} GROUP BY ?code"""
    repaired = """SELECT ?code (COUNT(DISTINCT ?graph) AS ?n) (MIN(STR(?raw)) AS ?example) WHERE {
      GRAPH ?graph { ?graph enr:repair ?code . OPTIONAL { ?x a enr:Repair ; enr:code ?code ; enr:rawValue ?raw } }
    } GROUP BY ?code"""
    rows = [("refused", *_line(row)) for row in client.select(SPARQL_PREFIXES + refused)]
    for row in client.select(SPARQL_PREFIXES + repaired):
        code, count, example = _line(row)
        rows.append(("picture" if code.startswith("image-") else "repaired", code, count, example))
    return sorted(rows, key=lambda row: (("refused", "picture", "repaired").index(row[0]), -row[2], row[1]))


def _line(row: Mapping[str, object]) -> tuple[str, int, str]:
    code, count, example = (getattr(row.get(name), "value", "") for name in ("code", "n", "example"))
    return str(code), int(count or 0), str(example)
