"""The application runs in threads that wait for no client, and whatever it began is closed."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from threading import Event, current_thread
from typing import TYPE_CHECKING, Any

import pytest

from rubricator.store.errors import QueueFull
from rubricator_service.front.messages import Reply
from rubricator_service.front.threads import Threads
from tests.store.running import eventually

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Body = Callable[[], Iterable[bytes]]


def nobody_asks() -> None:
    """For tests that do not ask when a call has ended."""


class Answer:
    """A WSGI application with one answer, which counts how often that is closed."""

    def __init__(self, body: Body, **headers: str) -> None:
        self.body = body
        self.headers = [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.closed = 0

    def __call__(self, _environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        start_response("200 OK", [("Date", "never"), *self.headers])
        return self._Closing(self)

    class _Closing:
        def __init__(self, answer: "Answer") -> None:
            self.answer = answer

        def __iter__(self) -> Iterator[bytes]:
            return iter(self.answer.body())

        def close(self) -> None:
            self.answer.closed += 1


def with_threads(answer: Any, use: Callable[[Threads], Any], count: int = 2) -> Any:
    threads = Threads(answer, count)
    try:
        return asyncio.run(use(threads))
    finally:
        threads.close()


async def whole(reply: Reply) -> bytes:
    if isinstance(reply.body, bytes):
        return reply.body
    return b"".join([piece async for piece in reply.body])


@pytest.mark.parametrize(
    ("pieces", "headers"),
    [
        ([], {}),
        ([b""], {}),
        ([b"abc"], {"Content_Length": "3"}),
        ([b"", b"abc"], {"Content_Length": "3"}),
    ],
)
def test_an_answer_of_one_piece_is_whole_and_closed_at_once(pieces: list[bytes], headers: dict[str, str]) -> None:
    answer = Answer(lambda: pieces, **headers)

    async def use(threads: Threads) -> tuple[object, int]:
        reply = await threads.call({}, nobody_asks)
        assert "date" not in reply.headers
        return reply.body, answer.closed

    assert (b"".join(pieces), 1) == with_threads(answer, use)


def test_an_answer_of_many_pieces_comes_piece_by_piece_and_is_closed_with_its_reply() -> None:
    drawn = list[int]()

    def body() -> Iterator[bytes]:
        for number in range(3):
            drawn.append(number)
            yield b"%d" % number

    answer = Answer(body)

    async def use(threads: Threads) -> None:
        reply = await threads.call({}, nobody_asks)
        assert not isinstance(reply.body, bytes)
        pieces = aiter(reply.body)
        assert (b"0", [0]) == (await anext(pieces), drawn)
        assert (b"1", [0, 1]) == (await anext(pieces), drawn)
        assert 0 == answer.closed
        reply.close()

    with_threads(answer, use)
    eventually(lambda: answer.closed == 1)


def test_every_step_of_an_answer_has_one_context() -> None:
    told = ContextVar("told", default="nothing")

    def body() -> Iterator[bytes]:
        told.set("of the first step")
        yield b"."
        yield told.get().encode()

    async def use(threads: Threads) -> bytes:
        return await whole(await threads.call({}, nobody_asks))

    assert b".of the first step" == with_threads(Answer(body), use)


@pytest.mark.parametrize("when", ["before the first piece", "after it"])
def test_an_error_is_raised_where_it_happened_and_the_answer_closed(when: str) -> None:
    def body() -> Iterator[bytes]:
        if when == "after it":
            yield b"half"
        raise OSError("cut")

    answer = Answer(body)

    async def use(threads: Threads) -> None:
        if when != "after it":
            with pytest.raises(OSError, match="cut"):
                await threads.call({}, nobody_asks)
            return
        reply = await threads.call({}, nobody_asks)
        with pytest.raises(OSError, match="cut"):
            await whole(reply)
        reply.close()

    with_threads(answer, use)
    eventually(lambda: answer.closed == 1)


def test_what_nobody_wants_any_more_is_closed_once_it_is_there() -> None:
    came, let = Event(), Event()

    def body() -> Iterator[bytes]:
        came.set()
        assert let.wait(20)
        yield b"late"
        yield b"later"

    answer = Answer(body)

    async def use(threads: Threads) -> None:
        asking = asyncio.create_task(threads.call({}, nobody_asks))
        await asyncio.to_thread(came.wait, 20)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert 0 == answer.closed
        let.set()
        while not answer.closed:
            await asyncio.sleep(0.005)

    with_threads(answer, use)
    assert 1 == answer.closed


@pytest.mark.parametrize("fate", ["whole", "read", "left", "failed"])
def test_whoever_wants_to_know_is_told_once_that_a_call_has_ended(fate: str) -> None:
    let, ended = Event(), list[str]()

    def body() -> Iterator[bytes]:
        if fate == "left":
            assert let.wait(20)
        if fate == "failed":
            raise OSError("cut")
        yield b"a"
        if fate != "whole":
            yield b"b"

    async def use(threads: Threads) -> None:
        asking = asyncio.create_task(threads.call({}, lambda: ended.append(fate)))
        await asyncio.sleep(0.01)
        if fate == "left":
            asking.cancel()
        if fate in ("left", "failed"):
            with pytest.raises((asyncio.CancelledError, OSError)):
                await asking
            let.set()
        else:
            reply = await asking
            await whole(reply)
            assert [] == ended
            reply.close()
        while not ended:
            await asyncio.sleep(0.005)

    with_threads(Answer(body, **({"Content_Length": "1"} if fate == "whole" else {})), use)
    assert [fate] == ended


def test_where_too_many_wait_for_a_thread_others_are_told_to_come_back() -> None:
    let, ended = Event(), list[int]()

    def body() -> Iterator[bytes]:
        assert let.wait(20)
        yield b"a"

    async def use(threads: Threads) -> int:
        calls = [asyncio.create_task(threads.call({}, lambda: ended.append(1))) for _ in range(8)]
        await asyncio.sleep(0)
        assert threads.busy
        with pytest.raises(QueueFull):
            await threads.call({}, lambda: ended.append(2))
        assert [2] == ended
        let.set()
        for reply in await asyncio.gather(*calls):
            reply.close()
        assert not threads.busy
        return len(calls)

    assert 8 == with_threads(Answer(body), use, count=2)


def test_a_thread_is_busy_with_what_nobody_wants_any_more() -> None:
    came, let = Event(), Event()

    def body() -> Iterator[bytes]:
        came.set()
        assert let.wait(20)
        yield b"late"

    async def use(threads: Threads) -> None:
        asking = asyncio.create_task(threads.call({}, nobody_asks))
        await asyncio.to_thread(came.wait, 20)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert threads.busy
        let.set()
        while threads.busy:
            await asyncio.sleep(0.005)
        assert 0 == threads.called

    with_threads(Answer(body), use, count=1)


def test_what_is_left_in_the_middle_is_closed_after_the_piece_under_way() -> None:
    came, let, order = Event(), Event(), list[str]()

    def body() -> Iterator[bytes]:
        yield b"first"
        came.set()
        assert let.wait(20)
        order.append("second made")
        yield b"second"

    class Noting(Answer):
        @property
        def closed(self) -> int:
            return order.count("closed")

        @closed.setter
        def closed(self, value: int) -> None:
            if value:
                order.append("closed")

    async def use(threads: Threads) -> None:
        reply = await threads.call({}, nobody_asks)
        reading = asyncio.create_task(whole(reply))
        await asyncio.to_thread(came.wait, 20)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        reply.close()
        let.set()
        while len(order) < 2:
            await asyncio.sleep(0.005)

    with_threads(Noting(body), use)
    assert ["second made", "closed"] == order


def test_no_more_threads_are_at_work_than_there_may_be() -> None:
    names = set[str]()

    def body() -> Iterator[bytes]:
        names.add(current_thread().name)
        yield b"a"

    async def use(threads: Threads) -> None:
        await asyncio.gather(*(threads.call({}, nobody_asks) for _ in range(12)))

    with_threads(Answer(body), use, count=3)
    assert 1 <= len(names) <= 3
