"""An event loop asks without a thread, under the same limits."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from rubricator.store.answers import AsyncAnswer
from rubricator.store.errors import AnswerBroken, QuerySyntaxError, QueryTimeout, ReadersBusy
from rubricator.store.readers import ReaderPool
from tests.store.readers.reading import ENDLESS, STREAM, Opener, Snapshots, request
from tests.store.running import eventually

ALL = "SELECT * { ?s ?p ?o }"


async def asked(pool: ReaderPool, query: str, timeout: float | None = None) -> AsyncAnswer:
    answer = await pool.ask(request(query), timeout)
    assert answer is not None
    return answer


async def body(answer: AsyncAnswer) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b"".join([chunk async for chunk in answer.body])


async def first_chunk(answer: AsyncAnswer) -> AsyncIterator[bytes]:
    assert not isinstance(answer.body, bytes)
    await anext(answer.body)
    return answer.body


def test_threads_and_loops_are_answered_alike(opened: Opener, snapshots: Snapshots) -> None:
    snapshots.commit(*range(20_000))
    pool = opened(readers=1)
    for query in ("ASK {}", ALL):
        expected = pool.run(request(query))
        answer = asyncio.run(asked(pool, query))

        assert (expected.media_type, expected.revision) == (answer.media_type, answer.revision)
        assert b"".join(expected.chunks) == asyncio.run(_of(pool, query))


async def _of(pool: ReaderPool, query: str) -> bytes:
    return await body(await asked(pool, query))


def test_many_are_answered_at_once_by_few_readers(opened: Opener) -> None:
    pool = opened(readers=2)

    async def ask(number: int) -> bytes:
        return await _of(pool, f"SELECT ({number} AS ?n) {{}}")

    async def ask_all() -> list[bytes]:
        return await asyncio.gather(*map(ask, range(60)))

    assert [True] * 60 == [b'"%d"' % number in answer for number, answer in enumerate(asyncio.run(ask_all()))]
    assert (0, 0) == pool.figures()


def test_errors_are_raised_and_the_reader_lives_on(opened: Opener) -> None:
    pool = opened(readers=1)
    pids = {reader.pid for reader in pool.processes()}
    with pytest.raises(QuerySyntaxError):
        asyncio.run(asked(pool, "SELECT"))

    assert pids == {reader.pid for reader in pool.processes()}


def test_a_query_over_its_deadline_is_killed_and_the_next_one_answered(opened: Opener) -> None:
    pool = opened(readers=1)
    with pytest.raises(QueryTimeout, match="at its deadline"):
        asyncio.run(asked(pool, ENDLESS, 0.2))

    assert b"true" in asyncio.run(_of(pool, "ASK {}"))


def test_an_answer_over_its_deadline_breaks(opened: Opener) -> None:
    pool = opened(query_timeout=0.5)
    with pytest.raises(AnswerBroken, match="deadline"):
        asyncio.run(_of(pool, STREAM))


def test_who_stops_waiting_stops_the_query(opened: Opener) -> None:
    pool = opened(readers=1)

    async def leave() -> None:
        asking = asyncio.create_task(asked(pool, ENDLESS))
        await asyncio.sleep(0.1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with asyncio.timeout(20):
            while pool.figures() != (0, 0):
                await asyncio.sleep(0.05)

    asyncio.run(leave())
    eventually(lambda: 2 == len(pool.processes()))


def test_who_stops_waiting_for_a_quick_answer_costs_no_reader(opened: Opener) -> None:
    pool = opened(readers=1)
    pids = {reader.pid for reader in pool.processes()}

    async def leave() -> None:
        await asked(pool, "ASK {}")  # once it has started
        for _ in range(5):
            asking = asyncio.create_task(asked(pool, "ASK {}"))
            await asyncio.sleep(0)
            asking.cancel()
        await asked(pool, "ASK {}")

    asyncio.run(leave())
    assert pids == {reader.pid for reader in pool.processes()}


def test_closing_an_answer_frees_its_reader_at_its_first_chunk_and_later(opened: Opener) -> None:
    pool = opened(readers=1)

    async def leave() -> None:
        (await asked(pool, STREAM)).close()
        begun = await asked(pool, STREAM)
        chunks = await first_chunk(begun)
        begun.close()
        with pytest.raises(AnswerBroken):
            [chunk async for chunk in chunks]

    asyncio.run(leave())
    assert (0, 0) == pool.figures()


def test_when_all_readers_are_at_work_queries_wait_no_longer_than_their_deadline(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rubricator.store.turns.SLOW_SECONDS", 1000.0)  # however busy this machine is
    pool = opened(readers=1)
    with pool.run(request(STREAM)), pytest.raises(ReadersBusy, match="ask again"):
        asyncio.run(asked(pool, "ASK {}", 0.1))

    assert b"true" in asyncio.run(_of(pool, "ASK {}"))


def test_a_waiting_query_is_answered_when_a_thread_has_brought_its_reader_back(opened: Opener) -> None:
    pool = opened(readers=1)
    running = pool.run(request(STREAM))

    async def wait() -> bytes:
        waiting = asyncio.create_task(_of(pool, "ASK {}"))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(running.close)
        return await waiting

    assert b"true" in asyncio.run(wait())


def test_a_long_query_is_left_to_a_thread(opened: Opener) -> None:
    assert asyncio.run(opened().ask(request(f"ASK {{}} # {'x' * 20_000}"))) is None
