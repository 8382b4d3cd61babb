"""No client keeps a thread of the server by being slow."""

import io
import socket

import pytest
from flask.testing import FlaskClient

from rubricator_service.serving import patience
from rubricator_service.serving.patience import BODY_SECONDS, Patience


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of everybody's patience."""
    clock = Clock()
    monkeypatch.setattr(patience, "PATIENCE", Patience(clock))
    return clock


class Dripping(io.BytesIO):
    """A body that comes after some seconds, or not, where the connection is ended before."""

    def __init__(self, clock: Clock, seconds: float, connection: socket.socket) -> None:
        super().__init__(b"ASK {}")
        self._clock = clock
        self._seconds = seconds
        self._connection = connection

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self._clock.now += self._seconds
        patience.PATIENCE.end_late()
        return super().readinto(buffer) if _is_open(self._connection) else 0


def _is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True


@pytest.mark.parametrize(("seconds", "status"), [(BODY_SECONDS - 1, 200), (BODY_SECONDS + 1, 400)])
def test_a_body_comes_soon_or_its_connection_is_ended(
    client: FlaskClient, clock: Clock, seconds: float, status: int
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        environ = {"gunicorn.socket": ours, "wsgi.input": Dripping(clock, seconds, theirs), "CONTENT_LENGTH": "6"}
        answer = client.post("/sparql", content_type="application/sparql-query", environ_overrides=environ)

        assert status == answer.status_code
        clock.now += BODY_SECONDS + 1  # the query may take longer than its text
        patience.PATIENCE.end_late()
        assert (status == 200) == _is_open(theirs)
