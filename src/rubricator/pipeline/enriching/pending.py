"""Which pictures no run has looked at yet. The store is the checkpoint; there is no second bookkeeping."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from pyoxigraph import NamedNode

from rubricator.enrichment.claims import Depiction
from rubricator.enrichment.earlier import Examined
from rubricator.images import thumbnail_address
from rubricator.iris import Iris
from rubricator.pipeline.enriching.candidates import Outcome, Scope, candidates, has_thumbnail, repaired_addresses
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.rights import CLASSES
from rubricator.settings import Reusability, Settings
from rubricator.store.client import StoreClient

_SCHEMA = """
    CREATE TABLE candidates (
        item TEXT, rank INTEGER, image TEXT, media_type TEXT, rights TEXT, class INTEGER, sha256 TEXT, outcome INTEGER,
        PRIMARY KEY (item, rank, image)
    ) WITHOUT ROWID;
    CREATE TABLE spellings (image TEXT PRIMARY KEY, spelling TEXT) WITHOUT ROWID;
    CREATE TABLE allowed (class INTEGER PRIMARY KEY);
"""
# Of several statements of rights on one picture, the one that allows least holds.
_ADD = """INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    rights = iif(excluded.class > class, excluded.rights, rights), class = max(class, excluded.class),
    sha256 = coalesce(sha256, excluded.sha256), outcome = max(outcome, excluded.outcome)"""
# What may be fetched is pending until a run has looked at it or failed to; what may not, until a run has said so.
_CHOSEN = """SELECT item, image, media_type, rights, class, class IN allowed AS may, sha256, spelling
    FROM candidates AS chosen LEFT JOIN spellings USING (image)
    WHERE outcome < iif(class IN allowed, :settled, :closed)
    AND (rank, image) = (SELECT rank, image FROM candidates WHERE item = chosen.item ORDER BY rank, image LIMIT 1)
    ORDER BY item LIMIT :limit"""
_OURS = -1


@dataclass(frozen=True, slots=True)
class Pending:
    """A picture to look at. ``sha256`` is that of a capture, None where its bytes were never captured.

    ``media_type`` is what the record says of a picture that is no image, None for all others; ``needed`` is the class
    of rights that would have to be allowed, None where the picture may be fetched.
    """

    depiction: Depiction
    sha256: str | None
    media_type: str | None = None
    needed: Reusability | None = None


class PendingPictures:
    """One picture of each item that has any, as the store was at one moment; what is written meanwhile changes nothing.

    An item's picture is its edm:isShownBy, else its edm:object, else its first edm:hasView; of several alike, the first
    by IRI; items that are gone have none. Kept in a temporary file, so that neither memory nor an open answer of the
    store grows with the collection.
    """

    def __init__(self, client: StoreClient, scope: Scope, examined: Sequence[Examined], settings: Settings) -> None:
        self._settings = settings
        self._asked = {
            "settled": Outcome.SEEN if scope.retry_failed else Outcome.FAILED,
            "closed": Outcome.CLOSED,
            "limit": -1 if scope.limit is None else scope.limit,
        }
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        allowed = [_OURS, *(CLASSES.index(allowed) for allowed in set(settings.reusability))]
        self._database.executemany("INSERT INTO allowed VALUES (?)", ((one,) for one in allowed))
        self._database.executemany(_ADD, candidates(client, scope, examined, settings))
        if settings.pictures == "thumbnail":
            self._database.executemany("INSERT OR IGNORE INTO spellings VALUES (?, ?)", repaired_addresses(client))
        self._database.execute("COMMIT")

    def __len__(self) -> int:
        (count,) = self._database.execute(f"SELECT COUNT(*) FROM ({_CHOSEN})", self._asked).fetchone()  # noqa: S608
        return int(count)

    def fit(self) -> Iterator[Pending]:
        """Those that may be pictures and may be fetched, by item."""
        return (picture for picture in self._all() if picture.media_type is None and picture.needed is None)

    def unfit(self) -> Iterator[Pending]:
        """All others: no pictures, as the record says, or pictures that may not be fetched."""
        return (picture for picture in self._all() if picture.media_type is not None or picture.needed is not None)

    def _all(self) -> Iterator[Pending]:
        rows = self._database.execute(_CHOSEN, self._asked)
        for item, image, media_type, rights, class_, may, sha256, spelling in rows:
            rendition = self._thumbnail(item, image, spelling)
            depiction = Depiction(NamedNode(item), NamedNode(image), NamedNode(rights) if rights else None, rendition)
            yield Pending(depiction, sha256, media_type, None if may else CLASSES[class_])

    def _thumbnail(self, item: str, image: str, spelling: str | None) -> NamedNode | None:
        if self._settings.pictures != "thumbnail" or not has_thumbnail(item, image, self._settings):
            return None
        return NamedNode(thumbnail_address(self._settings.europeana_api, spelling or image))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()


def has_dataset(client: StoreClient, dataset: str, iris: Iris) -> bool:
    """Whether any record belongs to this data set."""
    iri = iris.thing("dataset", dataset)
    return client.ask(f"{SPARQL_PREFIXES}ASK {{ GRAPH ?record {{ ?record dcterms:isPartOf {iri} }} }}")
