"""The reader processes of an installation: who is at work for whom, who is ready, and who must die.

Whoever asks, a thread or an event loop, comes here for a reader and brings it back; see ``readers``.
"""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Event, RLock, Thread
from time import monotonic

from rubricator.settings import Settings
from rubricator.store.errors import AnswerBroken, AnswerTooLarge, QueryTimeout, ReadersBusy
from rubricator.store.process import ReaderProcess
from rubricator.store.turns import Bounds, Turn, Turns

SPARES = 1
WATCH_SECONDS = 0.05
SURPLUS_SECONDS = 5.0
"""For readers beyond those that should be ready: where long queries follow each other, they are needed again soon."""


class Pool:
    """``settings.readers`` processes that answer, and a spare that takes the place of a killed one at once.

    As many again are started for queries that take long, and for downloads when there are any, so that these keep no
    quick query waiting; those that work for long yield at the processor too. A query is stopped by killing its process.
    A thread of its own watches the deadlines, starts processes and buries the dead, so nobody who asks waits for that.
    Thread-safe.
    """

    def __init__(self, settings: Settings) -> None:
        self._snapshots = (settings.store_dir / "snapshots").absolute()
        self._settings = settings
        self._lock = RLock()
        self._wake = Event()
        self._closed = False
        self._turns = Turns(settings.readers, settings.query_queue, settings.client_queue)
        self._idle = deque(self._start() for _ in range(settings.readers + SPARES))
        self._dying = list[ReaderProcess]()
        self._all_needed = monotonic()
        self._watcher = Thread(target=self._watch, name="deadlines", daemon=True)
        self._watcher.start()

    def enter(self, bounds: Bounds, call: Callable[[], object]) -> Turn:
        """A turn for a query, with its reader if there is one at once; else ``call`` tells when there is, in any
        thread. Raises QueueFull, TooManyAtOnce or ReadersBusy.
        """
        now = monotonic()
        turn = Turn(bounds, now + bounds.seconds)
        with self._lock:
            self._refuse_when_closed()
            self._turns.enter(turn, now)
            if turn.called:
                self._serve(turn)
            else:
                turn.call = call
        return turn

    def take(self, turn: Turn) -> ReaderProcess:
        """The reader of a turn that was waited for. Raises ReadersBusy where there is none yet."""
        with self._lock:
            if turn.reader is not None:
                return turn.reader
            self._refuse_when_closed()
            if not turn.called:
                self.leave(turn)
                raise ReadersBusy("All readers are at work: ask again in a moment.")
            return self._serve(turn)

    def latest(self, turn: Turn) -> float:
        """Until when, on the monotonic clock, it makes sense to wait for a reader."""
        return min(turn.deadline, turn.deadline - turn.bounds.seconds + self._settings.query_timeout)

    def leave(self, turn: Turn) -> None:
        """Give up a turn that has not come yet."""
        with self._lock:
            self._turns.leave(turn, monotonic())
            self._wake.set()

    def end(self, turn: Turn) -> None:
        """Give the reader back; if it is dead, or yields to others for good, another takes its place."""
        with self._lock:
            reader, turn.reader = turn.reader, None
            if reader is None:
                return
            turn.whole = reader.fate is None
            if turn.whole and not reader.yields:
                self._idle.append(reader)
            else:
                self._put_away(reader)
            self._leave(turn)

    def abandon(self, turn: Turn) -> None:
        """Stop the query, unless it came to its end."""
        with self._lock:
            if turn.whole or turn.reader is None:  # the reader may be at another query by now
                return
            turn.reader.kill(AnswerBroken("its client went away."))
            self.end(turn)

    def close(self) -> None:
        """End all processes; answers that are not read to their end break."""
        with self._lock:
            self._closed = True
            for reader in self._turns.readers():
                reader.kill(AnswerBroken("the service is stopping."))
            for turn in self._turns.waiting:
                turn.call()
        self._wake.set()
        self._watcher.join()
        for reader in (*self.processes(), *self._dying):
            reader.bury()

    def processes(self) -> list[ReaderProcess]:
        """The processes that answer or are ready to."""
        with self._lock:
            return [*self._idle, *self._turns.readers()]

    def figures(self) -> tuple[int, int]:
        """How many queries are being answered, and how many wait."""
        with self._lock:
            return len(self._turns.busy), len(self._turns.waiting)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise ReadersBusy("The service is stopping: ask again later.")

    def _serve(self, turn: Turn) -> ReaderProcess:
        try:
            turn.reader = self._take()
        except OSError as error:  # no process or file can be had now
            self.leave(turn)
            raise ReadersBusy("No reader can be started now: ask again in a moment.") from error
        return turn.reader

    def _take(self) -> ReaderProcess:
        """A reader that lives."""
        while self._idle:
            reader = self._idle.pop()
            if reader.alive():
                return reader
            self._put_away(reader)
        return self._start()

    def _put_away(self, reader: ReaderProcess) -> None:
        reader.kill(AnswerBroken("its reader was replaced."))
        self._dying.append(reader)

    def _leave(self, turn: Turn) -> None:
        """Let the next query begin. The watcher sees to it that there are readers for those after it."""
        self._turns.leave(turn, monotonic())
        if len(self._idle) < self._wanted() or self._dying:
            self._wake.set()

    def _wanted(self) -> int:
        """How many processes should be ready."""
        return self._settings.readers + SPARES - self._turns.quick + self._turns.unserved

    def _watch(self) -> None:
        while not self._closed:
            self._wake.wait(WATCH_SECONDS)
            self._wake.clear()
            with self._lock:  # throughout: a reader that is handed on would die of another query's deadline
                self._end_late(monotonic())
                self._give_way()
                missing = self._wanted() - len(self._idle)
                spared = [self._idle.popleft() for _ in range(self._surplus(-missing, monotonic()))]
                self._dying += spared
            for reader in spared:
                reader.kill(AnswerBroken("it was not needed."))
            self._bury_dead()
            with suppress(OSError):  # no process or file can be had now: look again soon, for deadlines first of all
                for _ in range(missing):
                    reader = self._start()
                    with self._lock:
                        self._idle.appendleft(reader)

    def _surplus(self, idle: int, now: float) -> int:
        """How many of the ``idle`` processes that are ready beyond those wanted nobody needed for a while."""
        if idle <= 0:
            self._all_needed = now
        return idle if now - self._all_needed > SURPLUS_SECONDS else 0

    def _end_late(self, now: float) -> None:
        """Kill what is over its deadline. Its place is free at once, even if its client never looks again."""
        for turn, reader in self._turns.late(now):
            seconds = f"{turn.bounds.seconds:g}"
            reader.kill(
                QueryTimeout(f"The query was stopped at its deadline, after {seconds} s: ask for less, or in parts.")
            )
            self._turns.leave(turn, now)

    def _give_way(self) -> None:
        """Give others the place of what takes long."""
        for turn in self._turns.busy:
            if turn.reader is not None:
                turn.look(turn.reader.worked())
                if turn.hungry:
                    turn.reader.yield_to_others()
        self._turns.grown_long(monotonic())

    def _bury_dead(self) -> None:
        """Killed processes take a moment to give back what they hold."""
        with self._lock:
            dead = [reader for reader in self._dying if not reader.alive()]
            self._dying = [reader for reader in self._dying if reader not in dead]
        for reader in dead:
            reader.bury()

    def _start(self) -> ReaderProcess:
        return ReaderProcess(self._snapshots, self._settings.reader_memory)


def refuse_large(turn: Turn, size: int) -> None:
    """Raise AnswerTooLarge for an answer of more bytes than it may have, and stop its reader."""
    if size > turn.bounds.size:
        most = turn.bounds.size
        fate = AnswerTooLarge(f"The answer is larger than {most:,} bytes: ask in parts by LIMIT and OFFSET.")
        if turn.reader is not None:
            turn.reader.kill(fate)
        raise fate
