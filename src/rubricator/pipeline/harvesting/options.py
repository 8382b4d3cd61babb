"""What those who harvest say of all records of a source, remembered from one harvest to the next."""

from rubricator.harvest.source import Source
from rubricator.iris import Iris
from rubricator.pipeline.harvesting.activity import source_iri, text
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient


def options_before(client: StoreClient, source: Source, iris: Iris) -> dict[str, str]:
    """The options of the newest harvest of a source, whatever became of it."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?option WHERE {{ GRAPH {iris.ledger} {{
          {{ SELECT (MAX(STR(?any)) AS ?newest) WHERE {{ ?any prov:used {source_iri(source, iris)} }} }}
          ?harvest enr:option ?option FILTER(STR(?harvest) = ?newest)
        }} }} ORDER BY ?option"""
    )
    pairs = (text(row["option"]).partition("=") for row in rows)
    return {name: value for name, _, value in pairs}
