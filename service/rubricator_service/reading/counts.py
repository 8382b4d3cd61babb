"""The figures of the start page and of VoID: counting millions for every visitor would be rude to the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from rubricator.iris import Iris
from rubricator.rdf import timestamp
from rubricator.store.snapshots import moment_of
from rubricator_service.reading.extent import Extent, read_extent
from rubricator_service.reading.store import Reading


@dataclass(frozen=True, slots=True)
class Counts:
    """What the published view holds; ``images`` are captures, ``modified`` is the end of the newest run."""

    records: int
    images: int
    enrichments: int
    concepts: int
    triples: int
    modified: Literal | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is counted at once. ``modified`` is when what was counted was taken from the store.

    Of a foreign store it is known when the last run ended, and no more.
    """

    counts: Counts
    items_by_body: Mapping[NamedNode, int]
    extent: Extent
    modified: Literal | None


def read_figures(reading: Reading, iris: Iris, foreign: bool) -> Figures:
    """Count everything; takes about a second for a million triples."""
    taken = None if foreign else timestamp(moment_of(reading.revision()))
    counts = count(reading, iris)
    return Figures(counts, count_items_by_body(reading), read_extent(reading, iris), taken or counts.modified)


def count_items_by_body(reading: Reading) -> Mapping[NamedNode, int]:
    """How many items of the published view carry each concept."""
    rows = reading.select(
        """SELECT ?body (COUNT(DISTINCT ?item) AS ?count) WHERE {
          ?item enr:hasEnrichment ?annotation . ?annotation oa:hasBody ?body
        } GROUP BY ?body"""
    )
    return {NamedNode(row["body"].value): int(row["count"].value) for row in rows}


def count(reading: Reading, iris: Iris) -> Counts:
    ended = reading.select(
        f"SELECT (MAX(?ended) AS ?modified) WHERE {{ GRAPH {iris.ledger} {{ ?run prov:endedAtTime ?ended }} }}"
    )
    modified = ended[0].get("modified") if ended else None
    return Counts(
        records=reading.count("SELECT (COUNT(*) AS ?count) WHERE { ?item a edm:ProvidedCHO }"),
        images=reading.count(
            f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {iris.ledger} {{ ?capture a enr:ImageCapture }} }}"
        ),
        enrichments=reading.count("SELECT (COUNT(*) AS ?count) WHERE { ?item enr:hasEnrichment ?annotation }"),
        concepts=reading.count(
            "SELECT (COUNT(DISTINCT ?concept) AS ?count) WHERE "
            f"{{ GRAPH {iris.concepts_graph} {{ ?concept skos:inScheme ?scheme }} }}"
        ),
        triples=reading.count("SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }"),
        modified=modified if isinstance(modified, Literal) else None,
    )
