"""Who may ask a foreign store now, and who waits: the turns of our own readers, without processes."""

from threading import Event, Lock
from time import monotonic

from rubricator.settings import Settings
from rubricator.store.errors import ReadersBusy
from rubricator.store.turns import Bounds, Turn, Turns

_LOOK_SECONDS = 0.1


class Places:
    """As many as our own installation would have: ``settings.readers``, and as many again for what takes long, the
    same for downloads. Thread-safe.
    """

    def __init__(self, settings: Settings) -> None:
        self._turns = Turns(settings.readers, settings.query_queue, settings.client_queue)
        self._patience = settings.query_timeout
        self._lock = Lock()

    def enter(self, bounds: Bounds) -> Turn:
        """A turn, once it has come. Raises QueueFull, TooManyAtOnce, or ReadersBusy if it does not come in time."""
        called, began = Event(), monotonic()
        turn = Turn(bounds, began + bounds.seconds, called.set)
        with self._lock:
            self._turns.enter(turn, began)
        while not called.wait(_LOOK_SECONDS):
            with self._lock:
                self._turns.grown_long(monotonic())  # which leaves its place to others
                if not turn.called and monotonic() >= began + min(bounds.seconds, self._patience):
                    self._turns.leave(turn, monotonic())
                    raise ReadersBusy("As many queries as may be are at work: ask again in a moment.")
        return turn

    def leave(self, turn: Turn) -> None:
        """End a turn. Once more does no harm."""
        with self._lock:
            self._turns.leave(turn, monotonic())

    def figures(self) -> tuple[int, int]:
        """How many queries are being answered, and how many wait."""
        with self._lock:
            return len(self._turns.busy), len(self._turns.waiting)
