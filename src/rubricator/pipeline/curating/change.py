"""Changes what is known of claims and brings the published view up to date, so that no half state is ever served.

The facts and the mark that the view is unsettled are written in one transaction. While the mark is there, the embedded
store publishes nothing new: the service answers from the old view. Then the view's lines are corrected item by item,
each portion in one transaction, which may be repeated, and the mark is taken away. A process that is killed in between
leaves the mark; whoever changes, harvests or serves something next, or ``rubricator view rebuild``, finishes its work.
"""

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import chain, islice

from pyoxigraph import NamedNode, Quad

from rubricator.iris import Iris
from rubricator.pipeline.curating.correct import PORTION, Difference, correct_items, restating
from rubricator.pipeline.curating.facts import FactReader, moment
from rubricator.pipeline.curating.rebuild import items_of_graph, rebuild_view
from rubricator.progress import Progress, silent
from rubricator.rdf import ENR, SPARQL_PREFIXES, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.store.quads import quad_data
from rubricator.store.results import as_iri

_TICK = timedelta(milliseconds=1)


@contextmanager
def view_turn(settings: Settings, shared: bool = False) -> Iterator[None]:
    """Wait for one's turn at the view, on this data directory: alone to correct it, with others to add to it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "view.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def next_moment(client: StoreClient, iris: Iris) -> datetime:
    """Now, or just after the last decision and the last run where a clock went back: their times order them."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT (MAX(?moment) AS ?last) WHERE {{
          {{ GRAPH {iris.reviews} {{ ?review dcterms:created ?moment }} }} UNION
          {{ GRAPH {iris.ledger} {{ ?event enr:reason ?reason ; prov:endedAtTime ?moment }} }} UNION
          {{ GRAPH {iris.ledger} {{ ?run a enr:Run ; prov:startedAtTime|prov:endedAtTime ?moment }} }}
        }}"""
    )
    present = now()
    return max(present, moment(rows[0]["last"]) + _TICK) if rows and "last" in rows[0] else present


def change(
    client: StoreClient, iris: Iris, facts: Iterable[Quad], affected: Iterable[NamedNode], progress: Progress = silent
) -> int:
    """Write facts and let the view follow; call it in one's ``view_turn``.

    ``affected`` are the items, and the graphs of runs with all their items, whose claims may stand or fall by these.
    Returns the number of items.
    """
    marks = (mark(one, iris) for one in affected)
    client.update(f"INSERT DATA {{ {quad_data(chain(facts, marks))} }}")
    return settle(client, iris, progress)


def mark(affected: NamedNode, iris: Iris) -> Quad:
    """That the view does not follow yet what is said of an item, or in the graph of a run or of a retraction."""
    return Quad(iris.unsettled, ENR["affected"], affected, iris.unsettled)


def rebuild(client: StoreClient, iris: Iris, progress: Progress = silent) -> Difference:
    """Derive the whole view anew; call it in one's ``view_turn``. Returns what was put right."""
    client.update(f"INSERT DATA {{ GRAPH {iris.unsettled} {{ {_mark_of_all(iris)} }} }}")
    found = rebuild_view(client, iris, progress)
    _unmark(client, iris)
    return found


def is_settled(client: StoreClient, iris: Iris) -> bool:
    """Whether the view follows all facts, and is published."""
    return not client.ask(f"ASK {{ GRAPH {iris.unsettled} {{ ?mark ?affects ?what }} }}")


def settle(client: StoreClient, iris: Iris, progress: Progress = silent) -> int:
    """Bring the view up to date where it is marked as unsettled, and unmark it. Returns the number of items."""
    if client.ask(f"ASK {{ GRAPH {iris.unsettled} {{ {_mark_of_all(iris)} }} }}"):
        rebuild(client, iris, progress)
        return 0
    done = 0
    with closing(client.clone()) as asking:
        items, graphs = _marked(asking, iris)
        for number in chain(_compared(client, iris, items), _restated(client, iris, asking, graphs)):
            done += number
            progress(done, None)
    _unmark(client, iris)
    return done


def settle_by_comparison(client: StoreClient, iris: Iris) -> None:
    """As ``settle``, where facts were taken away, as in a copy of the past: those left do not tell what goes."""
    with closing(client.clone()) as asking:
        items, graphs = _marked(asking, iris)
        for _ in _compared(client, iris, chain(items, _items(asking, graphs))):
            pass
    _unmark(client, iris)


def settle_what_is_left(client: StoreClient, settings: Settings) -> None:
    """Finish what a process that was killed began, if there is anything; call it outside of one's ``view_turn``."""
    if not is_settled(client, settings.iris):
        with view_turn(settings):
            settle(client, settings.iris)


def _unmark(client: StoreClient, iris: Iris) -> None:
    """Let all be published. Lists of single claims go before, whose retraction nobody lived to say in the ledger."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?graph WHERE {{
          GRAPH {iris.unsettled} {{ ?mark enr:affected ?graph }}
          FILTER(STRSTARTS(STR(?graph), "{iris.retraction_graph("").value}"))
          MINUS {{ GRAPH {iris.ledger} {{ ?event a enr:Retraction . ?graph prov:wasGeneratedBy ?event }} }}
        }}"""
    )
    for row in rows:
        client.delete_graph(as_iri(row["graph"]))
    client.update(f"DROP SILENT GRAPH {iris.unsettled}")


def _marked(client: StoreClient, iris: Iris) -> tuple[list[NamedNode], list[NamedNode]]:
    """The items that are marked, and the graphs that are."""
    rows = client.select(f"SELECT ?what WHERE {{ GRAPH {iris.unsettled} {{ ?mark {ENR['affected']} ?what }} }}")
    marked = [row["what"] for row in rows if isinstance(row["what"], NamedNode)]
    graphs = [one for one in marked if one.value.startswith(f"{iris.base}/graph/")]
    return [one for one in marked if one not in graphs], graphs


def _items(client: StoreClient, graphs: Iterable[NamedNode]) -> Iterator[NamedNode]:
    return chain.from_iterable(items_of_graph(client, graph) for graph in graphs)


def _compared(client: StoreClient, iris: Iris, items: Iterable[NamedNode]) -> Iterator[int]:
    """Correct items whose lines in the view may be those of a claim half written. Yields how many at a time."""
    reader = None
    for portion in _portions(items):
        reader = reader or FactReader(client, iris)
        correct_items(client, iris, reader, portion)
        yield len(portion)


def _restated(client: StoreClient, iris: Iris, asking: StoreClient, graphs: Sequence[NamedNode]) -> Iterator[int]:
    """Correct the items of whole graphs, whose facts tell all that the view may say. Yields how many at a time."""
    if not graphs:
        return
    from rubricator.engine.ahead import ahead  # here, because the engine takes a quarter of a second to load

    with closing(client.clone()) as reading:
        reader, portions = FactReader(reading, iris), _portions(_items(asking, graphs))
        # The facts of the next portion are read while the store writes what follows from those of the last.
        updates = ahead(lambda items: (len(items), restating(reader, iris, items)), portions, window=1, threads=1)
        with closing(updates):
            for number, update in updates:
                if update:
                    client.update(update)
                yield number


def _portions(items: Iterable[NamedNode]) -> Iterator[tuple[NamedNode, ...]]:
    remaining = iter(items)
    while portion := tuple(dict.fromkeys(islice(remaining, PORTION))):
        yield portion


def _mark_of_all(iris: Iris) -> str:
    """That all graphs are affected: the view as a whole."""
    return f"{iris.unsettled} {ENR['affected']} {iris.graph('')} ."
