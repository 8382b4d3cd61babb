"""The figures of the start page and of VoID, counted once for each snapshot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from pyoxigraph import Literal, NamedNode

from rubricator.iris import Iris
from rubricator_service.reading.store import Reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Counts:
    """What the published view holds; ``images`` are captures, ``modified`` is the end of the newest run."""

    records: int
    images: int
    enrichments: int
    concepts: int
    triples: int
    modified: Literal | None


class OncePerRevision(Generic[T]):
    """Reads again only when the store has changed: counting millions for every visitor would be rude to the rest."""

    def __init__(self, reading: Reading, read: Callable[[], T]) -> None:
        self._reading = reading
        self._read = read
        self._lock = Lock()
        self._found: tuple[str, T] | None = None

    def get(self) -> T:
        revision = self._reading.revision()
        with self._lock:
            if self._found is None or self._found[0] != revision:
                self._found = revision, self._read()
            return self._found[1]


def count_items_by_body(reading: Reading) -> Mapping[NamedNode, int]:
    """How many items of the published view carry each concept."""
    rows = reading.select(
        """SELECT ?body (COUNT(DISTINCT ?item) AS ?count) WHERE {
          ?item enr:hasEnrichment ?annotation . ?annotation oa:hasBody ?body
        } GROUP BY ?body"""
    )
    return {NamedNode(row["body"].value): int(row["count"].value) for row in rows}


def count(reading: Reading, iris: Iris) -> Counts:
    """Count everything; takes about a second for a million triples."""
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
