"""Lookups of one client while another asks the worst: their p99 against that of the same lookups when it is quiet."""

import http.client
import itertools
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.measure import Measurement
from benchmarks.records import record_zip
from benchmarks.servers import ours
from benchmarks.serving import JOIN, LOOKUP
from benchmarks.workspace import workspace
from rubricator.harvest.edmfile import harvest_edm
from rubricator.pipeline.harvesting.ingest import ingest
from rubricator.store.client import connect

RECORDS, SECONDS, ROUNDS, TIMEOUT, CLIENTS = 5000, 10.0, 3, 4.0, 2
_DIRECT = {"Content-Type": "application/sparql-query"}
_NUMBERS = " ".join(map(str, range(300)))
_BLOCKS = " ".join(f"VALUES ?v{block} {{ {_NUMBERS} }}" for block in range(4))
_TEXT = "CONCAT(STR(?v0), STR(?v1), STR(?v2), STR(?v3))"
HOSTILE = (
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f",
    f"SELECT (COUNT(*) AS ?n) {{ {_BLOCKS} }}",
    f'SELECT (COUNT(*) AS ?n) {{ {_BLOCKS} FILTER(REGEX({_TEXT}, "^(([0-9])+.)+[A-Z]$")) }}',
    f"ASK {{ ?s ?p '{'x' * 10_000_000}' }}",
)


def measure() -> list[Measurement]:
    with tempfile.TemporaryDirectory() as directory, workspace() as settings:
        with connect(settings) as client:
            ingest(harvest_edm([record_zip(Path(directory) / "records.zip", RECORDS)]), client, settings)
        with ours(settings):
            return [
                _measured(settings.port, "lookups", LOOKUP),
                _measured(settings.port, "joins of two patterns", JOIN),
            ]


def _measured(port: int, what: str, query: str) -> Measurement:
    rounds = list[tuple[float, float]]()
    for number in range(ROUNDS):
        quiet = _p99(port, query)
        with _attack(port, f"127.0.0.{3 + number}"):
            rounds.append((_p99(port, query), quiet))
    hostile, quiet = (1000 * statistics.median(column) for column in zip(*rounds, strict=True))
    remark = (
        f"{CLIENTS} connections; beside them, without end, two cross products, one of them sorted, COUNT over four "
        f"blocks of VALUES, a catastrophic REGEX and a query of 10 MB, from one address, stopped after {TIMEOUT:g} s"
    )
    return Measurement(f"p99 of {what} beside a hostile client", "ms", hostile, "quiet", quiet, "< 3", remark)


@contextmanager
def _attack(port: int, address: str) -> Iterator[None]:
    """From another address come hostile queries, each again once it was stopped; from another process, too, so that
    whoever measures does not wait for it.
    """
    attacker = multiprocessing.get_context("spawn").Process(target=_attack_without_end, args=(port, address))
    attacker.start()
    try:
        time.sleep(1.0)
        yield
    finally:
        attacker.terminate()
        attacker.join()


def _attack_without_end(port: int, address: str) -> None:
    def again(query: bytes) -> None:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, 3 * TIMEOUT, source_address=(address, 0))
            with suppress(OSError, http.client.HTTPException), closing(connection):
                connection.request("POST", f"/sparql?timeout={TIMEOUT}", query, _DIRECT)
                connection.getresponse().read()
            time.sleep(0.05)

    with ThreadPoolExecutor(len(HOSTILE)) as threads:
        for query in HOSTILE:
            threads.submit(again, query.encode())


def _p99(port: int, query: str) -> float:
    """Seconds that 99 of 100 queries take at most, each for another record and all of them right."""
    numbers = itertools.count(time.monotonic_ns() % 10**9)
    until = time.monotonic() + SECONDS

    def work() -> list[float]:
        connection, taken = (
            http.client.HTTPConnection("127.0.0.1", port, source_address=("127.0.0.2", 0)),
            list[float](),
        )
        while time.monotonic() < until:
            number = next(numbers)
            began = time.perf_counter()
            asked = urlencode({"query": query % (number % RECORDS, number)})
            connection.request("GET", f"/sparql?{asked}", headers={"Accept": "application/sparql-results+json"})
            answer = connection.getresponse().read()
            taken.append(time.perf_counter() - began)
            if not json.loads(answer).get("results", {}).get("bindings"):
                raise http.client.HTTPException(f"The query found nothing: {answer[:200]!r}")
        return taken

    with ThreadPoolExecutor(CLIENTS) as pool:
        taken = [seconds for found in pool.map(lambda _: work(), range(CLIENTS)) for seconds in found]
    return statistics.quantiles(taken, n=100)[98]
