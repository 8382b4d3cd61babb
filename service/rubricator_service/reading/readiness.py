"""Whether readers answer: asked in nobody's name and free of charge, so no more often than anybody needs to know."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from rubricator.errors import RubricatorError

LASTS_SECONDS = 1.0


class Readiness:
    """Asks by ``ask``, one at a time; whoever comes meanwhile, or soon after, is told the same. Thread-safe."""

    def __init__(self, ask: Callable[[], object], clock: Callable[[], float] = monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = Lock()
        self._error: RubricatorError | None = None
        self._due = -1.0

    def confirm(self) -> None:
        """Return where readers answer. Raises what ``ask`` raises."""
        with self._lock:
            if self._clock() >= self._due:
                self._error = self._failure()
                self._due = self._clock() + LASTS_SECONDS
            if self._error is not None:
                raise self._error

    def _failure(self) -> RubricatorError | None:
        try:
            self._ask()
        except RubricatorError as error:
            return error
        return None
