"""Ends connections whose clients send or read too slowly, so that none keeps a thread of the server for ever.

A server thread that waits for a client cannot be stopped; its connection can be, from another thread.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BODY_SECONDS = 30.0
"""For the body of a request to come, which is no larger than a query may be."""
_LOOK_SECONDS = 0.5
_SOCKET = "gunicorn.socket"


class Patience:
    """Knows until when each connection that occupies a thread may take. Thread-safe; a thread of its own looks."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._until = dict[socket.socket, float]()
        self._looking = False

    def __len__(self) -> int:
        return len(self._until)

    def wait(self, connection: socket.socket, seconds: float) -> None:
        """From now on the client has so many seconds."""
        with self._lock:
            self._until[connection] = self._clock() + seconds
            if not self._looking:  # not before: the server forks
                self._looking = True
                Thread(target=self._look, name="patience", daemon=True).start()

    def forget(self, connection: socket.socket) -> None:
        """The connection occupies no thread any more."""
        with self._lock:
            self._until.pop(connection, None)

    def end_late(self) -> None:
        """End the connections whose time is over: whoever reads or writes there finds them closed."""
        with self._lock:  # throughout: a connection that is forgotten may serve its next request
            now = self._clock()
            for connection in [connection for connection, until in self._until.items() if until < now]:
                del self._until[connection]
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _look(self) -> None:
        while True:
            sleep(_LOOK_SECONDS)
            self.end_late()


PATIENCE = Patience()


def wait_for_client(environ: "WSGIEnvironment", seconds: float) -> None:
    """Give the client of a request so many seconds from now, for what is left of it and for its answer.

    Does nothing under servers that do not tell the connection, as in tests.
    """
    connection = environ.get(_SOCKET)
    if connection is not None:
        PATIENCE.wait(connection, seconds)
