"""What is published of each item, with all that any of the forms for others tells of it. Streamed, item by item."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.reviews import Decision, Replacement
from rubricator.enrichment.standing import Judgement, Standing, State, replacements, standings
from rubricator.iris import Iris
from rubricator.pipeline.curating.facts import FactReader
from rubricator.pipeline.curating.reviewable import UNREVIEWED
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri

PORTION = 500


@dataclass(frozen=True, slots=True)
class Published:
    """One claim that is published. ``person`` says whether somebody stands for it: it was accepted, or replaces one.

    ``field`` is the EDM property that it is meant for.
    ``confidence`` is None where a person makes the claim. ``since`` is when it got as it is: the start of its run, or
    the decision that counts. ``reviewer`` is the agent of that decision. ``datasets`` are those of the item's records.
    """

    annotation: NamedNode
    item: NamedNode
    image: NamedNode
    body: NamedNode
    field: NamedNode
    confidence: Literal | None
    status: str
    run: NamedNode
    software: NamedNode
    since: datetime
    reviewer: NamedNode | None
    datasets: tuple[NamedNode, ...]

    @property
    def person(self) -> bool:
        return self.confidence is None or self.status == Decision.accepted


@dataclass(frozen=True, slots=True)
class _Origin:
    """What a claim is about, and what made it."""

    item: NamedNode
    image: NamedNode
    run: NamedNode
    software: NamedNode
    datasets: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which claims are exported; None stands for any. A claim without confidence is as sure as can be."""

    run: NamedNode | None = None
    dataset: NamedNode | None = None
    body: NamedNode | None = None
    status: str | None = None
    least: float = 0.0
    most: float = 1.0
    since: datetime | None = None

    def has(self, one: Published) -> bool:
        confidence = float(one.confidence.value) if one.confidence else 1.0
        return (
            (self.body is None or one.body == self.body)
            and (self.status is None or one.status == self.status)
            and (self.dataset is None or self.dataset in one.datasets)
            and self.least <= confidence <= self.most
            and (self.since is None or one.since >= self.since)
        )


def published(client: StoreClient, iris: Iris, chosen: Chosen) -> Iterator[Published]:
    """The chosen claims, those of one item together. The client serves this stream alone while it is open."""
    asking = client.clone()
    try:
        reader, rows = FactReader(asking, iris), client.select_stream(_items(chosen))
        while portion := tuple(item for (item,) in islice(rows, PORTION) if isinstance(item, NamedNode)):
            for one in _told(asking, iris, standings(reader.of(portion)), chosen):
                if chosen.has(one):
                    yield one
    finally:
        asking.close()


def _items(chosen: Chosen) -> str:
    """The view names every item of which something is published; a run and a data set narrow it down."""
    record = ""
    if chosen.dataset:
        record = f"GRAPH ?record {{ ?record dcterms:isPartOf {chosen.dataset} ; foaf:primaryTopic ?item }}"
    if chosen.run:
        return f"""{SPARQL_PREFIXES}SELECT DISTINCT ?item WHERE {{
          GRAPH {chosen.run} {{ ?claim a oa:Annotation ; oa:hasTarget ?target . ?target oa:hasScope ?item }} {record}
        }}"""
    return f"{SPARQL_PREFIXES}SELECT DISTINCT ?item WHERE {{ ?item enr:hasEnrichment ?claim {record} }}"


def _told(client: StoreClient, iris: Iris, found: Sequence[Standing], chosen: Chosen) -> Iterator[Published]:
    instead = list(replacements(found))
    current = [one for one in found if one.state is State.current and _of_run(one, chosen)]
    replaced = [(one, judgement, claim) for one, judgement, claim in instead if _of_run(one, chosen)]
    origins = _origins(client, iris, [*current, *(one for one, _, _ in replaced)])
    for one in current:
        yield _machine(one, origins[one.claim.annotation])
    for one, judgement, claim in replaced:
        yield _replacement(judgement, claim, origins[one.claim.annotation])


def _of_run(one: Standing, chosen: Chosen) -> bool:
    return chosen.run is None or one.claim.graph == chosen.run


def _machine(one: Standing, origin: _Origin) -> Published:
    claim, judgement = one.claim, one.judgement
    return Published(
        claim.annotation,
        origin.item,
        origin.image,
        claim.body,
        claim.property,
        claim.confidence,
        str(judgement.decision) if judgement else UNREVIEWED,
        origin.run,
        origin.software,
        max(claim.begun, judgement.moment) if judgement else claim.begun,
        judgement.reviewer if judgement else None,
        origin.datasets,
    )


def _replacement(judgement: Judgement, replacement: Replacement, origin: _Origin) -> Published:
    return Published(
        replacement.annotation,
        origin.item,
        origin.image,
        replacement.body,
        replacement.property,
        None,
        str(Decision.accepted),
        origin.run,
        origin.software,
        judgement.moment,
        judgement.reviewer,
        origin.datasets,
    )


def _origins(client: StoreClient, iris: Iris, shown: Sequence[Standing]) -> dict[NamedNode, _Origin]:
    """By annotation."""
    if not shown:
        return {}
    claims = " ".join(str(one.claim.annotation) for one in shown)
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?claim ?item ?image ?run ?software ?dataset WHERE {{
          GRAPH ?graph {{
            VALUES ?claim {{ {claims} }} ?claim oa:hasTarget ?target . ?target oa:hasSource ?image ; oa:hasScope ?item
          }}
          GRAPH {iris.ledger} {{ ?graph prov:wasGeneratedBy ?run . ?run a enr:Run ; prov:wasAssociatedWith ?software }}
          OPTIONAL {{ GRAPH ?record {{ ?record foaf:primaryTopic ?item ; dcterms:isPartOf ?dataset }} }}
        }} ORDER BY ?claim ?dataset"""
    )
    found: dict[NamedNode, _Origin] = {}
    for row in rows:
        claim = as_iri(row["claim"])
        datasets = found[claim].datasets if claim in found else ()
        if "dataset" in row:
            datasets = (*datasets, as_iri(row["dataset"]))
        item, image, run, software = (as_iri(row[name]) for name in ("item", "image", "run", "software"))
        found[claim] = _Origin(item, image, run, software, datasets)
    return found
