"""Which pictures of the same concept are most like one: by features that runs have left in the cache."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from rubricator.classifier import FeatureCache
from rubricator.enrichment.explanation import Neighbour
from rubricator.images import ImageStore
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.rights import reusability
from rubricator.settings import Settings
from rubricator.store.client import StoreClient

if TYPE_CHECKING:
    from torch import Tensor

SHOWN = 5
MOST_COMPARED = 50_000
"""Claims of one concept that are compared at most: reading them takes seconds."""


@dataclass(frozen=True, slots=True)
class Alike:
    """What pictures are compared with: unit ``features`` (dimension,) of the picture with this sha-256."""

    features: "Tensor"
    sha256: str
    model_key: str


def nearest(client: StoreClient, settings: Settings, body: NamedNode, alike: Alike) -> tuple[Neighbour, ...]:
    """The pictures of other items that were claimed to show the concept and that nobody rejected, nearest first.

    Only such that are in the image cache still, and that may be shown.
    """
    images = ImageStore(settings)
    claimed = sorted(_claimed(client, settings, body, alike), key=lambda pair: -pair[0].cosine)
    closed = {one.sha256 for one, rights in claimed if not may_be_shown(one.image, rights, settings)}
    found: dict[NamedNode, Neighbour] = {}
    for neighbour, _ in claimed:
        if len(found) == SHOWN:
            break
        if neighbour.sha256 not in closed and images.path(neighbour.sha256).is_file():
            found.setdefault(neighbour.item, neighbour)
    return tuple(found.values())


def may_be_shown(image: NamedNode, rights: str | None, settings: Settings) -> bool:
    """Whether our pages may show a picture: with rights that allow it, or our own, which we serve in any case."""
    return image.value.startswith(settings.iris.media("").value) or reusability(rights) != "permission"


def _claimed(
    client: StoreClient, settings: Settings, body: NamedNode, alike: Alike
) -> Iterator[tuple[Neighbour, str | None]]:
    """Pictures whose features are known, with their rights."""
    rows = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT DISTINCT ?item ?image ?sha256 ?rights WHERE {{
          ?item enr:hasEnrichment ?annotation .
          ?annotation oa:hasBody {body} .
          FILTER NOT EXISTS {{ ?annotation enr:reviewStatus enr:rejected }}
          GRAPH ?run {{ ?annotation prov:wasDerivedFrom ?capture ; oa:hasTarget/oa:hasSource ?image }}
          GRAPH {settings.iris.ledger} {{ ?capture enr:sha256 ?sha256 OPTIONAL {{ ?capture edm:rights ?rights }} }}
          FILTER(?sha256 != {Literal(alike.sha256)})
        }} LIMIT {MOST_COMPARED:d}"""
    )
    with FeatureCache(settings.feature_dir / "features.sqlite", alike.model_key) as cache:
        for item, image, sha256, rights in rows:
            if isinstance(item, NamedNode) and isinstance(image, NamedNode) and isinstance(sha256, Literal):
                known = cache.get(sha256.value)
                if known is not None:
                    cosine = float(known @ alike.features)
                    yield Neighbour(item, image, sha256.value, cosine), getattr(rights, "value", None)
