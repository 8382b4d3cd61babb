"""The figures of the start page and of VoID: counting millions for every visitor would be rude to the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pyoxigraph import Literal, NamedNode

from rubricator.iris import Iris
from rubricator.rdf import timestamp
from rubricator.store.snapshots import moment_of
from rubricator_service.reading.extent import Extent, count_by_dataset, read_extent
from rubricator_service.reading.store import Reading, in_time

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Counts:
    """What the published view holds; ``images`` are captures. None is told of what could not be counted in time."""

    records: int | None
    images: int | None
    enrichments: int | None
    concepts: int | None
    triples: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is counted at once. ``modified`` is when what was counted was taken from the store.

    Of a foreign store it is known when the last run ended, and no more. None is told of what could not be counted in
    time.
    """

    counts: Counts
    items_by_body: Mapping[NamedNode, int] | None
    records_by_dataset: Mapping[NamedNode, int] | None
    extent: Extent
    modified: Literal | None


class Patience:
    """Counts until something could not be counted before its deadline: somebody waits, and the rest takes as long."""

    def __init__(self) -> None:
        self._over = False

    def told(self, read: Callable[[], T]) -> T | None:
        """What was read; None if that took too long, or something before it did."""
        found = None if self._over else in_time(read)
        self._over = found is None
        return found


def read_figures(reading: Reading, iris: Iris, foreign: bool) -> Figures:
    """Count everything; takes about a second for a million triples. What there is most of comes last."""
    modified = _last_end(reading, iris) if foreign else timestamp(moment_of(reading.revision()))
    patience, extent = Patience(), read_extent(reading, iris)
    concepts = patience.told(lambda: _concepts(reading, iris))
    records = patience.told(lambda: _count(reading, "?item a edm:ProvidedCHO"))
    images = patience.told(lambda: _count(reading, f"GRAPH {iris.ledger} {{ ?capture a enr:ImageCapture }}"))
    enrichments = patience.told(lambda: _count(reading, "?item enr:hasEnrichment ?annotation"))
    by_dataset = patience.told(lambda: count_by_dataset(reading))
    by_body = patience.told(lambda: count_items_by_body(reading))
    triples = patience.told(lambda: _count(reading, "?s ?p ?o"))
    return Figures(Counts(records, images, enrichments, concepts, triples), by_body, by_dataset, extent, modified)


def count_items_by_body(reading: Reading) -> Mapping[NamedNode, int]:
    """How many items of the published view carry each concept."""
    rows = reading.select(
        """SELECT ?body (COUNT(DISTINCT ?item) AS ?count) WHERE {
          ?item enr:hasEnrichment ?annotation . ?annotation oa:hasBody ?body
        } GROUP BY ?body"""
    )
    return {NamedNode(row["body"].value): int(row["count"].value) for row in rows}


def _count(reading: Reading, pattern: str) -> int:
    return reading.count(f"SELECT (COUNT(*) AS ?count) WHERE {{ {pattern} }}")


def _concepts(reading: Reading, iris: Iris) -> int:
    return reading.count(
        "SELECT (COUNT(DISTINCT ?concept) AS ?count) WHERE "
        f"{{ GRAPH {iris.concepts_graph} {{ ?concept skos:inScheme ?scheme }} }}"
    )


def _last_end(reading: Reading, iris: Iris) -> Literal | None:
    """When the newest run ended."""
    rows = reading.select(
        f"SELECT (MAX(?ended) AS ?modified) WHERE {{ GRAPH {iris.ledger} {{ ?run prov:endedAtTime ?ended }} }}"
    )
    modified = rows[0].get("modified") if rows else None
    return modified if isinstance(modified, Literal) else None
