"""Whatever one client asks, it is stopped at its deadline with all that it took, and others get right answers."""

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from tests.service.live import PATIENT, Live, serving
from tests.service.serving.hostile import HOSTILE, never_read
from tests.store.running import eventually

STOPPED = {
    (200, "cut"),
    (413, "body-too-large"),
    (422, "nested-too-deeply"),
    (422, "query-needs-too-much-memory"),
    (503, "readers-busy"),  # until its deadline
    (504, "query-timeout"),
}
SIZE = 200 * 2**20


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("attacked"), query_timeout=5.0, **PATIENT) as live:
        yield live


def readers_of(live: Live) -> dict[int, int]:
    """The resident bytes of each reader process, by pid."""
    snapshots = str((live.settings.store_dir / "snapshots").absolute())
    found = dict[int, int]()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if snapshots in (process / "cmdline").read_text().split("\0"):
                found[int(process.name)] = int((process / "statm").read_text().split()[1]) * 4096
        except OSError:  # it ended meanwhile
            continue
    return found


def attack(live: Live, query: str) -> tuple[int, str]:
    headers = {"Content-Type": "application/sparql-query"}
    try:
        response = requests.post(f"{live.url}/sparql", query.encode(), headers=headers, timeout=60)
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError):
        return 200, "cut"
    return response.status_code, response.json().get("type", "answered").rpartition("/")[2]


def look_up(live: Live, number: int) -> object:
    """Ask from another address than the attacker has, what nobody asked before."""
    query = urlencode({"query": f"SELECT (COUNT(*) AS ?n) {{ ?s a ?type VALUES ?x {{ {number} }} }}"})
    connection = http.client.HTTPConnection("127.0.0.1", live.settings.port, 30, source_address=("127.0.0.2", 0))
    try:
        connection.request("GET", f"/sparql?{query}")
        return json.loads(connection.getresponse().read())["results"]["bindings"][0]["n"]["value"]
    finally:
        connection.close()


def test_hostile_queries_are_gone_at_their_deadline_and_nobody_else_notices(attacked: Live) -> None:
    before = readers_of(attacked)
    right = look_up(attacked, -1)
    with ThreadPoolExecutor(len(HOSTILE)) as threads, never_read(attacked.settings.port) as unread:
        attacks = {name: threads.submit(attack, attacked, query) for name, query in HOSTILE.items()}
        answers = set[object]()
        asked = 0
        while asked < 10 or not all(result.done() for result in attacks.values()):
            answers.add(look_up(attacked, asked))
            asked += 1

        assert {right} == answers
        assert {result.result() for result in attacks.values()} <= STOPPED
        eventually(lambda: len(readers_of(attacked)) <= len(before))
        assert unread.fileno() > 0

    eventually(lambda: all(size < SIZE for size in readers_of(attacked).values()))
    assert right == look_up(attacked, asked)


def test_one_client_fills_its_part_of_the_queue_and_not_that_of_others(attacked: Live) -> None:
    right = look_up(attacked, -2)
    with ThreadPoolExecutor(40) as threads:
        many = [threads.submit(attack, attacked, f"{HOSTILE['a catastrophic REGEX']} # {n}") for n in range(40)]
        answers = {look_up(attacked, 10_000 + number) for number in range(20)}
        seen = {result.result() for result in many}

    assert {right} == answers
    assert (429, "too-many-at-once") in seen
    assert seen <= STOPPED | {(429, "too-many-at-once")}
