"""What people decided in the store, as labelled pictures: what was accepted applies, what was rejected does not."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from rubricator.classifier.dataset import Dataset, LabelledImage
from rubricator.errors import UsageError
from rubricator.images import ImageStore
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary

NAME = "reviews"
_UNKNOWN = "unknown"


@dataclass(slots=True)
class _Decided:
    source: str
    accepted: dict[str, None] = field(default_factory=dict)
    rejected: dict[str, None] = field(default_factory=dict)


def reviewed_dataset(client: StoreClient, settings: Settings, vocabulary: Vocabulary) -> Dataset:
    """Every picture of which somebody accepted or rejected a claim; of several decisions on one claim the last counts.

    Its source is the data set of its item. Raises UsageError if nothing was decided.
    """
    concepts = {concept.body.value: concept.slug for concept in vocabulary.concepts}
    pictures: dict[str, _Decided] = {}
    strange: dict[str, int] = defaultdict(int)
    for sha256, body, status, dataset in _decisions(client, settings):
        slug = concepts.get(body)
        if slug is None:
            strange[body] += 1
            continue
        decided = pictures.setdefault(sha256, _Decided(dataset))
        now, before = decided.accepted, decided.rejected
        if status == "rejected":
            now, before = before, now
        before.pop(slug, None)
        now[slug] = None
    if not pictures:
        raise UsageError(
            "Nobody has accepted or rejected an enrichment in this store yet; review some, or name a data set."
        )
    images = ImageStore(settings)
    notes = [f"{count} decisions are about {body}, which the vocabulary has not." for body, count in strange.items()]
    return Dataset(
        NAME,
        tuple(_labelled(images.path(sha256), decided, sha256) for sha256, decided in sorted(pictures.items())),
        tuple(notes),
    )


def _labelled(file: Path, decided: _Decided, sha256: str) -> LabelledImage:
    source = decided.source
    return LabelledImage(file, tuple(decided.accepted), source, source, "evaluate", "", sha256, tuple(decided.rejected))


def _decisions(client: StoreClient, settings: Settings) -> list[tuple[str, str, str, str]]:
    """Hash of the picture, concept, ``accepted`` or ``rejected``, and data set, the earliest first."""
    iris = settings.iris
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?sha256 ?body ?status ?created ?review (MIN(STR(?of)) AS ?dataset) WHERE {{
          GRAPH {iris.reviews} {{
            ?review a enr:Review ; oa:hasTarget ?claim ; oa:hasBody ?status ; dcterms:created ?created .
            VALUES ?status {{ enr:accepted enr:rejected }}
          }}
          GRAPH {iris.ledger} {{ ?run a prov:Bundle . ?image enr:sha256 ?sha256 }}
          GRAPH ?run {{ ?claim oa:hasBody ?body ; prov:wasDerivedFrom ?image ; oa:hasTarget/oa:hasScope ?item }}
          OPTIONAL {{ GRAPH ?record {{ ?record foaf:primaryTopic ?item ; dcterms:isPartOf ?of }} }}
        }} GROUP BY ?sha256 ?body ?status ?created ?review ORDER BY ?created ?review"""
    )
    found = []
    for row in rows:
        text = {name: str(getattr(term, "value", "")) for name, term in row.items()}
        dataset = iris.dataset_name(text["dataset"]) if text.get("dataset") else _UNKNOWN
        found.append((text["sha256"], text["body"], text["status"].rpartition("#")[2], dataset))
    return found
