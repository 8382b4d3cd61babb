"""How long something on the web may take in all, and the means to call it off before."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rubricator.transfer.errors import TransferError


class Deadline:
    """A moment in the future, on the clock that nobody can turn back. It may be for several transfers and the waits
    between them; any thread may call it off.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._called_off = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    @property
    def called_off(self) -> bool:
        return self._called_off.is_set()

    def remaining(self) -> float:
        """Seconds, 0.0 if it is over."""
        return 0.0 if self.called_off else max(self._end - time.monotonic(), 0.0)

    def check(self, url: str) -> None:
        """Raises TransferError (timeout) if it is over."""
        if self.called_off:
            raise TransferError("timeout", f"The transfer of {url} was called off.")
        if not self.remaining():
            raise TransferError("timeout", f"{url} took longer than {self._seconds:g} seconds.")

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the deadline, and no longer once it is called off."""
        self._called_off.wait(min(seconds, self.remaining()))

    def call_off(self) -> None:
        """End it now: open connections are hung up, sleepers wake."""
        with self._lock:
            self._called_off.set()
            for sock in self._open:
                _hang_up(sock)

    @contextmanager
    def bounding(self, sock: socket.socket) -> Iterator[None]:
        """Hangs up the connection at the deadline: time-outs of a socket start anew with every byte, a watchdog ends
        even a server that drips.
        """
        watchdog = threading.Timer(self.remaining(), _hang_up, (sock,))
        watchdog.daemon = True
        with self._lock:
            self._open.add(sock)
            if self.called_off:
                _hang_up(sock)
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()
            with self._lock:
                self._open.discard(sock)


def _hang_up(sock: socket.socket) -> None:
    """Shuts down the connection below TLS, whose state belongs to the thread that reads."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
