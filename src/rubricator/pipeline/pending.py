"""Which pictures no run has looked at yet. The store is the checkpoint; there is no second bookkeeping."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.claims import Depiction
from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run is asked to look at; None means everything."""

    dataset: str | None = None
    limit: int | None = None
    retry_failed: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """A picture to look at. ``sha256`` is that of its latest capture, None where its bytes were never captured."""

    depiction: Depiction
    sha256: str | None


def pending_pictures(client: StoreClient, scope: Scope, examined: Sequence[NamedNode], iris: Iris) -> Iterator[Pending]:
    """Stream what is pending, each picture once, in the order of the store.

    The answer is that of the moment of asking: what is written meanwhile does not change it.
    """
    query = f"""{SPARQL_PREFIXES}SELECT ?item ?image ?own ?general ?sha WHERE {{
      {_pattern(scope, examined, iris)}
      OPTIONAL {{ ?image edm:rights ?own }}
      OPTIONAL {{ ?aggregation edm:rights ?general }}
      OPTIONAL {{ GRAPH {iris.ledger} {{ ?capture prov:specializationOf ?image ; enr:sha256 ?sha }} }}
    }}"""
    return islice(_each_once(client.select_stream(query)), scope.limit)


def _each_once(rows: Iterable[Sequence[object]]) -> Iterator[Pending]:
    """Two rights statements or captures make neighbouring rows, of which the first is as good as the second."""
    previous: tuple[object, object] | None = None
    for item, image, own, general, sha in rows:
        if previous == (item, image) or not isinstance(item, NamedNode) or not isinstance(image, NamedNode):
            continue
        previous = (item, image)
        rights = next((term for term in (own, general) if isinstance(term, NamedNode)), None)
        yield Pending(Depiction(item, image, rights), sha.value if isinstance(sha, Literal) else None)


def count_pending(client: StoreClient, scope: Scope, examined: Sequence[NamedNode], iris: Iris) -> int:
    """How many pictures ``pending_pictures`` will yield, at most."""
    rows = client.select(f"{SPARQL_PREFIXES}SELECT (COUNT(*) AS ?n) WHERE {{ {_pattern(scope, examined, iris)} }}")
    found = int(str(getattr(rows[0]["n"], "value", 0)))
    return min(found, scope.limit) if scope.limit else found


def _pattern(scope: Scope, examined: Sequence[NamedNode], iris: Iris) -> str:
    """The item's main picture: edm:isShownBy, or edm:object where there is none, unless it is known to be no image."""
    failed = "FILTER NOT EXISTS { ?seen a enr:Failure }" if scope.retry_failed else ""
    unseen = (
        f"""FILTER NOT EXISTS {{
          VALUES ?graph {{ {" ".join(map(str, examined))} }}
          GRAPH ?graph {{ ?seen oa:hasScope ?item ; oa:hasSource ?image . {failed} }}
        }}"""
        if examined
        else ""
    )
    dataset = (
        f"FILTER EXISTS {{ GRAPH ?record {{ ?aggregation edm:aggregatedCHO ?item . "
        f"?record dcterms:isPartOf {iris.thing('dataset', scope.dataset)} }} }}"
        if scope.dataset is not None
        else ""
    )
    return f"""
      ?aggregation edm:aggregatedCHO ?item .
      ?aggregation edm:isShownBy|edm:object ?image .
      FILTER NOT EXISTS {{ ?aggregation edm:isShownBy ?shown FILTER(?shown != ?image) }}
      FILTER NOT EXISTS {{ ?image ebucore:hasMimeType ?mime FILTER(!STRSTARTS(STR(?mime), "image/")) }}
      {dataset}
      {unseen}
    """
