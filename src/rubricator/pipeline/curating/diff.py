"""Compares what two runs claimed, item by item, on disk: memory does not grow with their claims.

What became of the claims afterwards (reviews, retractions) plays no part: this is about what the runs said.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Self

from pyoxigraph import NamedNode

from rubricator.enrichment.changes import Change, Claimed, Kind
from rubricator.plural import plural
from rubricator.rdf import SPARQL_PREFIXES
from rubricator.store.client import StoreClient

_SCHEMA = """
    PRAGMA journal_mode = OFF;
    CREATE TABLE looked (item TEXT, run INTEGER, PRIMARY KEY (item, run)) WITHOUT ROWID;
    CREATE TABLE claims (
        item TEXT, body TEXT, property TEXT, run INTEGER, annotation TEXT, confidence TEXT,
        PRIMARY KEY (item, body, property, run)
    ) WITHOUT ROWID;
"""
# Of several pictures of an item the surest claim counts.
_ADD = """INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    annotation = excluded.annotation, confidence = excluded.confidence
    WHERE CAST(excluded.confidence AS REAL) > CAST(confidence AS REAL)"""
_CHANGED = """
    SELECT claims.item, claims.body, claims.property, claims.annotation, claims.confidence, NULL, NULL, 0 AS place,
      EXISTS (SELECT 1 FROM looked WHERE looked.item = claims.item AND run = 1) FROM claims
    LEFT JOIN claims AS other ON (other.item, other.body, other.property, other.run) =
      (claims.item, claims.body, claims.property, 1)
    WHERE claims.run = 0 AND other.item IS NULL
    UNION ALL
    SELECT claims.item, claims.body, claims.property, NULL, NULL, claims.annotation, claims.confidence, 1,
      EXISTS (SELECT 1 FROM looked WHERE looked.item = claims.item AND run = 0) FROM claims
    LEFT JOIN claims AS other ON (other.item, other.body, other.property, other.run) =
      (claims.item, claims.body, claims.property, 0)
    WHERE claims.run = 1 AND other.item IS NULL
    UNION ALL
    SELECT claims.item, claims.body, claims.property, claims.annotation, claims.confidence, other.annotation,
      other.confidence, 2, 1 FROM claims
    JOIN claims AS other ON (other.item, other.body, other.property, other.run) =
      (claims.item, claims.body, claims.property, 1)
    WHERE claims.run = 0 AND :moved IS NOT NULL
      AND ABS(CAST(claims.confidence AS REAL) - CAST(other.confidence AS REAL)) >= :moved - 1e-9
    ORDER BY 1, 8, 2"""
_KINDS = (Kind.lost, Kind.gained, Kind.moved)


class Comparison:
    """The claims of two runs, as the store was at one moment, in a temporary file."""

    def __init__(self, client: StoreClient, before: NamedNode, after: NamedNode, moved: float | None = None) -> None:
        """``before`` and ``after`` are graphs of runs; a confidence that differs by ``moved`` is a change, too."""
        self._moved = {"moved": moved}
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        with closing(client.clone()) as asking:
            for run, graph in enumerate((before, after)):
                looked = asking.select_stream(_LOOKED_AT.format(graph=graph))
                self._database.executemany(
                    "INSERT OR IGNORE INTO looked VALUES (?, ?)", ((_value(item), run) for (item,) in looked)
                )
                claims = asking.select_stream(_CLAIMS.format(graph=graph))
                self._database.executemany(
                    _ADD,
                    (
                        (_value(item), _value(body), _value(property_), run, _value(annotation), _value(confidence))
                        for item, body, property_, annotation, confidence in claims
                    ),
                )
        self._database.execute("COMMIT")

    def changes(self) -> Iterator[Change]:
        """All changes, by item: first what was lost, then what was gained, then what moved."""
        for item, body, property_, old, was, new, is_now, place, looked in self._database.execute(
            _CHANGED, self._moved
        ):
            yield Change(
                NamedNode(item),
                _KINDS[place],
                NamedNode(body),
                NamedNode(property_),
                Claimed(NamedNode(old), Decimal(was)) if old else None,
                Claimed(NamedNode(new), Decimal(is_now)) if new else None,
                bool(looked),
            )

    def summary(self) -> "Summary":
        """Reads all changes once."""
        kinds: Counter[Kind] = Counter()
        items, last, alone = 0, None, 0
        for change in self.changes():
            kinds[change.kind] += 1
            alone += not change.both_looked
            items += change.item != last
            last = change.item
        (both,) = self._database.execute(
            "SELECT COUNT(*) FROM looked JOIN looked AS other USING (item) WHERE looked.run = 0 AND other.run = 1"
        ).fetchone()
        return Summary(items, both, alone, kinds[Kind.gained], kinds[Kind.lost], kinds[Kind.moved])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()


@dataclass(frozen=True, slots=True)
class Summary:
    """How many items changed, how many both runs looked at, and how many concepts were gained, lost or moved.

    ``alone`` are changes on items that one of the runs alone looked at.
    """

    items: int
    both: int
    alone: int
    gained: int
    lost: int
    moved: int

    @property
    def sentence(self) -> str:
        moved = f", moved {self.moved:,}" if self.moved else ""
        alone = f"; {self.alone:,} of these on items that one of the runs alone looked at" if self.alone else ""
        return (
            f"{plural(self.items, 'item')} changed: concepts gained {self.gained:,}, lost {self.lost:,}{moved}{alone}. "
            f"Both runs looked at {self.both:,}."
        )


# Failures are no look: they name an item, and nothing points to them as to a target.
_LOOKED_AT = SPARQL_PREFIXES.replace("{", "{{").replace("}", "}}") + (
    "SELECT ?item WHERE {{ GRAPH {graph} {{ ?said oa:hasTarget ?target . ?target oa:hasScope ?item }} }}"
)
_CLAIMS = SPARQL_PREFIXES.replace("{", "{{").replace("}", "}}") + (
    """SELECT ?item ?body ?property ?annotation ?confidence WHERE {{ GRAPH {graph} {{
      ?annotation a oa:Annotation ; oa:hasBody ?body ; enr:property ?property ; edm:confidenceLevel ?confidence ;
        oa:hasTarget ?target . ?target oa:hasScope ?item
    }} }}"""
)


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))
