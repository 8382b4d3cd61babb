"""Which single claims are to be retracted: what was asked for, and the claims that fit, kept on disk until it is done.

``concept``, ``dataset`` and ``provider`` may each be given several times, and any of them fits; different criteria have
to fit together.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import Literal, NamedNode

from rubricator.enrichment.answers import tail
from rubricator.enrichment.events import LedgerEvent
from rubricator.errors import NotFound, UsageError
from rubricator.iris import Iris
from rubricator.pipeline.enriching.pending import has_dataset
from rubricator.rdf import ENR, SPARQL_PREFIXES
from rubricator.store.client import StoreClient
from rubricator.vocabulary import Vocabulary

NAMES = ("concept", "dataset", "provider", "confidence", "annotations")
PORTION = 500
"""Annotations of a file that are looked up at once."""
_SCHEMA = """
    PRAGMA journal_mode = OFF;
    CREATE TABLE claims (annotation TEXT PRIMARY KEY, item TEXT) WITHOUT ROWID;
    CREATE TABLE others (item TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_BAND = re.compile(r"(0|1|0?\.\d+|[01]\.\d+)?\.\.(0|1|0?\.\d+|[01]\.\d+)?")


@dataclass(frozen=True, slots=True)
class Selection:
    """Criteria, as ``asked`` (``name=value``) and as they are looked for; None or empty stands for any.

    ``least`` and ``most`` bound the confidence, both included.
    """

    asked: tuple[str, ...]
    bodies: tuple[NamedNode, ...] = ()
    datasets: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    annotations: Path | None = None


def selection_of(asked: Sequence[str], vocabulary: Vocabulary) -> Selection:
    """Read criteria as ``name=value``. Raises UsageError or NotFound with what to write instead."""
    values: dict[str, list[str]] = {name: [] for name in NAMES}
    for criterion in asked:
        name, equals, value = criterion.partition("=")
        if name not in values or not equals or not value:
            raise UsageError(f"--where {criterion!r} is none; give {', '.join(f'{one}=…' for one in NAMES)}.")
        values[name].append(value)
    for name in ("confidence", "annotations"):
        if len(values[name]) > 1:
            raise UsageError(f"--where {name}=… can be given once only.")
    least, most = _band(values["confidence"][0]) if values["confidence"] else (None, None)
    return Selection(
        tuple(asked),
        tuple(_body(name, vocabulary) for name in values["concept"]),
        tuple(values["dataset"]),
        tuple(values["provider"]),
        least,
        most,
        Path(values["annotations"][0]) if values["annotations"] else None,
    )


def _body(name: str, vocabulary: Vocabulary) -> NamedNode:
    if "://" in name:
        try:
            return NamedNode(name)
        except ValueError as error:
            raise UsageError(f"--where concept={name} is no IRI.") from error
    try:
        return vocabulary.by_slug(name).body
    except KeyError:
        known = ", ".join(concept.slug for concept in vocabulary.concepts)
        raise NotFound(f"There is no concept {name!r}; give an IRI, or one of {known}.") from None


def _band(text: str) -> tuple[Decimal | None, Decimal | None]:
    found = _BAND.fullmatch(text)
    bounds = [Decimal(bound) if bound else None for bound in found.groups()] if found else []
    if not any(bound is not None for bound in bounds) or any(bound is not None and bound > 1 for bound in bounds):
        raise UsageError(f"--where confidence={text} is no band; write 0.3..0.6, 0.3.. or ..0.6.")
    least, most = bounds
    if least is not None and most is not None and least > most:
        raise UsageError(f"--where confidence={text} is empty; write the smaller bound first.")
    return least, most


class SelectedClaims:
    """The claims of some runs that fit and that no event in force retracts one by one, as the store was at one moment.

    Kept in a temporary file, so that memory does not grow with their number, and what is retracted is what was told.
    """

    def __init__(
        self,
        client: StoreClient,
        iris: Iris,
        graphs: Sequence[NamedNode],
        selection: Selection,
        events: Iterable[LedgerEvent],
    ) -> None:
        """Raises NotFound for data sets that are not there, and for annotations in a file that are no such claims."""
        for dataset in selection.datasets:
            if not has_dataset(client, dataset, iris):
                raise NotFound(f"There is no data set {dataset!r}; `rubricator harvest sources` tells what there is.")
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        with closing(client.clone()) as asking:
            if selection.annotations is None:
                for graph in graphs:
                    self._add(asking, graph, selection)
            else:
                self._add_listed(asking, graphs, selection, selection.annotations)
            if selection.datasets:
                self._keep(asking.select_stream(_items_of_datasets(iris, selection.datasets)))
            if selection.providers:
                self._keep(asking.select_stream(_items_of_providers(selection.providers)))
        self._database.execute("COMMIT")
        self.drop_retracted(client, iris, events)

    def drop_retracted(self, client: StoreClient, iris: Iris, events: Iterable[LedgerEvent]) -> None:
        """Leave out what these events retract one by one."""
        with closing(client.clone()) as asking:
            for event in events:
                if event.holds and event.claims is not None:
                    self._drop(asking.select_stream(_named_by(iris.retraction_graph(tail(event.iri)))))

    def _add(
        self, client: StoreClient, graph: NamedNode, selection: Selection, annotations: Sequence[NamedNode] = ()
    ) -> None:
        rows = client.select_stream(_query(graph, selection, annotations))
        self._database.executemany("INSERT OR IGNORE INTO claims VALUES (?, ?)", map(_texts, rows))

    def _add_listed(self, client: StoreClient, graphs: Sequence[NamedNode], selection: Selection, path: Path) -> None:
        listed = _listed(path)
        while named := tuple(islice(listed, PORTION)):
            whose = _graphs_of(client, named)
            strange = next((one for one in named if whose.get(one) not in graphs), None)
            if strange is not None:
                raise NotFound(
                    f"{strange.value}, listed in {path}, is no claim of a run that was named and is not retracted; "
                    "take it out of the list, or name `all` runs."
                )
            for graph in dict.fromkeys(whose.values()):
                self._add(client, graph, selection, [one for one in named if whose[one] == graph])

    def _keep(self, rows: Iterable[Sequence[object]]) -> None:
        """Only the claims on the items in the rows."""
        self._database.execute("DELETE FROM others")
        self._database.executemany("INSERT OR IGNORE INTO others VALUES (?)", map(_texts, rows))
        self._database.execute("DELETE FROM claims WHERE item NOT IN (SELECT item FROM others)")

    def _drop(self, rows: Iterable[Sequence[object]]) -> None:
        self._database.executemany("DELETE FROM claims WHERE annotation = ?", map(_texts, rows))

    def __len__(self) -> int:
        return self._count("SELECT COUNT(*) FROM claims")

    def count_items(self) -> int:
        return self._count("SELECT COUNT(DISTINCT item) FROM claims")

    def count_among(self, annotations: Iterable[str]) -> int:
        """How many of these annotations are selected."""
        found = self._database.execute
        return sum(1 for one in annotations if found("SELECT 1 FROM claims WHERE annotation = ?", (one,)).fetchone())

    def annotations(self) -> Iterator[NamedNode]:
        return (NamedNode(one) for (one,) in self._database.execute("SELECT annotation FROM claims"))

    def _count(self, query: str) -> int:
        return int(self._database.execute(query).fetchone()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()


def _texts(row: Sequence[object]) -> tuple[str, ...]:
    return tuple(getattr(term, "value", "") for term in row)


def _listed(path: Path) -> Iterator[NamedNode]:
    """One IRI a line. Raises UsageError for a file that cannot be read or a line that is none."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if iri := line.strip().strip("<>"):
                    try:
                        yield NamedNode(iri)
                    except ValueError as error:
                        raise UsageError(f"{path}, line {number}: {iri!r} is no IRI of an annotation.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: give a text file with one IRI of an annotation a line.") from error


def _graphs_of(client: StoreClient, annotations: Sequence[NamedNode]) -> dict[NamedNode, NamedNode]:
    values = " ".join(map(str, annotations))
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?annotation ?graph WHERE {{
          GRAPH ?graph {{ VALUES ?annotation {{ {values} }} ?annotation a oa:Annotation ; edm:confidenceLevel ?c }}
        }}"""
    )
    return {row["annotation"]: row["graph"] for row in rows}  # type: ignore[misc]


def _query(graph: NamedNode, selection: Selection, annotations: Sequence[NamedNode]) -> str:
    named = f"VALUES ?annotation {{ {' '.join(map(str, annotations))} }}" if annotations else ""
    bodies = f"VALUES ?body {{ {' '.join(map(str, selection.bodies))} }}" if selection.bodies else ""
    bounds = [
        f"FILTER(?confidence {comparison} {bound})"
        for comparison, bound in ((">=", selection.least), ("<=", selection.most))
        if bound is not None
    ]
    return f"""{SPARQL_PREFIXES}SELECT ?annotation ?item WHERE {{
      GRAPH {graph} {{
        {named} {bodies}
        ?annotation a oa:Annotation ; oa:hasBody ?body ; edm:confidenceLevel ?confidence ; oa:hasTarget ?target .
        ?target oa:hasScope ?item .
        {" ".join(bounds)}
      }}
    }}"""


# What follows is not joined with the claims by the store: its time would grow with the square of the items.


def _items_of_datasets(iris: Iris, datasets: Sequence[str]) -> str:
    named = " ".join(str(iris.thing("dataset", dataset)) for dataset in datasets)
    return f"""{SPARQL_PREFIXES}SELECT ?item WHERE {{
      GRAPH ?record {{ VALUES ?set {{ {named} }} ?record dcterms:isPartOf ?set ; foaf:primaryTopic ?item }}
    }}"""


def _items_of_providers(providers: Sequence[str]) -> str:
    """A provider is meant by its name, in any language, or by its IRI."""
    names = ", ".join(str(Literal(name)) for name in providers)
    return f"""{SPARQL_PREFIXES}SELECT ?item WHERE {{ GRAPH ?record {{
      ?aggregation edm:aggregatedCHO ?item ; edm:dataProvider|edm:provider ?provider .
      OPTIONAL {{ ?provider skos:prefLabel|foaf:name ?name }}
      FILTER(STR(?provider) IN ({names}) || STR(?name) IN ({names}))
    }} }}"""


def _named_by(retraction: NamedNode) -> str:
    return f"{SPARQL_PREFIXES}SELECT ?claim WHERE {{ GRAPH {retraction} {{ ?claim prov:wasInvalidatedBy ?event }} }}"


def accepted(client: StoreClient) -> Iterator[str]:
    """The annotations of all claims that people accepted and that the view holds."""
    query = f"SELECT ?annotation WHERE {{ ?annotation {ENR['reviewStatus']} {ENR['accepted']} }}"
    with closing(client.clone()) as asking:
        yield from (getattr(annotation, "value", "") for (annotation,) in asking.select_stream(query))
