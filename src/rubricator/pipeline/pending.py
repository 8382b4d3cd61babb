"""Which pictures no run has looked at yet. The store is the checkpoint; there is no second bookkeeping."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from pyoxigraph import NamedNode

from rubricator.enrichment.claims import Depiction
from rubricator.iris import Iris
from rubricator.rdf import EDM, SPARQL_PREFIXES
from rubricator.store.client import StoreClient

# How an item names its pictures, best first; what is known to be no image comes last.
_LINKS = (EDM["isShownBy"], EDM["object"], EDM["hasView"])
_NO_IMAGE = len(_LINKS)
_SCHEMA = """CREATE TABLE candidates (
    item TEXT, rank INTEGER, image TEXT, media_type TEXT, rights TEXT, sha256 TEXT, looked_at INTEGER,
    PRIMARY KEY (item, rank, image)
) WITHOUT ROWID"""
_CHOSEN = """SELECT item, image, media_type, rights, sha256 FROM candidates AS chosen WHERE NOT looked_at
    AND (rank, image) = (SELECT rank, image FROM candidates WHERE item = chosen.item ORDER BY rank, image LIMIT 1)
    ORDER BY item LIMIT ?"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run is asked to look at; None means everything."""

    dataset: str | None = None
    limit: int | None = None
    retry_failed: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """A picture to look at. ``sha256`` is that of a capture, None where its bytes were never captured.

    ``media_type`` is what the record says of a picture that is no image, None for all others.
    """

    depiction: Depiction
    sha256: str | None
    media_type: str | None = None


class PendingPictures:
    """One picture of each item that has any, as the store was at one moment; what is written meanwhile changes nothing.

    An item's picture is its edm:isShownBy, else its edm:object, else its first edm:hasView; of several alike, the first
    by IRI. Kept in a temporary file, so that neither memory nor an open answer of the store grows with the collection.
    """

    def __init__(self, client: StoreClient, scope: Scope, examined: Sequence[NamedNode], iris: Iris) -> None:
        self._limit = -1 if scope.limit is None else scope.limit
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(_SCHEMA)
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT OR IGNORE INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?)", _candidates(client, scope, examined, iris)
        )
        self._database.execute("COMMIT")

    def __len__(self) -> int:
        (count,) = self._database.execute(f"SELECT COUNT(*) FROM ({_CHOSEN})", (self._limit,)).fetchone()  # noqa: S608
        return int(count)

    def fit(self) -> Iterator[Pending]:
        """Those that may be pictures, by item."""
        return (picture for picture in self._all() if picture.media_type is None)

    def unfit(self) -> Iterator[Pending]:
        """Those of which the record says that they are none."""
        return (picture for picture in self._all() if picture.media_type is not None)

    def _all(self) -> Iterator[Pending]:
        with closing(self._database.execute(_CHOSEN, (self._limit,))) as rows:
            for item, image, media_type, rights, sha256 in rows:
                depiction = Depiction(NamedNode(item), NamedNode(image), NamedNode(rights) if rights else None)
                yield Pending(depiction, sha256, media_type)

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


def count_failed(client: StoreClient, examined: Sequence[NamedNode]) -> int:
    """How many pictures failed in these runs and were seen in none of them."""
    if not examined:
        return 0
    graphs = " ".join(map(str, examined))
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT (COUNT(DISTINCT ?item) AS ?n) WHERE {{
          VALUES ?graph {{ {graphs} }} GRAPH ?graph {{ ?f a enr:Failure ; oa:hasScope ?item ; oa:hasSource ?image }}
          FILTER NOT EXISTS {{
            VALUES ?other {{ {graphs} }} GRAPH ?other {{ ?seen oa:hasScope ?item ; oa:hasSource ?image .
            FILTER NOT EXISTS {{ ?seen a enr:Failure }} }}
          }}
        }}"""
    )
    return int(str(getattr(rows[0]["n"], "value", 0)))


_Candidate = tuple[str, int, str, str | None, str | None, str | None, bool]


def _candidates(client: StoreClient, scope: Scope, examined: Sequence[NamedNode], iris: Iris) -> Iterator[_Candidate]:
    ranks = {link: rank for rank, link in enumerate(_LINKS)}
    for item, link, image, mime, own, general, sha, seen in client.select_stream(_query(scope, examined, iris)):
        if not (isinstance(item, NamedNode) and isinstance(link, NamedNode) and isinstance(image, NamedNode)):
            continue
        media_type = getattr(mime, "value", None)
        no_image = media_type is not None and not media_type.startswith("image/")
        rights = next((term.value for term in (own, general) if isinstance(term, NamedNode)), None)
        yield (
            item.value,
            _NO_IMAGE if no_image else ranks[link],
            image.value,
            media_type if no_image else None,
            rights,
            getattr(sha, "value", None),
            seen is not None,
        )


def _query(scope: Scope, examined: Sequence[NamedNode], iris: Iris) -> str:
    """All pictures of the items whose main picture has not been looked at, and whether they have been."""
    failed = "FILTER NOT EXISTS { ?seen a enr:Failure }" if scope.retry_failed else ""
    graphs = " ".join(map(str, examined))
    looked_at = (
        f"VALUES ?graph {{ {graphs} }} GRAPH ?graph {{ ?seen oa:hasScope ?item ; oa:hasSource %s . {failed} }}"
        if examined
        else ""
    )
    done = f"FILTER NOT EXISTS {{ ?aggregation edm:isShownBy ?main . {looked_at % '?main'} }}" if examined else ""
    seen = f"OPTIONAL {{ {looked_at % '?image'} }}" if examined else ""
    dataset = (
        f"FILTER EXISTS {{ GRAPH ?record {{ ?aggregation edm:aggregatedCHO ?item . "
        f"?record dcterms:isPartOf {iris.thing('dataset', scope.dataset)} }} }}"
        if scope.dataset is not None
        else ""
    )
    return f"""{SPARQL_PREFIXES}SELECT ?item ?link ?image ?mime ?own ?general ?sha ?seen WHERE {{
      ?aggregation edm:aggregatedCHO ?item .
      {dataset}
      {done}
      VALUES ?link {{ {" ".join(map(str, _LINKS))} }}
      ?aggregation ?link ?image .
      OPTIONAL {{ ?image ebucore:hasMimeType ?mime }}
      OPTIONAL {{ ?image edm:rights ?own }}
      OPTIONAL {{ ?aggregation edm:rights ?general }}
      OPTIONAL {{ GRAPH {iris.ledger} {{ ?capture prov:specializationOf ?image ; enr:sha256 ?sha }} }}
      {seen}
    }}"""
