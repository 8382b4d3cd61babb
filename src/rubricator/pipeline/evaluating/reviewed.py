"""What people decided in the store, as labelled pictures: what was accepted applies, what was rejected does not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from rubricator.classifier.dataset import Dataset, LabelledImage
from rubricator.enrichment.reviews import Decision
from rubricator.enrichment.standing import Judgement, Standing, standings
from rubricator.errors import UsageError
from rubricator.images import ImageStore
from rubricator.pipeline.curating.facts import FactReader
from rubricator.plural import plural
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.store.results import as_iri
from rubricator.vocabulary import Vocabulary

NAME = "reviews"
PORTION = 500
_UNKNOWN = "unknown"


@dataclass(slots=True)
class _Decided:
    source: str
    accepted: dict[str, None] = field(default_factory=dict)
    rejected: dict[str, None] = field(default_factory=dict)

    def decide(self, slug: str, applies: bool) -> None:
        now, before = (self.accepted, self.rejected) if applies else (self.rejected, self.accepted)
        before.pop(slug, None)
        now[slug] = None


def reviewed_dataset(client: StoreClient, settings: Settings, vocabulary: Vocabulary) -> Dataset:
    """Every picture of which somebody accepted, rejected or replaced a claim, by the decision that counts.

    Its source is the data set of its item. Raises UsageError if nothing was decided.
    """
    slugs = {concept.body: concept.slug for concept in vocabulary.concepts}
    pictures: dict[str, _Decided] = {}
    strange: Counter[str] = Counter()
    # Where items share a picture and people disagree, the later decision holds.
    for one in sorted(_decided(client, settings), key=lambda one: (one.judgement.moment, one.judgement.review.value)):
        for body, applies in _said(one):
            if body not in slugs:
                strange[body.value] += 1
            else:
                pictures.setdefault(one.sha256, _Decided(one.dataset)).decide(slugs[body], applies)
    if not pictures:
        raise UsageError(
            "Nobody has accepted or rejected an enrichment in this store yet; review some, or name a data set."
        )
    images = ImageStore(settings)
    notes = [
        f"Left out: {plural(count, 'decision')} about {body}, which the vocabulary has not."
        for body, count in strange.items()
    ]
    return Dataset(
        NAME,
        tuple(_labelled(images.path(sha256), decided, sha256) for sha256, decided in sorted(pictures.items())),
        tuple(notes),
    )


def _labelled(file: Path, decided: _Decided, sha256: str) -> LabelledImage:
    source = decided.source
    return LabelledImage(file, tuple(decided.accepted), source, source, "evaluate", "", sha256, tuple(decided.rejected))


@dataclass(frozen=True, slots=True)
class _Decision:
    """A claim's concept, the judgement that counts, the hash of the picture and the data set of the item."""

    body: NamedNode
    judgement: Judgement
    sha256: str
    dataset: str


def _said(one: _Decision) -> Iterator[tuple[NamedNode, bool]]:
    """Which concepts apply to the picture, and which do not."""
    if one.judgement.decision is Decision.accepted:
        yield one.body, True
    elif one.judgement.decision in (Decision.rejected, Decision.replaced):
        yield one.body, False
    if one.judgement.replacement:
        yield one.judgement.replacement.body, True


def _decided(client: StoreClient, settings: Settings) -> Iterator[_Decision]:
    iris = settings.iris
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?item WHERE {{
          GRAPH {iris.reviews} {{ ?review a enr:Review ; oa:hasTarget ?claim }}
          GRAPH ?graph {{ ?claim oa:hasTarget ?target . ?target oa:hasScope ?item }}
        }}"""
    )
    items, reader = [as_iri(row["item"]) for row in rows], FactReader(client, iris)
    for start in range(0, len(items), PORTION):
        portion = items[start : start + PORTION]
        judged = [one for one in standings(reader.of(portion)) if one.judgement]
        yield from _with_pictures(client, settings, judged)


def _with_pictures(client: StoreClient, settings: Settings, judged: list[Standing]) -> Iterator[_Decision]:
    claims = " ".join(str(one.claim.annotation) for one in judged)
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?claim (SAMPLE(?hash) AS ?sha256) (MIN(STR(?of)) AS ?dataset) WHERE {{
          GRAPH ?graph {{
            VALUES ?claim {{ {claims} }} ?claim prov:wasDerivedFrom ?image ; oa:hasTarget/oa:hasScope ?item
          }}
          GRAPH {settings.iris.ledger} {{ ?image enr:sha256 ?hash }}
          OPTIONAL {{ GRAPH ?record {{ ?record foaf:primaryTopic ?item ; dcterms:isPartOf ?of }} }}
        }} GROUP BY ?claim"""
    )
    found = {row["claim"]: row for row in rows}
    for one in judged:
        row = found.get(one.claim.annotation)
        if row is None or one.judgement is None:
            continue
        sha256, dataset = row["sha256"], row.get("dataset")
        named = settings.iris.dataset_name(dataset.value) if isinstance(dataset, Literal) else _UNKNOWN
        yield _Decision(one.claim.body, one.judgement, getattr(sha256, "value", ""), named)
