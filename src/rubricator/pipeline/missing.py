"""What became of records that earlier harvests of a source met and this one did not."""

from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from rubricator.edm import fingerprint
from rubricator.harvest.record import SourceRecord, Validators
from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES, now
from rubricator.store.client import StoreClient
from rubricator.store.results import Term


def missing_records(
    client: StoreClient, harvest: NamedNode, earlier: list[NamedNode], iris: Iris
) -> Iterator[tuple[str, SourceRecord]]:
    """Records in the pages of earlier harvests that those of this one do not name and that are not marked as gone.

    They come with their graphs and without content, and with validators where they would be mapped the same today.
    An address can be asked; a file cannot, so its record is not missing while another source still has it.
    """
    if not earlier:
        return
    graphs = " ".join(map(str, earlier))
    own = ", ".join(map(str, (*earlier, harvest)))
    query = f"""{SPARQL_PREFIXES}
    SELECT ?graph ?source ?print ?collection ?identifier ?format ?etag ?modified WHERE {{
      VALUES ?earlier {{ {graphs} }}
      GRAPH ?earlier {{ ?page prov:hadMember ?graph }}
      FILTER NOT EXISTS {{ GRAPH {harvest} {{ ?any prov:hadMember ?graph }} }}
      GRAPH ?graph {{
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
    for graph, source, mark, collection, identifier, media_type, etag, modified in client.select_stream(query):
        name = _text(graph)
        dataset = iris.dataset_name(_text(collection)) if collection else iris.record_names(name)[0]
        came = SourceRecord(dataset, _text(identifier), _text(media_type), b"", _text(source), now())
        if fingerprint(came, iris) == _text(mark):
            came = replace(came, validators=Validators(_text(etag), _text(modified)))
        yield name, came


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""
