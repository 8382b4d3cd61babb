"""Which hosts do not answer just now: a collection on a dead server must not be waited for again and again."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rubricator.transfer.errors import TransferError

_SILENCE = frozenset({"unreachable", "timeout"})


@dataclass(slots=True)
class _Silence:
    """How often in a row a host did not answer, why not the last time, and until when it is left alone."""

    times: int
    error: TransferError
    until: float


class SilentHosts:
    """Remembers who did not answer ``patience`` times in a row, and leaves them alone for ``cool_down`` seconds.

    Then one more silence is enough for another pause. Threads may share one.
    """

    def __init__(self, patience: int = 3, cool_down: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._cool_down = cool_down
        self._clock = clock
        self._lock = threading.Lock()
        self._silences: dict[str, _Silence] = {}

    @contextmanager
    def asking(self, host: str) -> Iterator[None]:
        """Around asking ``host`` until it begins to answer. Raises TransferError at once, with the code of the last
        silence, while the host is left alone.
        """
        self._refuse_silent(host)
        try:
            yield
        except TransferError as error:
            if error.code in _SILENCE:
                self._remember(host, error)
            else:
                self._forget(host)
            raise
        self._forget(host)

    def _refuse_silent(self, host: str) -> None:
        with self._lock:
            silence = self._silences.get(host)
            if silence is None or silence.times < self._patience or silence.until <= self._clock():
                return
        raise TransferError(
            silence.error.code,
            f"{host} did not answer {silence.times} times in a row, so it is left alone for {self._cool_down:.0f} "
            f"seconds; the last time: {silence.error}",
        )

    def _remember(self, host: str, error: TransferError) -> None:
        with self._lock:
            before = self._silences.get(host)
            times = before.times + 1 if before else 1
            self._silences[host] = _Silence(times, error, self._clock() + self._cool_down)

    def _forget(self, host: str) -> None:
        with self._lock:
            self._silences.pop(host, None)
