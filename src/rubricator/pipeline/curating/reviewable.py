"""The claims that people may look at, and what became of each: streamed, whatever their number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from rubricator.enrichment.standing import Standing, State, standings
from rubricator.enrichment.titles import read_titles
from rubricator.iris import Iris
from rubricator.pipeline.curating.facts import FactReader
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri

PORTION = 500
UNREVIEWED = "unreviewed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims. ``status`` is that of a review (unreviewed, accepted, …); None stands for any.

    Only claims of runs in force are listed, unless ``retired`` asks for retracted and superseded ones too.
    """

    run: NamedNode | None = None
    dataset: NamedNode | None = None
    body: NamedNode | None = None
    status: str | None = None
    least: float = 0.0
    most: float = 1.0
    retired: bool = False

    def has(self, one: Standing) -> bool:
        claim, confidence = one.claim, float(one.claim.confidence.value)
        return (
            (self.run is None or claim.graph == self.run)
            and (self.body is None or claim.body == self.body)
            and (self.status is None or status(one) == self.status)
            and self.least <= confidence <= self.most
            and (self.retired or one.state not in (State.retracted, State.superseded))
        )


@dataclass(frozen=True, slots=True)
class Reviewable:
    """A claim, what became of it, the address of its picture, and the title of its item, empty where it has none."""

    standing: Standing
    image: NamedNode
    title: str


def status(one: Standing) -> str:
    """What people have decided of a claim."""
    return str(one.judgement.decision) if one.judgement else UNREVIEWED


def reviewable(client: StoreClient, iris: Iris, wanted: Wanted) -> Iterator[Reviewable]:
    """The claims that are wanted, item by item. The client serves this stream alone while it is open."""
    asking = client.clone()
    try:
        reader, rows = FactReader(asking, iris), client.select_stream(_items(iris, wanted))
        while portion := tuple(item for (item,) in islice(rows, PORTION) if isinstance(item, NamedNode)):
            found = [one for one in standings(reader.of(portion)) if wanted.has(one)]
            images, titles = _images(asking, found), read_titles(asking, [one.claim.item for one in found])
            for one in found:
                yield Reviewable(one, images[one.claim.annotation], titles.get(one.claim.item, ""))
    finally:
        asking.close()


def _items(iris: Iris, wanted: Wanted) -> str:
    record = run = body = ""
    if wanted.dataset:
        record = f"GRAPH ?record {{ ?record dcterms:isPartOf {wanted.dataset} ; foaf:primaryTopic ?item }}"
    if not wanted.run:
        run = f"GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?run . ?run a enr:Run }}"
    if wanted.body:
        body = f"; oa:hasBody {wanted.body}"
    graph = wanted.run or "?graph"
    return f"""{SPARQL_PREFIXES}SELECT DISTINCT ?item WHERE {{
      {run}
      GRAPH {graph} {{ ?claim a oa:Annotation ; oa:hasTarget ?target {body} . ?target oa:hasScope ?item }}
      {record}
    }}"""


def _images(client: StoreClient, found: Sequence[Standing]) -> dict[NamedNode, NamedNode]:
    if not found:
        return {}
    claims = " ".join(str(one.claim.annotation) for one in found)
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?claim ?image WHERE {{
          GRAPH ?graph {{ VALUES ?claim {{ {claims} }} ?claim oa:hasTarget ?target . ?target oa:hasSource ?image }}
        }}"""
    )
    return {as_iri(row["claim"]): as_iri(row["image"]) for row in rows}
