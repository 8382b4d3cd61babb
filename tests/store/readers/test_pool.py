"""Readers that are shared by many, freed, replaced and stopped."""

import os
from concurrent.futures import ThreadPoolExecutor
from resource import RLIMIT_NOFILE, getrlimit, setrlimit

import pytest

from rubricator.store.errors import (
    AnswerBroken,
    QueryTimeout,
    ReadersBusy,
)
from rubricator.store.process import BEHIND_WEB
from tests.store.readers.reading import ENDLESS, STREAM, Opener, Snapshots, request
from tests.store.running import body_of, eventually


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


def test_when_all_readers_are_at_work_queries_wait_no_longer_than_their_deadline(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rubricator.store.turns.SLOW_SECONDS", 1000.0)  # however busy this machine is
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


def test_readers_are_handed_on_from_query_to_query(
    opened: Opener, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also to those who wait: to start a process takes as long as a thousand lookups."""
    monkeypatch.setattr("rubricator.store.turns.SLOW_SECONDS", 1000.0)  # however busy this machine is
    snapshots.commit(1)
    pool = opened(readers=2)
    before = {reader.pid for reader in pool.processes()}
    with ThreadPoolExecutor(8) as threads:
        bodies = list(threads.map(lambda _: body_of(pool, "ASK {}"), range(200)))

    assert [b"true"] * 200 == bodies
    assert before == {reader.pid for reader in pool.processes()}


@pytest.mark.parametrize(("limits", "stays"), [(["SLOW"], True), (["LONG", "HUNGRY"], False)])
def test_a_reader_is_handed_on_after_a_slow_client_but_not_after_long_work(
    opened: Opener, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch, limits: list[str], *, stays: bool
) -> None:
    """Whatever works for long goes behind others at the processor, which cannot be taken back."""
    for limit in ("SLOW", "LONG", "HUNGRY"):
        monkeypatch.setattr(f"rubricator.store.turns.{limit}_SECONDS", 0.0 if limit in limits else 1000.0)
    snapshots.commit(*range(20_000))
    pool = opened(readers=1)
    answer = pool.run(request("SELECT * { ?s ?p ?o }"))
    at_work = pool.processes()[-1].pid
    eventually(lambda: 3 == len(pool.processes()))  # one more is ready for others

    assert 20_000 == b"".join(answer.chunks).count(b"http://x/number")
    assert stays == (at_work in {reader.pid for reader in pool.processes()})


def test_readers_give_way_to_whoever_hands_on_what_they_answer(opened: Opener) -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)

    for reader in opened(readers=1).processes():
        assert min(19, ours + BEHIND_WEB) == os.getpriority(os.PRIO_PROCESS, reader.pid)


def test_where_long_queries_follow_each_other_no_process_is_started_for_each(
    opened: Opener, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rubricator.store.turns.LONG_SECONDS", 0.0)
    monkeypatch.setattr("rubricator.store.pool.SURPLUS_SECONDS", 1.0)
    snapshots.commit(*range(20_000))
    pool = opened(readers=1)
    seen = set[int]()
    for _ in range(4):
        with pool.run(request("SELECT * { ?s ?p ?o }")) as answer:
            eventually(lambda: 3 == len(pool.processes()))
            seen |= {reader.pid for reader in pool.processes()}
            assert 20_000 == b"".join(answer.chunks).count(b"http://x/number")

    assert 3 == len(seen)
    eventually(lambda: 2 == len(pool.processes()))


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


def test_deadlines_hold_and_readers_come_back_where_no_process_could_be_had(opened: Opener) -> None:
    pool = opened(readers=1)
    body_of(pool, "ASK {}")
    soft, hard = getrlimit(RLIMIT_NOFILE)
    setrlimit(RLIMIT_NOFILE, (3, hard))  # what is open stays open
    try:
        for reader in pool.processes():
            reader.kill(AnswerBroken("a test"))
        eventually(lambda: not any(reader.alive() for reader in pool.processes()))
        with pytest.raises(ReadersBusy, match="No reader can be started"):
            pool.run(request("ASK {}"))
    finally:
        setrlimit(RLIMIT_NOFILE, (soft, hard))

    assert b"true" == body_of(pool, "ASK {}")
    with pytest.raises(QueryTimeout):
        pool.run(request(ENDLESS), timeout=0.2)


def test_a_closed_pool_breaks_what_runs_and_answers_nothing_more(opened: Opener) -> None:
    pool = opened()
    answer = pool.run(request(STREAM))
    pool.close()

    with pytest.raises(AnswerBroken, match="cut"):
        list(answer.chunks)
    with pytest.raises(ReadersBusy, match="stopping"):
        pool.run(request("ASK {}"))
