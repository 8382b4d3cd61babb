"""The state of an earlier moment: a copy of the store, from which all is taken that was said of claims since.

The copy shares the files of the newest snapshot, so it costs what happened since that moment, not what there is.
Records, concepts and harvests are not kept in versions: the copy has them as they are now.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from pyoxigraph import NamedNode

from rubricator.errors import StoreUnavailable, UsageError
from rubricator.iris import Iris
from rubricator.pipeline.curating.change import settle_by_comparison
from rubricator.rdf import ENR, SPARQL_PREFIXES, timestamp
from rubricator.settings import Settings
from rubricator.store.client import StoreClient, connect
from rubricator.store.results import as_iri
from rubricator.store.snapshots import hold_current

_AT_THE_END = "prov:endedAtTime enr:imageCount enr:annotationCount enr:nearMissCount enr:failureCount enr:manifest"


@contextmanager
def store_as_of(settings: Settings, moment: datetime) -> Iterator[Settings]:
    """The settings of a store as it was at ``moment``, which is deleted when the context ends.

    Call it while the store runs. Raises UsageError for a foreign store, of which there are no snapshots.
    """
    if settings.store_url is not None:
        raise UsageError("--as-of needs the embedded store; for another, take the query in docs/auditors.md.")
    with _temporary_directory(settings) as directory:
        then = settings.model_copy(update={"data_dir": directory})
        _copy_snapshot(settings, then.store_dir / "db")
        with connect(then) as client:
            rewind(client, settings.iris, moment)
        yield then


def rewind(client: StoreClient, iris: Iris, moment: datetime) -> None:
    """Take from a store all that was said of claims after ``moment``, and let its view follow."""
    later = f"FILTER(?moment > {timestamp(moment)})"
    graphs = _graphs(client, iris, f"?by a enr:Run ; prov:startedAtTime ?moment . {later}")
    graphs += _graphs(client, iris, f"?by a enr:Retraction ; prov:endedAtTime ?moment . {later}")
    affected = (
        f"INSERT {{ GRAPH {iris.unsettled} {{ {iris.unsettled} {ENR['affected']} ?what }} }} WHERE {{ {pattern} }}"
        for pattern in _affected(iris, later)
    )
    client.update(SPARQL_PREFIXES + " ;\n".join((*affected, *_forgetting(iris, moment))))
    settle_by_comparison(client, iris)
    # These go last: they tell which items the view spoke of.
    for graph in graphs:
        client.delete_graph(graph)


def _affected(iris: Iris, later: str) -> Iterator[str]:
    """Patterns that bind ?what to the graphs and items of which something was said later."""
    ledger, reviews = iris.ledger, iris.reviews
    event = f"GRAPH {ledger} {{ ?event enr:reason ?reason ; prov:endedAtTime ?moment }} {later}"
    of = "GRAPH ?run { ?claim oa:hasTarget ?target . ?target oa:hasScope ?what }"
    yield f"GRAPH {ledger} {{ ?run a enr:Run ; prov:startedAtTime ?moment . ?what prov:wasGeneratedBy ?run }} {later}"
    for invalidating in ("?event", "?revoked"):
        revoking = f"GRAPH {ledger} {{ ?event enr:revokes ?revoked }}" if invalidating == "?revoked" else ""
        yield f"{event} {revoking} GRAPH {ledger} {{ ?what prov:wasInvalidatedBy {invalidating} }}"
        yield f"{event} {revoking} GRAPH ?retraction {{ ?claim prov:wasInvalidatedBy {invalidating} }} {of}"
    yield f"GRAPH {reviews} {{ ?review a enr:Review ; dcterms:created ?moment ; oa:hasTarget ?claim }} {later} {of}"


def _forgetting(iris: Iris, at: datetime) -> Iterator[str]:
    """Updates that delete what was said later; what events made known of graphs goes before the events."""
    ledger, reviews = iris.ledger, iris.reviews
    later, earlier = f"FILTER(?moment > {timestamp(at)})", f"FILTER(?before <= {timestamp(at)})"
    event = f"?event enr:reason ?reason ; prov:endedAtTime ?moment . {later}"
    yield _delete(
        ledger,
        "?new dcterms:replaces ?old . ?new prov:wasRevisionOf ?old",
        f"""?event a enr:Supersession . {event} ?old prov:wasInvalidatedBy ?event . ?new dcterms:replaces ?old .
        ?new prov:wasRevisionOf ?old . FILTER NOT EXISTS {{
          ?old prov:wasInvalidatedBy ?first . ?first a enr:Supersession ; prov:endedAtTime ?before . {earlier}
        }}""",
    )
    yield _delete(
        ledger,
        "?graph prov:wasInvalidatedBy ?event . ?graph prov:invalidatedAtTime ?moment",
        f"{event} ?graph prov:wasInvalidatedBy ?event . ?graph prov:invalidatedAtTime ?moment",
    )
    yield _delete(ledger, "?s ?p ?o", f"{event} ?s prov:wasGeneratedBy ?event . ?s ?p ?o")
    yield _delete(ledger, "?event ?p ?o", f"{event} ?event ?p ?o")
    review = f"?review a enr:Review ; dcterms:created ?moment . {later}"
    yield _delete(reviews, "?claim ?p ?o", f"{review} ?review enr:replacement ?claim . ?claim ?p ?o")
    yield _delete(reviews, "?review ?p ?o", f"{review} ?review ?p ?o")
    run = f"?run a enr:Run ; prov:startedAtTime ?moment . {later}"
    yield _delete(ledger, "?s ?p ?o", f"{run} ?run prov:qualifiedAssociation ?s . ?s ?p ?o")
    yield _delete(ledger, "?s ?p ?o", f"{run} ?s prov:wasGeneratedBy ?run . ?s ?p ?o")
    yield _delete(ledger, "?run ?p ?o", f"{run} ?run ?p ?o")
    ended = f"?run a enr:Run ; prov:endedAtTime ?moment . {later}"
    yield _delete(ledger, "?run ?p ?o", f"{ended} VALUES ?p {{ {_AT_THE_END} }} ?run ?p ?o")


def _delete(graph: NamedNode, what: str, where: str) -> str:
    return f"DELETE {{ GRAPH {graph} {{ {what} }} }} WHERE {{ GRAPH {graph} {{ {where} }} }}"


def _graphs(client: StoreClient, iris: Iris, made: str) -> list[NamedNode]:
    """The graphs that something wrote, ``made`` says what ?by was."""
    rows = client.select(
        f"{SPARQL_PREFIXES}SELECT ?graph WHERE {{ GRAPH {iris.ledger} {{ {made} ?graph prov:wasGeneratedBy ?by }} }}"
    )
    return [as_iri(row["graph"]) for row in rows]


@contextmanager
def _temporary_directory(settings: Settings) -> Iterator[Path]:
    """A directory on the store's file system; what killed processes left of theirs goes first."""
    room = settings.data_dir / "as-of"
    room.mkdir(parents=True, exist_ok=True)
    for left in room.iterdir():
        with suppress(OSError), (left / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)
    directory = Path(mkdtemp(dir=room))
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)


def _copy_snapshot(settings: Settings, path: Path) -> None:
    """Tables are shared, which RocksDB never changes; what it goes on writing is copied."""
    held = hold_current(settings.store_dir / "snapshots")
    if held is None:
        raise StoreUnavailable("There is no snapshot of the store yet: run `rubricator view rebuild` and ask again.")
    try:
        shutil.copytree(held.database, path, copy_function=_share)
    finally:
        held.close()


def _share(source: str, target: str) -> None:
    if source.endswith(".sst"):
        with suppress(OSError):  # a file system without hard links
            os.link(source, target)
            return
    shutil.copy2(source, target)
