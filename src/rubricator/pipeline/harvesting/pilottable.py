"""The table that Europeana's image classification pilot was made from, written again from what was harvested."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from rubricator.harvest.europeana.identifiers import item_id
from rubricator.iris import Iris
from rubricator.pipeline.harvesting.activity import text
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient
from rubricator.wholefile import whole_file

COLUMNS = ("category", "skos_concept", "URI", "ID", "URL")


def write_pilot_table(
    client: StoreClient, iris: Iris, harvest: str, concepts: Mapping[str, tuple[str, ...]], each: int, output: Path
) -> dict[str, int]:
    """Write, for every concept, the first ``each`` items with a picture that a harvest met and that name it.

    ``concepts`` are the IRIs of entities by slug, the one that is written first. Europeana lists items in the order of
    their identifiers, so these are the items that were found for a concept, whether the harvest was interrupted,
    met them unchanged, or met more of them for another concept. Returns how many there are of each. Raises UsageError
    if there can be no such file.
    """
    counts = {}
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    for slug, forms in concepts.items():
        rows = [(slug, forms[0], *item) for item in _items(client, iris, harvest, forms, each)]
        writer.writerows(rows)
        counts[slug] = len(rows)
    with whole_file(output) as file:
        file.write(lines.getvalue().encode())
    return counts


def _items(
    client: StoreClient, iris: Iris, harvest: str, forms: tuple[str, ...], each: int
) -> Iterator[tuple[str, str, str]]:
    """URI, ID and picture of items, by ID."""
    names = " ".join(f"<{form}>" for form in forms)
    query = f"""{SPARQL_PREFIXES}SELECT ?item (MIN(STR(?shown)) AS ?picture) WHERE {{
      GRAPH {iris.harvest_graph(harvest)} {{ ?page prov:hadMember ?graph }}
      GRAPH ?graph {{
        VALUES ?concept {{ {names} }}
        {{ ?proxy ?property ?concept }} UNION {{ ?concept a skos:Concept }}
        ?graph foaf:primaryTopic ?item .
        ?aggregation edm:isShownBy ?shown .
        FILTER NOT EXISTS {{ ?graph prov:invalidatedAtTime ?moment }}
      }}
    }} GROUP BY ?item ORDER BY STR(?item) LIMIT {each}"""
    for row in client.select(query):
        uri = text(row["item"])
        yield uri, str(item_id(uri) or uri), text(row["picture"])
