"""A transport that sends what is written within one turn of the event loop at once.

Servers write heads and bodies one after the other; each write to a connection takes as long as to look up a record, and
each wakes its client.
"""

import asyncio
from typing import Any

MOST_WAITING = 64 * 2**10
"""Bytes; whoever writes more is to learn at once that the client takes no more."""


class Gathering(asyncio.Transport):
    """Passes all on to ``transport``; what is written later than the others, or before a close, is in order."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._waiting = list[bytes]()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting.append(bytes(data))
        if sum(map(len, self._waiting)) >= MOST_WAITING:
            self._send()

    def close(self) -> None:
        self._send()
        self._transport.close()

    def abort(self) -> None:
        self._waiting.clear()
        self._transport.abort()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def get_write_buffer_size(self) -> int:
        return self._transport.get_write_buffer_size() + sum(map(len, self._waiting))

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting and not self._transport.is_closing():
            self._transport.write(waiting[0] if len(waiting) == 1 else b"".join(waiting))
