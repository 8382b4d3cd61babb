"""Killable readers over snapshots."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Condition, current_thread
from time import monotonic
from typing import Any

import pytest
from pyoxigraph import Store

from rubricator.errors import StoreUnavailable
from rubricator.settings import Settings, load_settings
from rubricator.store.errors import (
    AnswerBroken,
    BadRequest,
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    ReadersBusy,
)
from rubricator.store.readers import Answer, QueryRequest, ReaderPool
from rubricator.store.snapshots import SnapshotKeeper, current_revision
from tests.store.running import BASE, body_of, eventually, quad

NUMBERS = " ".join(map(str, range(300)))
CROSS = "".join(f"VALUES ?v{block} {{ {NUMBERS} }} " for block in range(4))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"
STREAM = f"SELECT * {{ {CROSS} }}"


class Snapshots:
    """A store with snapshots and no server: what readers see of a writer."""

    def __init__(self, directory: Path) -> None:
        self.store = Store(directory / "db")
        self.keeper = SnapshotKeeper(directory / "snapshots", lambda path: self.store.backup(path), interval=60)
        self.keeper.start()

    def commit(self, *numbers: int) -> str:
        self.store.extend(map(quad, numbers))
        return self.keeper.take()


@pytest.fixture
def snapshots(settings: Settings) -> Iterator[Snapshots]:
    settings.store_dir.mkdir()
    snapshots = Snapshots(settings.store_dir)
    yield snapshots
    snapshots.keeper.close()


Opener = Callable[..., ReaderPool]


@pytest.fixture
def opened(tmp_path: Path, snapshots: Snapshots) -> Iterator[Opener]:  # noqa: ARG001 - there must be a snapshot
    """Opens a pool with settings of the test's own."""
    pools = list[ReaderPool]()

    def open_pool(**settings: object) -> ReaderPool:
        pools.append(ReaderPool(load_settings(data_dir=tmp_path, base=BASE, **{"readers": 1} | settings)))
        return pools[-1]

    yield open_pool
    for pool in pools:
        pool.close()


def request(query: str) -> QueryRequest:
    return QueryRequest(query, f"{BASE}/")


def test_an_answer_names_its_format_and_the_state_it_was_read_from(opened: Opener, snapshots: Snapshots) -> None:
    revision = snapshots.commit(1)

    answer = opened().run(QueryRequest("SELECT ?o { ?s ?p ?o }", f"{BASE}/", solutions="text/csv"))

    assert ("text/csv", revision, [b"o\r\n1\r\n"]) == (answer.media_type, answer.revision, list(answer.chunks))


def test_relative_iris_resolve_against_the_base(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(1)

    answer = opened().run(QueryRequest("SELECT ?o { <1> ?p ?o }", "http://x/", solutions="text/csv"))

    assert b"o\r\n1\r\n" == b"".join(answer.chunks)


def test_graphs_are_answered_in_the_graph_format(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(1)

    assert f"{quad(1)} .\n".encode() == body_of(opened(), "CONSTRUCT WHERE { ?s ?p ?o }")


def test_the_dataset_of_the_request_is_kept(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.store.add(quad(1, "http://g/1"))
    snapshots.commit(2)

    asked = QueryRequest("SELECT ?o { ?s ?p ?o }", f"{BASE}/", default_graphs=("http://g/1",), solutions="text/csv")

    assert b"o\r\n1\r\n" == b"".join(opened().run(asked).chunks)


def test_readers_turn_to_new_snapshots_and_let_old_ones_go(
    opened: Opener, snapshots: Snapshots, settings: Settings
) -> None:
    pool = opened()
    first = snapshots.commit(1)
    before = body_of(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    second = snapshots.commit(2)
    after = body_of(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    assert (b"n\r\n1\r\n", b"n\r\n2\r\n") == (before, after)

    def only_the_second() -> bool:
        snapshots.keeper.prune()
        return not (settings.store_dir / "snapshots" / first).exists()

    eventually(only_the_second)
    assert second == current_revision(settings.store_dir / "snapshots")


def test_a_running_answer_keeps_its_snapshot(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(*range(20_000))
    answer = opened().run(request("SELECT * { ?s ?p ?o }"))
    snapshots.store.clear()
    snapshots.commit()

    assert 20_000 == b"".join(answer.chunks).count(b"http://x/number")


def test_without_any_snapshot_the_store_is_unavailable(settings: Settings) -> None:
    with closing(ReaderPool(settings)) as pool, pytest.raises(StoreUnavailable, match="nothing to read yet"):
        pool.run(request("ASK {}"))


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (request("SELECT * {\n ?s }"), QuerySyntaxError, "at line 2, column"),
        (request("DROP ALL"), QuerySyntaxError, "at line 1"),
        (request("ASK { SERVICE <http://127.0.0.1/> {} }"), QueryRefused, "SERVICE at line 1"),
        (request("ASK { ?s ?p '" + "x" * 1000 + "' }"), QueryTooLarge, "longer than 1,000 bytes"),
        (QueryRequest("ASK {}", BASE, solutions=None), NotAcceptable, "answered in JSON"),
        (QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", BASE, graph=None), NotAcceptable, "answered in Turtle"),
        (QueryRequest("ASK {}", BASE, default_graphs=("relative",)), BadRequest, "no absolute IRI"),
    ],
)
def test_what_cannot_be_answered_is_said_and_the_reader_lives_on(
    opened: Opener, asked: QueryRequest, error: type[Exception], message: str
) -> None:
    pool = opened(query_max_length=1000, readers=1)
    with pytest.raises(error, match=message):
        pool.run(asked)

    assert b"true" == body_of(pool, "ASK {}")


def test_a_syntax_error_carries_line_and_column(opened: Opener) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        opened().run(request("ASK {\n  nonsense }"))

    assert (2, True) == (caught.value.line, (caught.value.column or 0) >= 3)


def test_a_query_over_its_deadline_is_killed_and_the_next_one_answered(opened: Opener) -> None:
    pool = opened(readers=1)

    with pytest.raises(QueryTimeout, match="at its deadline"):
        pool.run(request(ENDLESS), timeout=0.2)

    assert b"true" == body_of(pool, "ASK {}")


def test_the_process_of_a_killed_query_is_gone(opened: Opener) -> None:
    pool = opened(readers=1)
    pids = {reader.pid for reader in pool.processes()}
    with pytest.raises(QueryTimeout):
        pool.run(request(ENDLESS), timeout=0.2)

    gone = pids - {reader.pid for reader in pool.processes()}
    assert (1, False) == (len(gone), any(Path(f"/proc/{pid}").exists() for pid in gone))


def test_a_request_cannot_raise_the_deadline(opened: Opener) -> None:
    with pytest.raises(QueryTimeout):
        opened(query_timeout=0.2).run(request(ENDLESS), timeout=3600)


def test_an_answer_over_its_deadline_breaks(opened: Opener) -> None:
    answer = opened().run(request(STREAM), timeout=1)

    with pytest.raises(AnswerBroken, match="at its deadline"):
        for _ in answer.chunks:
            pass


def test_a_stalled_client_does_not_keep_its_reader(opened: Opener) -> None:
    pool = opened(readers=1)
    answer = pool.run(request(STREAM), timeout=1)

    assert b"true" == body_of(pool, "ASK {}")  # after the deadline of the first
    with pytest.raises(AnswerBroken):
        list(answer.chunks)


def test_an_answer_that_is_too_large_breaks(opened: Opener) -> None:
    answer = opened(query_max_bytes=200_000).run(request(STREAM))

    with pytest.raises(AnswerBroken, match="larger than 200,000 bytes"):
        list(answer.chunks)


def test_a_first_chunk_that_is_too_large_is_an_error_before_the_answer(opened: Opener) -> None:
    pool = opened(query_max_bytes=10, readers=1)
    with pytest.raises(QueryTooLarge):
        pool.run(request("SELECT (1 AS ?x) {}"))
    with pytest.raises(QueryTooLarge):
        pool.run(request(STREAM))


def test_a_query_that_takes_too_much_memory_is_stopped(opened: Opener) -> None:
    pool = opened(readers=1, reader_memory=64 * 2**20)
    with pytest.raises(QueryTooLarge, match="memory"):
        pool.run(request(f"SELECT * {{ {CROSS} }} ORDER BY DESC(?v0) ?v3"))

    assert b"true" == body_of(pool, "ASK {}")


def test_closing_an_answer_frees_its_reader(opened: Opener) -> None:
    pool = opened(readers=1)
    with pool.run(request(STREAM)) as answer:
        next(answer.chunks)

    assert b"true" == body_of(pool, "ASK {}")
    with pytest.raises(AnswerBroken):
        list(answer.chunks)


def test_closing_an_answer_again_does_not_stop_the_readers_next_query(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(*range(20_000))
    pool = opened(readers=1)
    first = pool.run(request("SELECT * { ?s ?p ?o }"))
    list(first.chunks)
    second = pool.run(request("SELECT * { ?s ?p ?o }"))
    first.close()

    assert 20_000 == b"".join(second.chunks).count(b"http://x/number")


def test_when_all_readers_are_at_work_queries_wait_no_longer_than_their_deadline(opened: Opener) -> None:
    pool = opened(readers=1)
    with pool.run(request(STREAM)), pytest.raises(ReadersBusy, match="ask again"):
        pool.run(request("ASK {}"), timeout=0.1)


def test_a_waiting_query_is_answered_when_a_reader_is_free(opened: Opener) -> None:
    pool = opened(readers=1)
    running = pool.run(request(STREAM))
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(body_of, pool, "ASK {}")
        running.close()

        assert b"true" == waiting.result(20)


def test_many_threads_get_their_own_answers(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(*range(400))
    pool = opened()
    with ThreadPoolExecutor(8) as threads:
        bodies = threads.map(lambda number: body_of(pool, f"SELECT ?o {{ <http://x/{number}> ?p ?o }}"), range(400))

        assert [f"o\r\n{number}\r\n".encode() for number in range(400)] == list(bodies)


def test_a_reader_that_died_idle_is_replaced(opened: Opener) -> None:
    pool = opened(readers=1)
    body_of(pool, "ASK {}")
    dead = pool.processes()
    for reader in dead:
        reader.kill(AnswerBroken("a test"))
    eventually(lambda: not any(reader.alive() for reader in dead))

    assert b"true" == body_of(pool, "ASK {}")


def test_a_closed_pool_breaks_what_runs_and_answers_nothing_more(opened: Opener) -> None:
    pool = opened()
    answer = pool.run(request(STREAM))
    pool.close()

    with pytest.raises(AnswerBroken, match="cut"):
        list(answer.chunks)
    with pytest.raises(ReadersBusy, match="stopping"):
        pool.run(request("ASK {}"))


def test_a_download_may_be_larger_and_take_longer_than_a_query(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(*range(20_000))
    pool = opened(query_max_bytes=1000)
    whole = QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", f"{BASE}/", graph="application/n-triples")

    assert 20_000 == b"".join(pool.download(whole).chunks).count(b"\n")
    with pytest.raises(QueryTooLarge):
        pool.run(whole)


def test_a_download_is_killed_at_its_own_deadline(opened: Opener) -> None:
    pool = opened(graph_timeout=0.2)

    with pytest.raises(QueryTimeout):
        pool.download(request(ENDLESS))
    assert b"true" == body_of(pool, "ASK {}")


def test_downloads_keep_no_query_waiting_and_wait_for_each_other(opened: Opener) -> None:
    pool = opened(query_timeout=0.5)
    before = len(pool.processes())
    with pool.download(request(STREAM)):
        assert b"true" == body_of(pool, "ASK {}")
        with pytest.raises(ReadersBusy):
            pool.download(request(STREAM))
    with pool.download(request(STREAM)):
        pass

    assert before == len(pool.processes())


def test_a_deadline_never_hits_the_next_query_of_the_reader(
    opened: Opener, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots.commit(*range(20_000))
    pool = opened()
    body_of(pool, "ASK {}")
    deadline = monotonic() + 1
    first = pool.run(request("SELECT * { ?s ?p ?o }"), timeout=1)
    moments, second = iter(["the only one"]), list[Answer]()

    class Unlucky(Condition):
        """Ends the late query and begins the next one in the moment when the watcher lets go of the pool."""

        def __exit__(self, *caught: Any) -> None:
            super().__exit__(*caught)
            if current_thread().name == "deadlines" and monotonic() > deadline and next(moments, None):
                with suppress(AnswerBroken):
                    list(first.chunks)
                second.append(pool.run(request("SELECT * { ?s ?p ?o }")))

    monkeypatch.setattr(pool, "_changed", Unlucky())
    eventually(lambda: second)

    assert 20_000 == b"".join(second[0].chunks).count(b"http://x/number")
