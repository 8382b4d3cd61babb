"""Changes what is known of claims and brings the published view up to date, so that no half state is ever served.

The facts and the mark that the view is unsettled are written in one transaction. While the mark is there, the embedded
store publishes nothing new: the service answers from the old view. Then the view's lines are corrected item by item,
each portion in one transaction, and the mark is taken away. A process that is killed in between leaves the mark;
whoever changes something next, or ``rubricator view rebuild``, finishes its work.
"""

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import chain, islice

from pyoxigraph import NamedNode, Quad, Triple

from rubricator.enrichment.standing import standings
from rubricator.enrichment.view import proxy_iri, view_triples
from rubricator.iris import Iris
from rubricator.pipeline.curating.facts import FactReader, moment
from rubricator.progress import Progress, silent
from rubricator.rdf import ENR, OA, SPARQL_PREFIXES, now
from rubricator.settings import Settings
from rubricator.store.client import StoreClient
from rubricator.store.quads import quad_data

PORTION = 500
"""Items whose lines are corrected in one transaction."""
_TICK = timedelta(milliseconds=1)


@contextmanager
def view_turn(settings: Settings, shared: bool = False) -> Iterator[None]:
    """Wait for one's turn at the view, on this data directory: alone to correct it, with others to add to it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "view.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def next_moment(client: StoreClient, iris: Iris) -> datetime:
    """Now, or just after the last decision where a clock went back: decisions are ordered by their times."""
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT (MAX(?moment) AS ?last) WHERE {{
          {{ GRAPH {iris.reviews} {{ ?review dcterms:created ?moment }} }} UNION
          {{ GRAPH {iris.ledger} {{ ?event enr:reason ?reason ; prov:endedAtTime ?moment }} }}
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
    marks = (Quad(iris.unsettled, ENR["affected"], one, iris.unsettled) for one in affected)
    client.update(f"INSERT DATA {{ {quad_data(chain(facts, marks))} }}")
    return settle(client, iris, progress)


def settle(client: StoreClient, iris: Iris, progress: Progress = silent) -> int:
    """Bring the view up to date where it is marked as unsettled, and unmark it. Returns the number of items."""
    reader, done = FactReader(client, iris), 0
    with closing(client.clone()) as asking:
        items = _affected(asking, iris)
        while portion := tuple(islice(items, PORTION)):
            correct_items(client, iris, reader, portion)
            done += len(portion)
            progress(done, None)
    client.update(f"DROP SILENT GRAPH {iris.unsettled}")
    return done


def _affected(client: StoreClient, iris: Iris) -> Iterator[NamedNode]:
    """The items that are marked, and those of the graphs that are."""
    marked = client.select(f"SELECT ?what WHERE {{ GRAPH {iris.unsettled} {{ ?mark {ENR['affected']} ?what }} }}")
    whole = [row["what"] for row in marked if str(row["what"]).startswith(f"<{iris.base}/graph/")]
    yield from (row["what"] for row in marked if isinstance(row["what"], NamedNode) and row["what"] not in whole)
    for graph in whole:
        items = client.select_stream(f"SELECT DISTINCT ?item WHERE {{ GRAPH {graph} {{ ?t {OA['hasScope']} ?item }} }}")
        yield from (item for (item,) in items if isinstance(item, NamedNode))


def correct_items(client: StoreClient, iris: Iris, reader: FactReader, items: Sequence[NamedNode]) -> None:
    """Make the view say of these items what follows from the facts, in one transaction."""
    # First what the view says, then the facts: a claim that is added in between is then written twice, not taken away.
    published = _published(client, iris, items)
    wanted = view_triples(standings(reader.of(items)), iris)
    wrong, missing = published - wanted, wanted - published
    if wrong or missing:
        client.update(f"DELETE DATA {{ {_lines(wrong)} }} ; INSERT DATA {{ {_lines(missing)} }}")


def _published(client: StoreClient, iris: Iris, items: Sequence[NamedNode]) -> set[Triple]:
    """The lines of the view that are about enrichments of these items."""
    enriched, proxies = " ".join(map(str, items)), " ".join(str(proxy_iri(item, iris)) for item in items)
    rows = client.select(
        f"""{SPARQL_PREFIXES}SELECT ?s ?p ?o WHERE {{
          {{ VALUES ?s {{ {enriched} }} VALUES ?p {{ enr:hasEnrichment }} ?s ?p ?o }} UNION
          {{ VALUES ?item {{ {enriched} }} ?item enr:hasEnrichment ?s . ?s ?p ?o }} UNION
          {{ VALUES ?s {{ {proxies} }} ?s ?p ?o }}
        }}"""
    )
    return {Triple(row["s"], row["p"], row["o"]) for row in rows}  # type: ignore[arg-type]


def _lines(triples: Iterable[Triple]) -> str:
    return " ".join(f"{triple} ." for triple in triples)
