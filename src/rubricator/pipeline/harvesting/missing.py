"""What became of records that earlier harvests of a source met and this one did not."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from pyoxigraph import NamedNode

from rubricator.edm import fingerprint
from rubricator.harvest.record import SourceRecord, Validators
from rubricator.iris import Iris
from rubricator.pipeline.harvesting.activity import text
from rubricator.rdf import SPARQL_PREFIXES, now
from rubricator.store.client import StoreClient
from rubricator.store.results import Term

BATCH = 500


def missing_records(
    client: StoreClient, harvest: NamedNode, earlier: list[NamedNode], iris: Iris
) -> Iterator[tuple[str, SourceRecord]]:
    """Records in the pages of earlier harvests that those of this one do not name and that are not marked as gone.

    ``harvest`` and ``earlier`` are the graphs of the pages. The records come with their graphs and without content, and
    with validators where they would be mapped the same today. An address can be asked; a file cannot, so its record is
    not missing while another source still has it.
    """
    if not earlier:
        return
    graphs = " ".join(map(str, earlier))
    unmet = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT ?graph WHERE {{
          GRAPH ?earlier {{ VALUES ?earlier {{ {graphs} }} ?page prov:hadMember ?graph }}
          FILTER NOT EXISTS {{ GRAPH {harvest} {{ ?any prov:hadMember ?graph }} }}
        }}"""
    )
    own = ", ".join(map(str, (*earlier, harvest)))
    while some := list(islice(unmet, BATCH)):
        # Looked up by themselves: in one query with what goes before, all records would be looked up.
        for row in client.select(_details(" ".join(str(graph) for (graph,) in some), own)):
            yield text(row["graph"]), _came(row, iris)


def _details(graphs: str, own: str) -> str:
    return f"""{SPARQL_PREFIXES}
    SELECT ?graph ?source ?print ?collection ?identifier ?format ?etag ?modified WHERE {{
      GRAPH ?graph {{
        VALUES ?graph {{ {graphs} }}
        ?graph dcterms:source ?source ; enr:fingerprint ?print .
        FILTER NOT EXISTS {{ ?graph prov:invalidatedAtTime ?moment }}
        OPTIONAL {{
          ?graph dcterms:isPartOf ?collection
          FILTER(STRAFTER(STR(?collection), "/id/dataset/") != STRBEFORE(STRAFTER(STR(?graph), "/graph/edm/"), "/"))
        }}
        OPTIONAL {{ ?graph dcterms:identifier ?identifier }}
        OPTIONAL {{ ?graph dcterms:format ?format }}
        OPTIONAL {{ ?graph enr:etag ?etag }}
        OPTIONAL {{ ?graph enr:lastModified ?modified }}
      }}
      FILTER(ISIRI(?source) || NOT EXISTS {{
        GRAPH ?other {{ ?elsewhere prov:hadMember ?graph }} FILTER(?other NOT IN ({own}))
      }})
    }}"""


def _came(row: Mapping[str, Term], iris: Iris) -> SourceRecord:
    graph = text(row["graph"])
    dataset = iris.dataset_name(text(row["collection"])) if "collection" in row else iris.record_names(graph)[0]
    identifier, media_type, etag, modified = (
        text(row[name]) if name in row else "" for name in ("identifier", "format", "etag", "modified")
    )
    came = SourceRecord(dataset, identifier, media_type, b"", text(row["source"]), now())
    same = fingerprint(came, iris) == text(row["print"])
    return replace(came, validators=Validators(etag, modified)) if same else came
