"""Derives the whole published view from the named graphs, portion by portion, in flat memory.

Lines come from three places: the concepts, the records (without what is known of them, which names their graphs), and
what stands of the claims. What is right is left alone, so that a view that is right is only read. Harvests may
go on meanwhile: what they publish is compared and put right in single updates.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice

from pyoxigraph import BlankNode, NamedNode

from rubricator.enrichment.view import proxy_iri
from rubricator.iris import Iris
from rubricator.pipeline.curating.correct import PORTION, Difference, compare_items, correct_items
from rubricator.pipeline.curating.facts import FactReader
from rubricator.progress import Progress, silent
from rubricator.rdf import ENR, FOAF, SPARQL_PREFIXES
from rubricator.store.client import StoreClient
from rubricator.store.results import Row, as_iri

_LINES = 4000
"""Lines that are looked at at once."""


def check_view(client: StoreClient, iris: Iris, progress: Progress = silent) -> Difference:
    """Compare the view with what the facts say. Changes nothing; call it in one's ``view_turn``."""
    return _go_through(client, iris, False, progress)


def rebuild_view(client: StoreClient, iris: Iris, progress: Progress = silent) -> Difference:
    """Put the view right wherever it is not what the facts say. Returns what was put right.

    Call it in one's ``view_turn`` and while the view is marked as unsettled: readers keep what they have meanwhile.
    """
    return _go_through(client, iris, True, progress)


def _go_through(client: StoreClient, iris: Iris, write: bool, progress: Progress) -> Difference:
    """Claims first: whatever their correction takes away too much, the records put back."""
    found, done = Difference(), 0
    with closing(client.clone()) as asking, closing(_Items(asking, iris)) as items:
        published = _published_graphs(asking, iris)
        steps = chain(
            _claimed(client, iris, items, write),
            _recorded(client, iris, published, write),
            _strays(client, iris, items, write),
        )
        for number, difference in steps:
            done += number
            found += difference
            progress(done, None)
    return found


class _Items:
    """Every item that has a claim, or has one according to the view, once; in a temporary file."""

    def __init__(self, client: StoreClient, iris: Iris) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE items (item TEXT PRIMARY KEY, proxy TEXT) WITHOUT ROWID")
        self._database.execute("BEGIN")
        self._add(_enriched(client), iris)
        for graph in _run_graphs(client, iris):
            self._add(items_of_graph(client, graph), iris)
        self._database.execute("CREATE INDEX proxies ON items (proxy)")
        self._database.execute("COMMIT")

    def _add(self, items: Iterable[NamedNode], iris: Iris) -> None:
        rows = ((item.value, proxy_iri(item, iris).value) for item in items)
        self._database.executemany("INSERT OR IGNORE INTO items VALUES (?, ?)", rows)

    def __iter__(self) -> Iterator[NamedNode]:
        return (NamedNode(item) for (item,) in self._database.execute("SELECT item FROM items"))

    def has_proxy(self, proxy: str) -> bool:
        """Whether this is our proxy of one of them."""
        return bool(self._database.execute("SELECT 1 FROM items WHERE proxy = ?", (proxy,)).fetchone())

    def close(self) -> None:
        self._database.close()


def items_of_graph(client: StoreClient, graph: NamedNode) -> Iterator[NamedNode]:
    """The items that a run looked at, or whose claims a retraction names; some more than once."""
    rows = client.select_stream(
        f"""{SPARQL_PREFIXES}SELECT ?item WHERE {{
          {{ GRAPH {graph} {{ ?target oa:hasScope ?item }} }} UNION
          {{ GRAPH {graph} {{ ?claim prov:wasInvalidatedBy ?event }}
             GRAPH ?run {{ ?claim oa:hasTarget ?target . ?target oa:hasScope ?item }} }}
        }}"""
    )
    return (item for (item,) in rows if isinstance(item, NamedNode))


def _enriched(client: StoreClient) -> Iterator[NamedNode]:
    rows = client.select_stream(f"SELECT ?item WHERE {{ ?item {ENR['hasEnrichment']} ?annotation }}")
    return (item for (item,) in rows if isinstance(item, NamedNode))


def _run_graphs(client: StoreClient, iris: Iris) -> list[NamedNode]:
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?graph WHERE {{
          GRAPH {iris.ledger} {{ ?run a enr:Run . ?graph prov:wasGeneratedBy ?run }}
        }}"""
    )
    return [as_iri(row["graph"]) for row in rows]


def _published_graphs(client: StoreClient, iris: Iris) -> Iterator[NamedNode]:
    """The concepts and the records."""
    yield iris.concepts_graph
    rows = client.select_stream(f"SELECT ?graph WHERE {{ GRAPH ?graph {{ ?graph {FOAF['primaryTopic']} ?item }} }}")
    yield from (graph for (graph,) in rows if isinstance(graph, NamedNode))


def _claimed(
    client: StoreClient, iris: Iris, items: Iterable[NamedNode], write: bool
) -> Iterator[tuple[int, Difference]]:
    reader, remaining = FactReader(client, iris), iter(items)
    while portion := tuple(islice(remaining, PORTION)):
        if write:
            yield len(portion), correct_items(client, iris, reader, portion)
        else:
            wrong, missing = compare_items(client, iris, reader, portion)
            yield len(portion), Difference(len(wrong), len(missing))


def _recorded(
    client: StoreClient, iris: Iris, graphs: Iterator[NamedNode], write: bool
) -> Iterator[tuple[int, Difference]]:
    """What records and concepts say and the view does not."""
    while portion := tuple(islice(graphs, PORTION)):
        lacking = f"""WHERE {{
          VALUES ?graph {{ {" ".join(map(str, portion))} }} GRAPH ?graph {{ ?s ?p ?o }} {_published(iris)}
          FILTER NOT EXISTS {{ ?s ?p ?o }}
        }}"""
        missing = len(client.select(f"SELECT DISTINCT ?s ?p ?o {lacking}"))
        if missing and write:
            client.update(f"INSERT {{ ?s ?p ?o }} {lacking}")
        yield len(portion), Difference(missing=missing)


def _strays(client: StoreClient, iris: Iris, items: _Items, write: bool) -> Iterator[tuple[int, Difference]]:
    """What the view says and neither a record, nor a concept, nor a claim that was compared explains."""
    unexplained = f"FILTER NOT EXISTS {{ {_explained(iris)} }}"
    with closing(client.clone()) as asking:
        remaining = asking.select_stream(f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o {unexplained} }}")
        while portion := tuple(islice(remaining, _LINES)):
            strays = _not_about_claims(client, iris, items, portion)
            named = [line for line in strays if not any(isinstance(term, BlankNode) for term in line)]
            if write and named:
                values = " ".join(f"({' '.join(map(str, line))})" for line in named)
                client.update(f"DELETE {{ ?s ?p ?o }} WHERE {{ VALUES (?s ?p ?o) {{ {values} }} {unexplained} }}")
            if write and len(named) < len(strays):
                blank = "?s ?p ?o FILTER(ISBLANK(?s) || ISBLANK(?o))"
                client.update(f"DELETE {{ ?s ?p ?o }} WHERE {{ {blank} {unexplained} }}")
            yield 0, Difference(wrong=len(strays))


def _not_about_claims(client: StoreClient, iris: Iris, items: _Items, lines: Sequence[Row]) -> list[Row]:
    """Lines about annotations that items name, and about our proxies of items, were compared with the facts."""
    annotations = {
        s for s, _, _ in lines if isinstance(s, NamedNode) and s.value.startswith(f"{iris.base}/annotation/")
    }
    linked = set()
    if annotations:
        values = " ".join(map(str, annotations))
        rows = client.select(f"SELECT ?s WHERE {{ VALUES ?s {{ {values} }} ?item {ENR['hasEnrichment']} ?s }}")
        linked = {row["s"] for row in rows}
    return [
        line
        for line in lines
        if line[1] != ENR["hasEnrichment"]
        and line[0] not in linked
        and not (isinstance(line[0], NamedNode) and items.has_proxy(line[0].value))
    ]


def _published(iris: Iris) -> str:
    """Of ?graph, all where it holds the concepts, but not what that of a record says of itself, as where it is from."""
    return f"""FILTER(?graph = {iris.concepts_graph} ||
        (?s != ?graph && !STRSTARTS(STR(?s), CONCAT(STR(?graph), "#"))))"""


def _explained(iris: Iris) -> str:
    """Matches where a record or concept says ?s ?p ?o."""
    records = f'"{iris.base}/graph/edm/"'
    return f"""GRAPH ?graph {{ ?s ?p ?o }}
        FILTER(STRSTARTS(STR(?graph), {records}) || ?graph = {iris.concepts_graph}) {_published(iris)}"""
