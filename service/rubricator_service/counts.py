"""The figures of the start page and of VoID, counted once for each snapshot."""

from dataclasses import dataclass
from threading import Lock

from pyoxigraph import Literal

from rubricator.iris import Iris
from rubricator_service.reading import Reading


@dataclass(frozen=True, slots=True)
class Counts:
    """What the published view holds; ``images`` are captures, ``modified`` is the end of the newest run."""

    records: int
    images: int
    enrichments: int
    concepts: int
    triples: int
    modified: Literal | None


class CountsOfRevision:
    """Counts again only when the store has changed: counting millions for every visitor would be rude to the rest."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._revision: str | None = None
        self._counts: Counts | None = None

    def read(self, reading: Reading, iris: Iris) -> Counts:
        revision = reading.revision()
        with self._lock:
            if self._counts is None or self._revision != revision:
                self._counts, self._revision = _count(reading, iris), revision
            return self._counts


def _count(reading: Reading, iris: Iris) -> Counts:
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
