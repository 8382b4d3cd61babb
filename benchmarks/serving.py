"""The public front end against ``oxigraph serve`` with the same quads: both asked in turns, by the same generator."""

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import quote

from pyoxigraph import RdfFormat, Store

from benchmarks.load import Load, NoGenerator, load
from benchmarks.measure import Measurement
from benchmarks.quads import RECORD_QUADS, write_quads
from benchmarks.servers import Server, front_memory, ours, oxigraph
from benchmarks.workspace import workspace
from rubricator.settings import Settings
from rubricator.store.client import connect

QUADS, SIZES, ROUNDS = 1_000_000, (100_000, 1_000_000, 10_000_000), 3
JSON = "application/sparql-results+json"

_PROXY = "<http://data.europeana.eu/proxy/provider/9990001/bench_%s>"
LOOKUP = f"SELECT ?p ?o {{ {_PROXY} ?p ?o }} # %s"
JOIN = (
    "SELECT ?p ?o { ?aggregation <http://www.europeana.eu/schemas/edm/aggregatedCHO> "
    "<http://data.europeana.eu/item/9990001/bench_%s> ; ?p ?o } # %s"
)
"""What the web server leaves to a reader."""
AGGREGATE = "SELECT ?c (COUNT(*) AS ?n) { ?s <http://purl.org/dc/elements/1.1/creator> ?c } GROUP BY ?c # %s"
MANY_ROWS = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000 # %s"


def measure() -> list[Measurement]:
    try:
        return [*_against_oxigraph(QUADS), *_sizes()]
    except NoGenerator as error:
        print(f"Serving is not measured: {error} (Debian: apt-get install wrk).", file=sys.stderr)
        return []


def _against_oxigraph(quads: int) -> list[Measurement]:
    with _both(quads) as (settings, mine, raw):
        records = quads // RECORD_QUADS
        return [
            _rate("lookups, no query twice", mine, raw, LOOKUP % ("{r}", "{n}"), "≥ 0.45", records=records),
            _rate("joins of two patterns, no query twice", mine, raw, JOIN % ("{r}", "{n}"), "–", records=records),
            _rate("lookups, one query again and again", mine, raw, LOOKUP % (7, ""), "≥ 1.0"),
            _dereferencing(mine, raw),
            _rate("aggregates over all records", mine, raw, AGGREGATE % "{n}", "≥ 0.95", connections=2),
            _volume(mine, raw, connections=1),
            _volume(mine, raw, connections=4),
            _memory(mine),
            _turning(settings, mine, records),
        ]


@contextmanager
def _both(quads: int) -> Iterator[tuple[Settings, Server, Server]]:
    with tempfile.TemporaryDirectory() as directory, workspace() as settings:
        dump = Path(directory) / "dump.nq"
        write_quads(dump, settings.iris.base, quads // RECORD_QUADS)
        with connect(settings) as client:
            client.load_nquads(dump.read_bytes())
        with ours(settings) as mine, oxigraph(dump, Path(directory) / "oxigraph") as raw:
            yield settings, mine, raw


def _in_turns(*works: Callable[[], Load]) -> list[list[Load]]:
    return [list(column) for column in zip(*[[work() for work in works] for _ in range(ROUNDS)], strict=True)]


def _asked(server: Server, query: str) -> str:
    """The path of a query, with the generator's ``{n}`` and ``{r}`` left in it."""
    path = f"{server.sparql}?query={quote(query)}"
    return path.replace("%7Bn%7D", "{n}").replace("%7Br%7D", "{r}")


def _rate(
    what: str, mine: Server, raw: Server, query: str, aim: str, *, connections: int = 8, records: int = 1
) -> Measurement:
    def ask(server: Server) -> Load:
        return load(server.url, _asked(server, query), accept=JSON, connections=connections, records=records)

    own, other = _in_turns(lambda: ask(mine), lambda: ask(raw))
    return _requests(what, own, other, aim, f"{connections} connections")


def _requests(what: str, own: list[Load], other: list[Load], aim: str, remark: str) -> Measurement:
    figures = [statistics.median(one.requests for one in taken) for taken in (own, other)]
    lost = sum(one.lost for one in own)
    waits = [statistics.median(one.p99 for one in taken) for taken in (own, other)]
    said = f"{remark}; p99 {waits[0]:.3g} ms against {waits[1]:.3g} ms; {lost} lost"
    return Measurement(what, "requests/s", figures[0], "`oxigraph serve`", figures[1], aim, said)


def _dereferencing(mine: Server, raw: Server) -> Measurement:
    own, other = _in_turns(
        lambda: load(mine.url, "/item/9990001/bench_7", accept="text/turtle"),
        lambda: load(raw.url, _asked(raw, LOOKUP % (7, "")), accept=JSON),
    )
    return _requests("one item's Turtle, again and again", own, other, "≥ 1.0", "against lookups; 8 connections")


def _volume(mine: Server, raw: Server, connections: int) -> Measurement:
    def ask(server: Server) -> Load:
        path = _asked(server, MANY_ROWS % "{n}")
        return load(server.url, path, accept=JSON, connections=connections, seconds=8)

    own, other = _in_turns(lambda: ask(mine), lambda: ask(raw))
    figures = [statistics.median(one.size for one in taken) / 2**20 for taken in (own, other)]
    what = f"answers of 100,000 rows, {connections} client{'s' * (connections > 1)}"
    return Measurement(what, "MB/s", figures[0], "`oxigraph serve`", figures[1], "≥ 0.9", f"{own[0].lost} lost")


def _memory(mine: Server) -> Measurement:
    """Of the front end alone, while at least fifty long answers pass through it."""
    path, passed = _asked(mine, MANY_ROWS % "{n}"), 0.0
    before = front_memory(mine)
    while passed < 50:
        passed += 8 * load(mine.url, path, accept=JSON, connections=4, seconds=8).requests
    return Measurement(
        f"memory of the front end after {passed:.0f} answers of 100,000 rows", "MB", front_memory(mine),
        "before them", before, "≈ 1", "4 at a time; those of the rows above came before",
    )  # fmt: skip


def _turning(settings: Settings, mine: Server, records: int) -> Measurement:
    """Lookups while somebody writes all the time, so that the snapshot turns every second."""
    stop, lookup = Event(), _asked(mine, LOOKUP % ("{r}", "{n}"))

    def write() -> int:
        number = 0
        with connect(settings) as client:
            while not stop.is_set():
                number += 1
                client.update(f"INSERT DATA {{ <urn:bench:{number}> <urn:bench:number> {number} }}")
                stop.wait(0.02)
        return number

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            taken = load(mine.url, lookup, accept=JSON, seconds=15, records=records)
        finally:
            stop.set()
        remark = f"{writing.result()} writes, a snapshot a second; {taken.requests:.0f} lookups/s"
    asked = 15 * taken.requests
    return Measurement("requests lost while snapshots turn", "requests", taken.lost, "asked", asked, "0", remark)


def _sizes() -> list[Measurement]:
    """How lookups that never repeat go at several sizes."""
    found = [_looked_up(quads).requests for quads in SIZES]
    return [
        Measurement(
            f"lookups, no query twice, {quads:,} quads", "requests/s", rate, f"{SIZES[0]:,} quads", found[0], "≈ 1"
        )
        for quads, rate in zip(SIZES[1:], found[1:], strict=True)
    ]


def _looked_up(quads: int) -> Load:
    records = quads // RECORD_QUADS
    with workspace() as settings, tempfile.TemporaryDirectory() as directory:
        dump = Path(directory) / "dump.nq"
        write_quads(dump, settings.iris.base, records)
        with connect(settings):
            pass  # the store is there, and stands still
        store = Store(settings.store_dir / "db")
        store.bulk_load(path=dump, format=RdfFormat.N_QUADS)
        store.flush()
        del store
        with ours(settings) as mine:
            path = _asked(mine, LOOKUP % ("{r}", "{n}"))
            return load(mine.url, path, accept=JSON, records=records, seconds=8)
