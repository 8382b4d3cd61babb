"""A reader process as an event loop sees it: its frames come without a thread that waits for them."""

import asyncio
import os

from rubricator.store import frames
from rubricator.store.process import ReaderProcess, chunk_of, head_of

LONGEST_QUERY = 64 * 2**10
"""Bytes of a query that a reader's socket takes at once, so that whoever asks need not wait."""


class Line:
    """Asks one query of a reader that is nobody else's meanwhile. ``close`` comes before the reader is given back."""

    def __init__(self, reader: ReaderProcess) -> None:
        self._reader = reader
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()
        self._waiting: asyncio.Future[None] | None = None
        self._expected = frames.READ
        self._closed = False

    async def head(self) -> dict[str, str]:
        """Media type and revision of the answer, once it begins; see ``ReaderProcess.head``."""
        return head_of(await self._frame())

    async def chunk(self) -> tuple[bytes, bool]:
        """The next chunk of the answer, and whether it is the last."""
        return chunk_of(await self._frame())

    def close(self) -> None:
        """Look at the reader no more: its connection may be another's soon."""
        self._closed = True
        self._look_away()

    async def _frame(self) -> frames.Frame:
        while (taken := frames.take_frame(self._received)) is None:
            try:
                received = b"" if self._closed else self._reader.receive(self._expected)
            except BlockingIOError:
                await self._readable()
                continue
            if not received:
                raise self._reader.death()
            if len(received) == self._expected:
                self._expected = 4 * frames.CHUNK
            self._received += received
        return taken

    async def _readable(self) -> None:
        """Return once there is something to read."""
        self._waiting = self._loop.create_future()
        self._loop.add_reader(self._reader.fileno(), self._wake)
        await self._waiting

    def _wake(self) -> None:
        waiting = self._look_away()
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _look_away(self) -> asyncio.Future[None] | None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._loop.remove_reader(self._reader.fileno())
            os.set_blocking(self._reader.fileno(), True)  # uvloop does not undo this, and a thread may ask next
        return waiting
