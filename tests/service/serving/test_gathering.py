"""What is written within one turn of the event loop is sent at once, in order, and no client makes it grow."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from rubricator_service.serving.gathering import MOST_WAITING, Gathering


class Sent(asyncio.Transport):
    """A transport that notes what is sent over it, and its end."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = list[bytes | str]()

    def write(self, data: Any) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.sent.append("closed")

    def abort(self) -> None:
        self.sent.append("aborted")

    def is_closing(self) -> bool:
        return "closed" in self.sent or "aborted" in self.sent

    def get_write_buffer_size(self) -> int:
        return 5


def sent_by(write: Callable[[Gathering], Coroutine[Any, Any, None]]) -> list[bytes | str]:
    async def run() -> list[bytes | str]:
        sent = Sent()
        await write(Gathering(sent, asyncio.get_running_loop()))
        await asyncio.sleep(0)
        return sent.sent

    return asyncio.run(run())


def test_what_is_written_in_one_turn_is_sent_at_once() -> None:
    async def write(gathering: Gathering) -> None:
        gathering.write(b"head")
        gathering.write(b"body")
        assert 5 + 8 == gathering.get_write_buffer_size()
        await asyncio.sleep(0)
        gathering.write(b"more")

    assert [b"headbody", b"more"] == sent_by(write)


@pytest.mark.parametrize(("end", "sent"), [("close", [b"head", "closed"]), ("abort", ["aborted"])])
def test_what_waits_is_sent_before_a_close_and_never_after_an_abort(end: str, sent: list[bytes | str]) -> None:
    async def write(gathering: Gathering) -> None:
        gathering.write(b"head")
        getattr(gathering, end)()
        gathering.write(b"late")

    assert sent == sent_by(write)


def test_much_is_sent_at_once_so_that_its_writer_learns_whether_it_is_taken() -> None:
    async def write(gathering: Gathering) -> None:
        gathering.write(b"head")
        gathering.write(bytes(MOST_WAITING))
        assert 5 == gathering.get_write_buffer_size()

    assert [b"head" + bytes(MOST_WAITING)] == sent_by(write)
